// MIDI files in a library, alone and beside audio.
#include <gtest/gtest.h>

#include "core/random.h"
#include "core/text.h"
#include "library/fake_music.h"
#include "library/library_dump.h"
#include "library/library_info.h"
#include "library/repair.h"
#include "library/verify.h"
#include "midi/smf.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

// Four bars of C major, 2 s each, `shift` semitones up.
std::string midi_file(int shift = 0, const std::string& title = "Song") {
  MidiSong song;
  song.title = title;
  song.tempi = {{}};
  song.time_signatures = {{}};
  song.end_tick = 4 * 1920;
  song.tracks = {{"Lead", 0, 0, {}, {}}, {"Bass", 1, 32, {}, {}}};
  for (int i = 0; i < 16; ++i) {
    song.tracks[0].notes.push_back({480 * i, 480, 60 + shift + std::vector{0, 4, 7, 12, 11, 7, 5, 4}[i % 8], 90});
    if (i % 4 == 0) song.tracks[1].notes.push_back({480 * i, 1920, 36 + shift, 90});
  }
  return to_smf(song);
}

void expect_song(const LibraryIndex& index, int64_t i) {
  const IndexSong song = index.song(i);
  EXPECT_TRUE(song.has_tokens);
  EXPECT_EQ(song.n_clips, 0);
  EXPECT_DOUBLE_EQ(song.duration_sec, 8);
  const StoredTokens stored = index.read_tokens(i);
  EXPECT_EQ(stored.bar_starts.size(), 4u);
  EXPECT_EQ(stored.melody_program, 0);
  const GridSong grid = from_tokens(stored.tokens);
  EXPECT_EQ(grid.notes.size(), 20u);
  EXPECT_EQ(to_tokens(grid), stored.tokens);
}

TEST(MidiIngest, TakesFilesOfEveryNameAndTellsWhatTheyAre) {
  const FakeMusic m;
  m.write("a.mid", midi_file());
  m.write("b.MIDI", midi_file(1));
  m.write("c.kar", midi_file(2));
  m.write("d.Rmi", "RIFF    RMIDdata    " + midi_file(3));
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_new, 4);
  EXPECT_TRUE(report.failures.empty());
  EXPECT_EQ(report.n_warnings, 1);  // the wrapper says 538,976,288 bytes
  EXPECT_EQ(report.n_midi, 4);
  EXPECT_EQ(report.n_clips, 0);
  const LibraryIndex index(m.library());
  for (int64_t i = 0; i < index.n_songs(); ++i) expect_song(index, i);
  EXPECT_EQ(index.song(0).title, "Song");
  for (const char* name : {"key", "mode", "time_signature"}) {
    ASSERT_NE(index.find_column(name), nullptr) << name;
    EXPECT_EQ(index.find_column(name)->kind, ColumnKind::label) << name;
  }
  EXPECT_EQ(index.find_column("key")->classes, (std::vector<std::string_view>{"C", "C#", "D", "D#"}));
  EXPECT_EQ(index.find_column("mode")->classes, std::vector<std::string_view>{"major"});
  EXPECT_EQ(index.find_column("time_signature")->classes, std::vector<std::string_view>{"4/4"});
  EXPECT_NEAR(index.find_column("tempo_bpm")->values[0], 120, 3);
  EXPECT_EQ(index.find_column("n_bars")->values[1], 4);
  EXPECT_EQ(index.find_column("n_notes")->values[2], 20);
  for (const char* name : {"key_confidence", "tempo_confidence", "time_signature_confidence"}) {
    EXPECT_GE(index.find_column(name)->values[0], 0) << name;
    EXPECT_LE(index.find_column(name)->values[0], 1) << name;
  }
  const LibraryInfo info = describe_library(m.library());
  EXPECT_EQ(info.n_midi, 4);
  EXPECT_NEAR(info.duration_hours * 3600, 32, 1e-9);
  EXPECT_EQ(m.ingest().n_known, 4);
}

TEST(MidiIngest, NamesWhatIsWrongWithAFile) {
  const FakeMusic m;
  const std::string good = midi_file();
  m.write("bad.mid", "RIFF this is no MIDI at all");
  m.write("cut.mid", good.substr(0, good.size() - 9));
  m.write("empty.mid", "");
  m.write("good.mid", good);
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_songs, 2);
  EXPECT_EQ(report.failures.size(), 2u);
  EXPECT_EQ(report.failures.at("bad.mid"), "not MIDI: no MThd at its start (byte 0)");
  const auto warnings = Catalogue::open_for_reading(m.library()).warnings();
  ASSERT_FALSE(warnings.empty());
  EXPECT_EQ(warnings[0].first, "cut.mid");
  EXPECT_NE(warnings[0].second.find("past the end of the file"), std::string::npos);
}

TEST(MidiIngest, AFileWithoutNotesIsASongWithoutNotes) {
  const FakeMusic m;
  MidiSong silence;
  silence.end_tick = 1920;
  m.write("silence.mid", to_smf(silence));
  EXPECT_EQ(m.ingest().n_warnings, 1);
  EXPECT_TRUE(from_tokens(LibraryIndex(m.library()).read_tokens(0).tokens).notes.empty());
}

TEST(MidiIngest, EqualContentsAreOneSong) {
  const FakeMusic m;
  m.write("a.mid", midi_file());
  m.write("copy.kar", midi_file());
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_new, 1);
  EXPECT_EQ(report.n_aliases, 1);
}

TEST(MidiIngest, StandsBesideAudio) {
  const FakeMusic m;
  m.write("rock/a.wav", "TONE 440 1");
  m.write("rock/b.mid", midi_file());
  m.write("jazz/c.wav", "TONE 660 1");
  m.write("jazz/c.txt", "words of c");
  m.write("jazz/d.mid", midi_file(5));
  m.write("jazz/d.txt", "words of d");
  m.write("metadata.csv", "path,mood\njazz/d.mid,dark\nrock/a.wav,glad\n");
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_songs, 4);
  EXPECT_EQ(report.n_clips, 2);
  EXPECT_EQ(report.n_midi, 2);
  EXPECT_EQ(report.n_with_lyrics, 2);
  const LibraryIndex index(m.library());
  for (int64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(index.song(i).n_clips, index.song(i).has_tokens ? 0 : 1);
    if (index.song(i).has_tokens) expect_song(index, i);
  }
  EXPECT_EQ(index.find_column("genre")->classes.size(), 2u);
  const LibraryIndex sound(m.library(), LibraryIndex::Songs::without_midi);
  ASSERT_EQ(sound.n_songs(), 2);
  EXPECT_EQ(sound.song(0).path, "jazz/c.wav");
  EXPECT_EQ(sound.song(1).path, "rock/a.wav");
  EXPECT_EQ(sound.find_song("rock/a.wav"), 1);
  EXPECT_FALSE(sound.find_song("rock/b.mid"));
  EXPECT_EQ(sound.clip(sound.song(1).first_clip).song, 1);
  EXPECT_EQ(sound.read_lyrics(0), "words of c");
  EXPECT_EQ(sound.find_column("genre")->codes.size(), 2u);
  EXPECT_EQ(sound.find_column("genre")->codes[1], 1);
  EXPECT_EQ(sound.find_column("mood")->classes, std::vector<std::string_view>{"glad"});
  EXPECT_EQ(sound.find_column("mood")->codes[1], 0);
  EXPECT_TRUE(verify_library(m.library()).damages.empty());
}

TEST(MidiIngest, ALibraryWithoutMidiHasTheIndexOfVersion1) {
  const FakeMusic m;
  m.write_tones(2);
  m.ingest();
  EXPECT_EQ(read_file(index_path(m.library(), LibraryIndex(m.library()).generation()))[8], 1);
  m.write("a.mid", midi_file());
  m.ingest();
  EXPECT_EQ(read_file(index_path(m.library(), LibraryIndex(m.library()).generation()))[8], 2);
  EXPECT_TRUE(verify_library(m.library()).damages.empty());
}

TEST(MidiIngest, ACatalogueOfVersion1IsReadAndBroughtUpToDate) {
  const FakeMusic m;
  m.write_tones(2);
  m.ingest();
  {
    Database book(Catalogue::file(m.library()), Database::Mode::write);
    book.run("DROP TABLE tokens; DROP TABLE facts; PRAGMA user_version=1");
  }
  EXPECT_EQ(describe_library(m.library()).n_songs, 2);
  EXPECT_TRUE(verify_library(m.library()).damages.empty());
  m.write("a.mid", midi_file());
  EXPECT_EQ(m.ingest().n_midi, 1);
  EXPECT_TRUE(verify_library(m.library()).damages.empty());
}

void write_mixed(const FakeMusic& m) {
  m.write_tones(2);
  for (int i = 0; i < 3; ++i) m.write("midi " + std::to_string(i) + ".mid", midi_file(i));
}

TEST(MidiIngest, IsRebuiltWithAndWithoutTheCatalogue) {
  const FakeMusic m;
  write_mixed(m);
  m.ingest();
  const std::string whole = dump_index(m.library());
  repair_library(m.library(), m.folder() / "copy");
  EXPECT_EQ(dump_index(m.folder() / "copy"), whole);
  EXPECT_TRUE(verify_library(m.folder() / "copy").damages.empty());
  fs::remove(Catalogue::file(m.library()));
  EXPECT_EQ(verify_library(m.library()).damages.size(), 1u);
  const RepairReport report = repair_library(m.library(), m.folder() / "again");
  EXPECT_FALSE(report.from_catalogue);
  EXPECT_EQ(dump_index(m.folder() / "again"), whole);
  for (const uint64_t generation : list_generations(m.library())) fs::remove(index_path(m.library(), generation));
  repair_library(m.library(), m.folder() / "from segments");
  EXPECT_EQ(dump_index(m.folder() / "from segments"), whole);
}

TEST(MidiIngest, DamagedTokensAreNamedAndLostInARepairAlone) {
  const FakeMusic m;
  write_mixed(m);
  m.ingest();
  const RecordPlace place = *Catalogue::open_for_reading(m.library()).contents().at(sha256_hex(midi_file(1))).tokens;
  const fs::path file = segment_path(m.library(), place.segment);
  std::string bytes = read_file(file);
  bytes[place.offset + 100] = static_cast<char>(bytes[place.offset + 100] ^ 1);
  publish_file(file, bytes);
  const VerifyReport report = verify_library(m.library());
  ASSERT_EQ(report.damages.size(), 1u);
  EXPECT_NE(report.damages[0].what.find("the tokens of midi 1.mid"), std::string::npos) << report.damages[0].what;
  const LibraryIndex index(m.library());
  EXPECT_THROW(index.read_tokens(*index.find_song("midi 1.mid")), Error);
  EXPECT_EQ(repair_library(m.library(), m.folder() / "copy").lost, std::vector<std::string>{"midi 1.mid"});
}

TEST(MidiIngest, IsTheSameWhateverTheThreadsAndTheOrder) {
  const FakeMusic one, two;
  write_mixed(one);
  one.ingest();
  for (int i = 2; i >= 0; --i) {
    two.write("midi " + std::to_string(i) + ".mid", midi_file(i));
    IngestOptions options = two.options();
    options.n_threads = 1;
    ingest(options);
  }
  two.write_tones(2);
  two.ingest();
  EXPECT_EQ(dump_index(one.library()), dump_index(two.library()));
  EXPECT_EQ(dump_catalogue(one.library()), dump_catalogue(two.library()));
}

TEST(MidiIngest, DamagedFilesNeverStopIt) {
  const FakeMusic m;
  const std::string good = midi_file();
  Random random(7);
  for (int i = 0; i < 300; ++i) {
    std::string file = good;
    for (int n = 0; n < 3; ++n)
      file[static_cast<size_t>(random.below(static_cast<int64_t>(file.size())))] = static_cast<char>(random.below(256));
    m.write(std::to_string(i) + ".mid", file);
  }
  const IngestReport report = m.ingest();
  EXPECT_EQ(report.n_songs + static_cast<int64_t>(report.failures.size()), 300);
  for (const auto& [path, reason] : report.failures) EXPECT_EQ(reason.find("internal"), std::string::npos) << reason;
}

}  // namespace
}  // namespace songscape
