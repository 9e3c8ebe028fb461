#include "library/ingest.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/text.h"
#include "data/library_index.h"
#include "library/fake_music.h"
#include "library/library_dump.h"

namespace songscape {
namespace {

TEST(Ingest, TakesEverySongOnceAndOnlyNewFilesOnASecondRun) {
  const FakeMusic m;
  m.write_tones(5);
  const IngestReport first = m.ingest();
  EXPECT_EQ(first.n_files, 5);
  EXPECT_EQ(first.n_new, 5);
  EXPECT_EQ(first.n_songs, 5);
  EXPECT_EQ(first.n_clips, 5);
  const uint64_t generation = LibraryIndex(m.library()).generation();
  const IngestReport second = m.ingest();
  EXPECT_EQ(second.n_new, 0);
  EXPECT_EQ(second.n_known, 5);
  EXPECT_EQ(LibraryIndex(m.library()).generation(), generation) << "nothing was to do, so nothing is written";
  m.write("new.wav", "TONE 900 1");
  const IngestReport third = m.ingest();
  EXPECT_EQ(third.n_new, 1);
  EXPECT_EQ(third.n_known, 5);
  EXPECT_EQ(third.n_songs, 6);
}

TEST(Ingest, KeepsAllGoodFilesAndNamesEachBadOneOnce) {
  const FakeMusic m;
  m.write_tones(3);
  m.write("bad.mp3", "BAD not audio (detected: JPEG image)");
  m.write("notes.pdf", "no audio by name");
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_songs, 3);
  EXPECT_EQ(report.failures, (std::map<std::string, std::string>{{"bad.mp3", "not audio (detected: JPEG image)"}}));
  EXPECT_EQ(m.ingest().failures, report.failures);
  m.write("bad.mp3", "TONE 700 1");
  const IngestReport mended = m.ingest();
  EXPECT_TRUE(mended.failures.empty());
  EXPECT_EQ(mended.n_songs, 4);
  EXPECT_TRUE(Catalogue::open_for_reading(m.library()).failures().empty());
}

TEST(Ingest, KnowsEqualBytesUnderTwoNamesAsOneSong) {
  const FakeMusic m;
  m.write("b.wav", "TONE 440 1");
  m.write("a.wav", "TONE 440 1");
  m.write("bad 1.wav", "BAD x");
  m.write("bad 2.wav", "BAD x");
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_new, 1);
  EXPECT_EQ(report.n_aliases, 1);
  EXPECT_EQ(report.failures.size(), 2u);
  EXPECT_EQ(song_paths(m.library()), std::vector<std::string>{"a.wav"});
}

TEST(Ingest, FollowsARenameWithoutDecoding) {
  const FakeMusic m;
  m.write("old.wav", "TONE 440 1");
  m.ingest();
  fs::rename(m.music() / "old.wav", m.music() / "new.wav");
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_new, 0);
  EXPECT_EQ(report.n_aliases, 1);
  EXPECT_EQ(report.n_missing, 0);
  EXPECT_EQ(song_paths(m.library()), std::vector<std::string>{"new.wav"});
}

TEST(Ingest, MakesANewGenerationOfANameWithNewBytes) {
  const FakeMusic m;
  m.write("a.wav", "TONE 440 1");
  m.ingest();
  const LibraryIndex before(m.library());
  m.write("a.wav", "TONE 880 1");
  EXPECT_EQ(m.ingest().n_new, 1);
  const LibraryIndex after(m.library());
  EXPECT_GT(after.generation(), before.generation());
  EXPECT_NE(after.song(0).sha256, before.song(0).sha256);
  EXPECT_EQ(after.n_songs(), 1);
  std::vector<float> mel(kMelValues);
  before.read_mel(0, mel);  // the older generation is still whole for who has it open
  EXPECT_EQ(Catalogue::open_for_reading(m.library()).contents().size(), 2u);
}

TEST(Ingest, MarksVanishedSongsMissingAndNeverPurgesThem) {
  const FakeMusic m;
  m.write_tones(2);
  m.ingest();
  fs::rename(m.music() / "tone 1.wav", m.folder() / "away.wav");
  EXPECT_EQ(m.ingest().n_missing, 1);
  const LibraryIndex index(m.library());
  EXPECT_EQ(index.n_songs(), 2);
  EXPECT_FALSE(index.song(0).is_missing);
  EXPECT_TRUE(index.song(1).is_missing);
  fs::rename(m.folder() / "away.wav", m.music() / "tone 1.wav");
  EXPECT_EQ(m.ingest().n_missing, 0);
  EXPECT_FALSE(LibraryIndex(m.library()).song(1).is_missing);
}

TEST(Ingest, TakesNamesAsBytes) {
  const FakeMusic m;
  const std::vector<std::string> names = {"new\nline.wav",
                                          "quo\"te'.wav",
                                          "-rf.wav",
                                          std::string(200, 'x') + ".wav",
                                          "latin1 \xE9.wav",
                                          "nfc \xC3\xA9.wav",
                                          "nfc e\xCC\x81.wav",
                                          "rtl \xD7\xA9\xD7\x9C.wav",
                                          "emoji \xF0\x9F\x8E\xB5.wav",
                                          "esc \x1B[31m.wav",
                                          "%n {} %s.wav"};
  int i = 0;
  for (const std::string& name : names) m.write(name, "TONE " + std::to_string(300 + 20 * ++i) + " 0.5");
  EXPECT_EQ(m.ingest().n_songs, static_cast<int64_t>(names.size()));
  const LibraryIndex index(m.library());
  for (const std::string& name : names) EXPECT_TRUE(index.find_song(name).has_value()) << escape_for_terminal(name);
  for (int64_t s = 0; s < index.n_songs(); ++s) EXPECT_TRUE(is_valid_utf8(index.song(s).title));
}

TEST(Ingest, StopsOnNothingInAnEmptyFolder) {
  const FakeMusic m;
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_files, 0);
  EXPECT_EQ(report.n_songs, 0);
  EXPECT_EQ(LibraryIndex(m.library()).n_songs(), 0);
}

TEST(Ingest, KeepsToTheSettingsOfTheLibrary) {
  const FakeMusic m;
  m.write_tones(2);
  IngestOptions options = m.options();
  options.excerpts = Excerpts{Excerpts::count, 3};
  EXPECT_EQ(ingest(options).n_clips, 6);
  m.write("new.wav", "TONE 900 1");
  EXPECT_EQ(m.ingest().n_clips, 9) << "a second ingest takes the library's excerpts";
  options.excerpts = Excerpts{};
  EXPECT_TRUE(says(error_of(options), "other settings"));
  EXPECT_EQ(error_of(options).exit_code(), ExitCode::usage);
}

TEST(Ingest, FollowsOneFolderAndFindsItAgainWhereItMoved) {
  const FakeMusic m;
  m.write_tones(2);
  m.ingest();
  IngestOptions options = m.options();
  options.music = m.folder() / "other";
  make_folder(options.music);
  EXPECT_TRUE(says(error_of(options), "follows another folder"));
  fs::remove(options.music);
  fs::rename(m.music(), options.music);
  const IngestReport moved = ingest(options);
  EXPECT_EQ(moved.n_known + moved.n_aliases, 2);
  EXPECT_EQ(moved.n_missing, 0);
}

TEST(Ingest, TellsWhatItWouldDoAndWritesNothing) {
  const FakeMusic m;
  m.write_tones(3);
  const IngestPlan plan = dry_run(m.options());
  EXPECT_EQ(plan.to_do.size(), 3u);
  EXPECT_EQ(plan.n_known, 0);
  EXPECT_GT(plan.disk_bytes, 3 * 331e3);
  EXPECT_GT(plan.memory_bytes, 0);
  EXPECT_GT(plan.duration_sec, 0);
  EXPECT_FALSE(fs::exists(m.library()));
  m.ingest();
  m.write("new.wav", "TONE 900 1");
  const IngestPlan second = dry_run(m.options());
  EXPECT_EQ(second.to_do.size(), 1u);
  EXPECT_EQ(second.n_known, 3);
  EXPECT_EQ(LibraryIndex(m.library()).n_songs(), 3);
}

TEST(Ingest, GroupsSongsOfOneArtist) {
  const FakeMusic m;
  m.write("a.wav", "TONE 300 1 artist=Ann");
  m.write("b.wav", "TONE 400 1 artist=Bob");
  m.write("c.wav", "TONE 500 1 artist=ANN");
  m.write("d.wav", "TONE 600 1 artist=Unknown");
  m.write("e.wav", "TONE 700 1 artist=Unknown");
  m.ingest();
  const LibraryIndex index(m.library());
  EXPECT_EQ(index.song(0).group, index.song(2).group);
  EXPECT_NE(index.song(0).group, index.song(1).group);
  EXPECT_NE(index.song(3).group, index.song(4).group);
}

TEST(Ingest, GivesTheSameLibraryForAnyNumberOfThreadsAndGroups) {
  const FakeMusic one, many;
  for (const FakeMusic* m : {&one, &many}) {
    m->write_tones(9);
    m->write("bad.wav", "BAD x");
    m->write("twin.wav", "TONE 200 0.5");
    m->write("tone 3.txt", "words");
  }
  IngestOptions options = one.options();
  options.n_threads = 1;
  ingest(options);
  options = many.options();
  options.n_threads = 4;
  options.group_songs = 2;
  ingest(options);
  EXPECT_EQ(dump_catalogue(one.library()), dump_catalogue(many.library()));
  EXPECT_EQ(dump_index(one.library()), dump_index(many.library()));
}

}  // namespace
}  // namespace songscape
