#include "library/ingest.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "data/library_index.h"
#include "library/fake_music.h"
#include "library/library_dump.h"

namespace songscape {
namespace {

std::vector<std::string> song_paths(const fs::path& library) {
  const LibraryIndex index(library);
  std::vector<std::string> out;
  for (int64_t i = 0; i < index.n_songs(); ++i) out.emplace_back(index.song(i).path);
  return out;
}

Error error_of(const IngestOptions& options) {
  try {
    ingest(options);
  } catch (const Error& e) {
    return e;
  }
  return Error(ExitCode::ok, {.what = "no error", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
}

bool says(const Error& e, const std::string& part) { return std::string(e.what()).find(part) != std::string::npos; }

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

TEST(Ingest, RefusesAFolderThatIsGoneAndMarksNothing) {
  const FakeMusic m;
  m.write_tones(2);
  m.ingest();
  fs::rename(m.music(), m.folder() / "unmounted");
  EXPECT_EQ(error_of(m.options()).exit_code(), ExitCode::usage);
  EXPECT_FALSE(LibraryIndex(m.library()).song(0).is_missing);
}

TEST(Ingest, TellsOfAFileThatChangesWhileItIsRead) {
  const FakeMusic m;
  m.write("a.wav", "TONE 440 1");
  m.write("b.wav", "TONE 550 1");
  m.write("c.wav", "TONE 660 1");
  IngestOptions options = m.options();
  options.decode = [&](const fs::path& file, const Excerpts& e, const std::function<void(DecodedClip)>& on_clip) {
    DecodedSong song = fake_decode(file, e, on_clip);
    if (file.filename() == "a.wav") publish_file(file, "TONE 441 1");
    if (file.filename() == "b.wav") fs::remove(file);
    return song;
  };
  const IngestReport report = ingest(options);
  EXPECT_EQ(report.failures,
            (std::map<std::string, std::string>{{"a.wav", "changed during read"}, {"b.wav", "changed during read"}}));
  EXPECT_EQ(song_paths(m.library()), std::vector<std::string>{"c.wav"});
  EXPECT_EQ(m.ingest().n_songs, 2);
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

TEST(Ingest, TellsOfFilesThatAreNoRegularFiles) {
  const FakeMusic m;
  m.write("good.wav", "TONE 440 1");
  ::mkfifo((m.music() / "fifo.mp3").c_str(), 0600);
  m.write("folder.mp3/inner.wav", "TONE 550 1");
  fs::create_symlink("/dev/zero", m.music() / "zero.wav");
  fs::create_symlink("loop.wav", m.music() / "loop.wav");
  fs::create_directory_symlink("..", m.music() / "up");
  const IngestReport plain = m.ingest();
  EXPECT_EQ(plain.n_songs, 2);
  EXPECT_EQ(plain.failures, (std::map<std::string, std::string>{{"fifo.mp3", "not a regular file (a FIFO)"},
                                                                {"folder.mp3", "not a regular file (a folder)"}}));
  IngestOptions options = m.options();
  options.follow_links = true;
  const IngestReport followed = ingest(options);
  EXPECT_EQ(followed.failures.at("zero.wav"), "not a regular file (a device)");
  EXPECT_NE(followed.failures.at("loop.wav").find("not a regular file (a link that leads nowhere"), std::string::npos);
  EXPECT_EQ(followed.failures.at("up/music"), "a folder that holds itself, by a link");
}

TEST(Ingest, StopsOnNothingInAnEmptyFolder) {
  const FakeMusic m;
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_files, 0);
  EXPECT_EQ(report.n_songs, 0);
  EXPECT_EQ(LibraryIndex(m.library()).n_songs(), 0);
}

TEST(Ingest, RefusesFoldersThatLieInEachOther) {
  const FakeMusic m;
  m.write_tones(1);
  IngestOptions options = m.options();
  options.library = m.music() / "x.songscape";
  EXPECT_TRUE(says(error_of(options), "never written to"));
  EXPECT_FALSE(fs::exists(options.library));
  options = m.options();
  options.music = m.music() / "tone 0.wav";
  EXPECT_TRUE(says(error_of(options), "--text-column"));
  options.music = m.folder() / "none";
  EXPECT_EQ(error_of(options).exit_code(), ExitCode::usage);
  options = m.options();
  options.library = m.folder() / "occupied";
  make_folder(options.library);
  publish_file(options.library / "thesis.doc", "x");
  EXPECT_TRUE(says(error_of(options), "not a library, and not empty"));
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

// Each in a process of its own: Ctrl-C's flag stays set, and a full disk is made by a limit.
template <class Child>
int exit_code_of(Child child) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(child());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Ingest, CommitsWhatIsDoneOnCtrlC) {
  const FakeMusic m, whole;
  m.write_tones(8);
  whole.write_tones(8);
  whole.ingest();
  const int code = exit_code_of([&] {
    install_interrupt_handlers();
    IngestOptions options = m.options();
    options.n_threads = 1;
    int n = 0;
    options.decode = [&](const fs::path& file, const Excerpts& e, const std::function<void(DecodedClip)>& on_clip) {
      if (++n == 5) std::raise(SIGINT);
      return fake_decode(file, e, on_clip);
    };
    const IngestReport report = ingest(options);
    return report.was_interrupted && report.n_songs == 4 && report.failures.empty() ? 42 : 1;
  });
  EXPECT_EQ(code, 42);
  EXPECT_EQ(m.ingest().n_new, 4);
  EXPECT_EQ(dump_catalogue(m.library()), dump_catalogue(whole.library()));
  EXPECT_EQ(dump_index(m.library()), dump_index(whole.library()));
}

TEST(Ingest, LeavesAValidLibraryWhenTheDiskIsFull) {
  const FakeMusic m;
  m.write_tones(8);
  const int code = exit_code_of([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1'200'000, 1'200'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    IngestOptions options = m.options();
    options.n_threads = 1;
    options.group_songs = 1;
    const Error e = error_of(options);
    return e.exit_code() == ExitCode::failed && says(e, "free some disk space") ? 42 : 1;
  });
  EXPECT_EQ(code, 42);
  const auto n_kept = static_cast<int64_t>(Catalogue::open_for_reading(m.library()).contents().size());
  EXPECT_LE(LibraryIndex(m.library()).n_songs(), n_kept);
  EXPECT_GE(n_kept, 1);
  EXPECT_LE(n_kept, 3);
  EXPECT_EQ(m.ingest().n_new, 8 - n_kept);
  EXPECT_EQ(LibraryIndex(m.library()).n_songs(), 8);
}

TEST(Ingest, NamesTheHolderOfTheLibrary) {
  const FakeMusic m;
  m.write_tones(1);
  m.ingest();
  const FileLock held(m.library() / "lock");
  const Error e = error_of(m.options());
  EXPECT_EQ(e.exit_code(), ExitCode::locked);
  EXPECT_TRUE(says(e, "pid " + std::to_string(::getpid())));
}

TEST(Ingest, TellsOfFoldersAndTargetsWithoutPermission) {
  const FakeMusic m;
  m.write("open/a.wav", "TONE 440 1");
  m.write("shut/b.wav", "TONE 550 1");
  m.ingest();
  fs::permissions(m.folder(), fs::perms::all);
  fs::permissions(m.music() / "shut", fs::perms::none);
  m.write("c.wav", "TONE 660 1");
  fs::permissions(m.music() / "c.wav", fs::perms::none);
  const int code = exit_code_of([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 2;
    IngestOptions options = m.options();
    if (error_of(options).exit_code() != ExitCode::failed) return 3;  // the library cannot be written
    options.library = m.folder() / "mine.songscape";
    const IngestReport report = ingest(options);
    const bool names_both = report.failures.size() == 2 &&
                            report.failures.at("shut") == "the folder cannot be read: Permission denied" &&
                            report.failures.at("c.wav") == "cannot open (Permission denied)";
    return names_both && report.n_songs == 1 ? 42 : 4;
  });
  fs::permissions(m.music() / "shut", fs::perms::owner_all);
  EXPECT_EQ(code, 42);
}

TEST(Ingest, DoesNotCallSongsInAnUnreadableFolderMissing) {
  const FakeMusic m;
  m.write("a.wav", "TONE 440 1");
  m.write("shut/b.wav", "TONE 550 1");
  fs::permissions(m.folder(), fs::perms::all);
  const int code = exit_code_of([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 2;
    IngestOptions options = m.options();
    if (ingest(options).n_songs != 2) return 3;
    return 42;
  });
  ASSERT_EQ(code, 42);
  fs::permissions(m.music() / "shut", fs::perms::none);
  const int second = exit_code_of([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 2;
    const IngestReport report = m.ingest();
    return report.n_missing == 0 && report.failures.contains("shut") ? 42 : 4;
  });
  fs::permissions(m.music() / "shut", fs::perms::owner_all);
  EXPECT_EQ(second, 42);
}

}  // namespace
}  // namespace songscape
