#include "midi/smf_reader.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "midi/smf_bytes.h"
#include "midi/tempo_map.h"

namespace songscape {
namespace {

MidiSong written_song() {
  MidiSong song;
  song.title = "Song";
  song.end_tick = 4000;
  song.tempi = {{0, 500000}, {960, 400000}, {1920, 600000}};
  song.time_signatures = {{0, 3, 4}, {1440, 6, 8}};
  song.keys = {{0, 7, false}, {1440, 4, true}};
  song.tracks.push_back({"Lead", 2, 33, {{0, 480, 60, 100}, {0, 200, 64, 90}, {480, 480, 60, 80}}, {{0, "lá"}}});
  song.tracks.push_back({"Drums", 9, 0, {{0, 10, 36, 127}, {240, 10, 42, 1}}, {}});
  return song;
}

// One note of a quarter.
const std::string kNote = bytes({0, 0x90, 60, 100, 0x83, 0x60, 0x80, 60, 64});

std::string refusal(const std::string& file) {
  try {
    read_smf(file);
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    return e.what();
  }
  ADD_FAILURE() << "was read";
  return {};
}

// The only warning.
std::string warning_of(const std::string& file) {
  const ReadSmf read = read_smf(file);
  EXPECT_EQ(read.warnings.size(), 1u) << testing::PrintToString(read.warnings);
  return read.warnings.empty() ? "" : read.warnings.front();
}

void expect_notes(const std::vector<MidiNote>& notes, const std::vector<std::vector<int64_t>>& expected) {
  ASSERT_EQ(notes.size(), expected.size());
  for (size_t i = 0; i < notes.size(); ++i)
    EXPECT_EQ((std::vector<int64_t>{notes[i].tick, notes[i].duration, notes[i].pitch}), expected[i]) << i;
}

TEST(SmfReader, WhatWasWrittenIsReadAndWrittenTheSame) {
  const std::string file = to_smf(written_song());
  const ReadSmf read = read_smf(file);
  EXPECT_TRUE(read.warnings.empty());
  EXPECT_EQ(to_smf(read.song), file);
  EXPECT_EQ(read.song.title, "Song");
  EXPECT_EQ(read.song.end_tick, 4000);
  ASSERT_EQ(read.song.tracks.size(), 2u);
  EXPECT_EQ(read.song.tracks[0].lyrics.at(0).text, "lá");
  EXPECT_EQ(read.song.tempi.at(1).microseconds_per_quarter, 400000);
  EXPECT_EQ(read.song.time_signatures.at(1).denominator, 8);
  EXPECT_TRUE(read.song.keys.at(1).is_minor);
  EXPECT_EQ(read.song.keys.at(1).pitch_class, 4);
  EXPECT_TRUE(read.song.tracks[1].is_drums());
}

TEST(SmfReader, TicksLieInTimeByTheTempoMap) {
  const MidiSong song = written_song();  // 480 ticks: .5 s, then .4, then .6
  const TempoMap map(song);
  for (const auto& [tick, sec] : {std::pair<int64_t, double>{0, 0}, {480, .5}, {960, 1}, {1440, 1.4}, {2400, 2.4}}) {
    EXPECT_NEAR(song.tick_to_sec(tick), sec, 1e-12);
    EXPECT_EQ(map.sec(tick), song.tick_to_sec(tick));
  }
}

TEST(SmfReader, ATrackIsAChunkAChannelAndAProgram) {
  const ReadSmf read = read_smf(smf_of(bytes({0, 0xC0, 5, 0, 0x90, 60, 100, 10, 60, 0})  // running status, velocity 0
                                       + bytes({0, 0xC0, 7, 0, 0x90, 62, 90, 0, 0x91, 40, 90, 10, 0x80, 62, 0}) +
                                       bytes({0, 0x81, 40, 0, 0, 0xC0, 5, 0, 0x90, 64, 80, 10, 0x80, 64, 0})));
  ASSERT_EQ(read.song.tracks.size(), 3u);
  EXPECT_EQ(read.song.tracks[0].program, 5);
  expect_notes(read.song.tracks[0].notes, {{0, 10, 60}, {20, 10, 64}});
  EXPECT_EQ(read.song.tracks[1].program, 7);
  EXPECT_EQ(read.song.tracks[2].channel, 1);
  EXPECT_TRUE(read.warnings.empty());
}

TEST(SmfReader, ThePedalHoldsNotesUntilItRisesOrTheyStartAgain) {
  const std::string down = bytes({0, 0xB0, 64, 127}), up = bytes({100, 0xB0, 64, 0});
  const std::string short_notes = bytes({0, 0x90, 60, 90, 0, 0x90, 64, 90, 10, 0x80, 60, 0, 0, 0x80, 64, 0});
  const std::string again = bytes({40, 0x90, 60, 90, 10, 0x80, 60, 0});
  const ReadSmf read = read_smf(smf_of(down + short_notes + again + up + kNote));
  EXPECT_TRUE(read.warnings.empty());
  expect_notes(read.song.tracks.at(0).notes, {{0, 50, 60}, {0, 160, 64}, {50, 110, 60}, {160, 480, 60}});
}

TEST(SmfReader, TwoTracksOfAChannelHaveTheirOwnPedals) {
  const std::string pedal = bytes({0, 0xB0, 64, 127}) + kNote + bytes({0x83, 0x60, 0xB0, 64, 0});
  const ReadSmf read = read_smf(smf_head(1, 2, 480) + smf_track(pedal + kSmfEnd) + smf_track(kNote + kSmfEnd));
  expect_notes(read.song.tracks.at(0).notes, {{0, 960, 60}});
  expect_notes(read.song.tracks.at(1).notes, {{0, 480, 60}});
}

TEST(SmfReader, LyricsAloneAreATrackBehindTheOthers) {
  const std::string words = bytes({0, 0xFF, 5, 2, 'l', 'a'});
  const ReadSmf read = read_smf(smf_head(1, 2, 480) + smf_track(words + kSmfEnd) + smf_track(kNote + kSmfEnd));
  ASSERT_EQ(read.song.tracks.size(), 2u);
  EXPECT_EQ(read.song.tracks[1].lyrics.at(0).text, "la");
  EXPECT_EQ(read_smf(to_smf(read.song)).song.tracks.size(), 2u);
}

// M1
TEST(SmfReader, WhatIsNoMidiIsRefused) {
  for (const std::string& file : {std::string(), std::string("MThd"), "ID3" + smf_of(kNote), std::string(64, '\0')})
    EXPECT_NE(refusal(file).find("not MIDI"), std::string::npos);
  for (const uint64_t length : {uint64_t{0}, uint64_t{5}, uint64_t{1} << 31}) {
    const std::string file = smf_of(kNote);
    EXPECT_NE(refusal("MThd" + big_endian_bytes(length, 4) + file.substr(8)).find("header's length"),
              std::string::npos);
  }
}

TEST(SmfReader, ALongerHeaderIsSkippedToItsEnd) {
  const std::string file = smf_of(kNote);
  EXPECT_EQ(read_smf("MThd" + big_endian_bytes(8, 4) + file.substr(8, 6) + "xx" + file.substr(14)).song.tracks.size(),
            1u);
}

TEST(SmfReader, ARiffWrapperIsTakenOff) {
  const std::string file = smf_of(kNote);
  const std::string size = bytes({static_cast<int>(file.size()), 0, 0, 0});
  const std::string riff = "RIFF" + bytes({99, 0, 0, 0}) + "RMID" + "LIST" + bytes({3, 0, 0, 0}) + "abc" + '\0';
  EXPECT_EQ(to_smf(read_smf(riff + "data" + size + file + "LISTabcd").song), to_smf(read_smf(file).song));
  EXPECT_NE(warning_of(riff + "data" + bytes({255, 255, 255, 255}) + file).find("RIFF"), std::string::npos);
  EXPECT_NE(refusal(riff).find("without its data"), std::string::npos);
  EXPECT_NE(refusal(riff + "data" + size).find("not MIDI"), std::string::npos);
}

TEST(SmfReader, BytesBehindTheLastChunkAreLeftOut) {
  for (const std::string& junk : {std::string("x"), std::string(600, '\0')})
    EXPECT_NE(warning_of(smf_of(kNote) + junk).find("after the last chunk"), std::string::npos);
}

// M2
TEST(SmfReader, OnlyFormats0And1AreRead) {
  for (const int format : {2, 3, 65535})
    EXPECT_NE(refusal(smf_head(format, 1, 480) + smf_track(kNote + kSmfEnd)).find("format " + std::to_string(format)),
              std::string::npos);
}

TEST(SmfReader, ANumberOfTracksThatIsNotThereIsRefused) {
  const std::string track = smf_track(kNote + kSmfEnd);
  for (const int n : {0, 1, 3, 65535}) {
    const std::string told = refusal(smf_head(1, n, 480) + track + track);
    EXPECT_NE(told.find("tracks"), std::string::npos) << told;
  }
}

TEST(SmfReader, ADivisionOf0OrOfNoFrameRateIsRefused) {
  for (const int division : {0, 0xE800, 0x8000, 0xFF28, 0xE228 - 0x100})
    EXPECT_NE(refusal(smf_head(0, 1, division) + smf_track(kNote + kSmfEnd)).find("division"), std::string::npos);
}

TEST(SmfReader, AnSmpteDivisionCountsSeconds) {
  const std::string tempo = bytes({0, 0xFF, 0x51, 3, 1, 0, 0});
  for (const auto& [rate, ticks, sec] : {std::tuple{25, 40, .48}, {24, 80, .25}, {29, 100, .16016}, {25, 1, 19.2}}) {
    const std::string head = smf_head(0, 1, (256 - rate) << 8 | ticks);
    const MidiSong song = read_smf(head + smf_track(kNote + kSmfEnd)).song;
    EXPECT_NEAR(song.tick_to_sec(480), sec, 1e-9);
    EXPECT_NE(warning_of(head + smf_track(tempo + kNote + kSmfEnd)).find("tempi"), std::string::npos);
  }
}

// M3
TEST(SmfReader, ATrackPastTheEndOfTheFileIsCutThere) {
  const std::string whole = smf_of(kNote + kNote);
  for (const size_t n_lost : {1, 4, 6, 9, 13}) {
    const ReadSmf read = read_smf(whole.substr(0, whole.size() - n_lost));
    EXPECT_NE(read.warnings.at(0).find("past the end of the file"), std::string::npos);
    EXPECT_FALSE(read.song.tracks.empty());
  }
  const std::string file = smf_head(0, 1, 480) + "MTrk" + bytes({255, 255, 255, 255}) + kNote + kSmfEnd;
  EXPECT_NE(warning_of(file).find("past the end of the file"), std::string::npos);
}

TEST(SmfReader, AMissingEndOfTrackIsTold) {
  EXPECT_NE(warning_of(smf_head(0, 1, 480) + smf_track(kNote)).find("no End of Track (track 1)"), std::string::npos);
  EXPECT_NE(warning_of(smf_head(0, 1, 480) + smf_track(kNote + kSmfEnd + kNote)).find("after the End of Track"),
            std::string::npos);
}

TEST(SmfReader, UnknownChunksAreLeftOut) {
  const std::string other = "XFIH" + big_endian_bytes(3, 4) + "abc", track = smf_track(kNote + kSmfEnd);
  const ReadSmf read = read_smf(smf_head(1, 2, 480) + other + track + other + track + other);
  EXPECT_EQ(read.song.tracks.size(), 2u);
  ASSERT_EQ(read.warnings.size(), 1u);
  EXPECT_NE(read.warnings[0].find("unknown chunks left out (byte 14, 3 times)"), std::string::npos) << read.warnings[0];
}

// M4
TEST(SmfReader, ANumberOfFiveBytesIsRefused) {
  const std::string told = refusal(smf_of(bytes({0x81, 0x80, 0x80, 0x80, 0, 0x90, 60, 100})));
  EXPECT_NE(told.find("vlq too long"), std::string::npos);
  EXPECT_NE(told.find("track 1, byte 26"), std::string::npos) << told;
}

TEST(SmfReader, TicksDoNotOverflowAndADayIsTheLimit) {
  std::string events;
  for (int i = 0; i < 200; ++i) events += bytes({0xFF, 0xFF, 0xFF, 0x7F, 0x90, 60, 100, 0, 0x80, 60, 0});
  EXPECT_NE(refusal(smf_of(events)).find("24 hours"), std::string::npos);
  const std::string slow = bytes({0, 0xFF, 0x51, 3, 0x03, 0xE8, 0});  // 256,000 µs a quarter of 32,767 ticks
  EXPECT_EQ(read_smf(smf_head(0, 1, 32767) + smf_track(slow + events.substr(0, 330) + kSmfEnd)).song.end_tick,
            30 * ((int64_t{1} << 28) - 1) + 1);  // the last note lasts a tick
}

// M5
TEST(SmfReader, StatusAndDataOutOfPlaceAreRefusedWithTheirPlace) {
  const auto told = [](const std::vector<int>& events) { return refusal(smf_of(bytes(events))); };
  EXPECT_NE(told({0, 60, 100}).find("a data byte where no status holds"), std::string::npos);
  EXPECT_NE(told({0, 0x90, 60, 0x80}).find("a status where a data byte belongs"), std::string::npos);
  EXPECT_NE(told({0, 0x90, 60, 0x80}).find("track 1, byte 25"), std::string::npos);
  EXPECT_NE(told({0, 0xC0, 200}).find("0xC8"), std::string::npos);
  for (const int status : {0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF8, 0xFE})
    EXPECT_NE(told({0, status, 0}).find("a status that files do not have"), std::string::npos);
  EXPECT_NE(told({0, 0xF0, 3, 1, 0x90, 0xF7}).find("a status within a system exclusive"), std::string::npos);
}

// M6
TEST(SmfReader, SystemExclusiveMessagesEndOrAreRefused) {
  const std::string whole = bytes({0, 0xF0, 3, 1, 2, 0xF7}), in_two = bytes({0, 0xF0, 1, 1, 5, 0xF7, 2, 2, 0xF7});
  const std::string escape = bytes({0, 0xF7, 3, 0xF4, 0x90, 1});
  EXPECT_TRUE(read_smf(smf_of(whole + kNote + in_two + escape)).warnings.empty());
  EXPECT_NE(refusal(smf_of(bytes({0, 0xF0, 1, 1}))).find("without its end"), std::string::npos);
  EXPECT_NE(refusal(smf_of(bytes({0, 0xF0, 1, 1}) + kNote)).find("without its end"), std::string::npos);
  EXPECT_NE(refusal(smf_of(bytes({0, 0xF0, 100, 1}))).find("past the end of its track"), std::string::npos);
  EXPECT_NE(refusal(smf_of(bytes({0, 0xFF, 1, 0x81, 0, 1}))).find("past the end of its track"), std::string::npos);
}

TEST(SmfReader, ATextOf100MillionBytesIsSkipped) {
  const std::string text = bytes({0, 0xFF, 5, 0xAF, 0xD7, 0xC2, 0x00}) + std::string(100'000'000, 'x');
  const ReadSmf read = read_smf(smf_of(text + kNote));
  EXPECT_NE(read.warnings.at(0).find("long texts left out"), std::string::npos);
  EXPECT_EQ(read.song.tracks.at(0).notes.size(), 1u);
  EXPECT_TRUE(read.song.tracks.at(0).lyrics.empty());
}

// M7
TEST(SmfReader, TempiAreBroughtIntoRange) {
  for (const auto& [b, kept] : {std::pair{std::vector{0, 0, 0}, kMinSmfTempo}, {{255, 255, 255}, kMaxSmfTempo}}) {
    const std::string file = smf_of(bytes({0, 0xFF, 0x51, 3, b[0], b[1], b[2]}) + kNote);
    EXPECT_NE(warning_of(file).find("tempi outside"), std::string::npos);
    EXPECT_EQ(read_smf(file).song.tempi.at(0).microseconds_per_quarter, kept);
  }
}

TEST(SmfReader, AHundredThousandTempiAreCutToTheLimit) {
  std::string events;
  for (int i = 0; i < 100'000; ++i) events += bytes({1, 0xFF, 0x51, 3, 7, i & 255, 0});
  const std::string file = smf_of(events + kNote);
  EXPECT_NE(warning_of(file).find("50,000th"), std::string::npos);
  EXPECT_EQ(read_smf(file).song.tempi.size(), kMaxSmfTempi);
}

TEST(SmfReader, TimeSignaturesAndKeysAreBroughtIntoRangeOrLeftOut) {
  const std::string huge = smf_of(bytes({0, 0xFF, 0x58, 4, 4, 255, 24, 8}) + kNote);
  EXPECT_NE(warning_of(huge).find("time signatures out of range"), std::string::npos);
  EXPECT_EQ(read_smf(huge).song.time_signatures.at(0).denominator, 64);
  EXPECT_NE(warning_of(smf_of(bytes({0, 0xFF, 0x58, 4, 0, 2, 24, 8}) + kNote)).find("out of range"), std::string::npos);
  EXPECT_NE(warning_of(smf_of(bytes({0, 0xFF, 0x59, 2, 8, 0}) + kNote)).find("keys that there are not"),
            std::string::npos);
  EXPECT_NE(warning_of(smf_of(bytes({0, 0xFF, 0x51, 1, 8}) + kNote)).find("cut short"), std::string::npos);
  EXPECT_EQ(read_smf(smf_of(bytes({0, 0xFF, 0x59, 2, 0xFD, 1}) + kNote)).song.keys.at(0).pitch_class, 0);  // C minor
}

TEST(SmfReader, OfTwoTempiAtATickTheLaterHolds) {
  const std::string two = bytes({0, 0xFF, 0x51, 3, 6, 0, 0, 0, 0xFF, 0x51, 3, 7, 0, 0});
  const MidiSong song = read_smf(smf_of(two + kNote)).song;
  ASSERT_EQ(song.tempi.size(), 1u);
  EXPECT_EQ(song.tempi[0].microseconds_per_quarter, 7 << 16);
}

// M8
TEST(SmfReader, NotesWithoutAnEndLastToThatOfTheirTrack) {
  const std::string file = smf_of(bytes({0, 0x90, 60, 100, 0, 0x90, 62, 100, 50, 0x80, 62, 0, 50, 0x80, 61, 0}));
  EXPECT_NE(warning_of(file).find("notes without an end"), std::string::npos);
  expect_notes(read_smf(file).song.tracks.at(0).notes, {{0, 100, 60}, {0, 50, 62}});
}

TEST(SmfReader, ANoteThatStartsAgainEndsThere) {
  const std::string file = smf_of(bytes({0, 0x90, 60, 100, 30, 0x90, 60, 50, 30, 0x80, 60, 0, 30, 0x80, 60, 0}));
  EXPECT_NE(warning_of(file).find("start again before they end"), std::string::npos);
  expect_notes(read_smf(file).song.tracks.at(0).notes, {{0, 30, 60}, {30, 60, 60}});
  const std::string one_end = smf_of(bytes({0, 0x90, 60, 100, 30, 0x90, 60, 50, 30, 0x80, 60, 0, 90, 0x80, 61, 0}));
  expect_notes(read_smf(one_end).song.tracks.at(0).notes, {{0, 30, 60}, {30, 30, 60}});
}

TEST(SmfReader, ANoteWithoutLengthLastsATick) {
  const std::string file = smf_of(bytes({0, 0x90, 60, 100, 0, 0x80, 60, 0}));
  EXPECT_NE(warning_of(file).find("without length"), std::string::npos);
  expect_notes(read_smf(file).song.tracks.at(0).notes, {{0, 1, 60}});
  EXPECT_EQ(read_smf(file).song.end_tick, 1);
}

TEST(SmfReader, AMillionEventsAreTheLimit) {
  std::string events = bytes({0, 0x90, 60, 100});
  for (int i = 1; i < kMaxSmfEvents - 1; ++i) events += bytes({0, 60, 100});
  const ReadSmf read = read_smf(smf_of(events));
  EXPECT_EQ(read.song.tracks.at(0).notes.size(), 1u);  // all of one pitch and tick
  EXPECT_NE(refusal(smf_of(events + bytes({0, 60, 100}))).find("more than 1000000 events"), std::string::npos);
}

// M9
TEST(SmfReader, AFileWithoutNotesIsToldAndRead) {
  EXPECT_NE(warning_of(smf_of("")).find("no notes"), std::string::npos);
  EXPECT_TRUE(read_smf(smf_of("")).song.tracks.empty());
}

TEST(SmfReader, DrumsTenHoursAndChordsOf128VoicesAreRead) {
  std::string events;
  for (int pitch = 0; pitch < 128; ++pitch) events += bytes({0, 0x99, pitch, 100});
  events += bytes({0x90, 0xBD, 0xB0, 0x00});  // 34,560,000 ticks: ten hours
  for (int pitch = 0; pitch < 128; ++pitch) events += (pitch ? bytes({0}) : std::string()) + bytes({0x89, pitch, 0});
  const ReadSmf read = read_smf(smf_of(events));
  EXPECT_TRUE(read.warnings.empty());
  EXPECT_EQ(read.song.tracks.at(0).notes.size(), 128u);
  EXPECT_EQ(read.song.tick_to_sec(read.song.end_tick), 36000);
}

TEST(SmfReader, APauseOfAnyLengthIsWritten) {
  MidiSong song = written_song();
  song.ticks_per_quarter = 32767;
  song.end_tick = int64_t{1} << 30;
  song.tracks[0].notes.push_back({song.end_tick - 1, 1, 60, 60});
  EXPECT_EQ(to_smf(read_smf(to_smf(song)).song), to_smf(song));
}

TEST(SmfReader, RealSongsAreReadAndWrittenTheSame) {
  const char* named = std::getenv("SONGSCAPE_REAL_DATA");
  const fs::path data = named ? fs::path(named) : fs::path(SONGSCAPE_SOURCE_DIR) / "../shared/data";
  if (!fs::is_directory(data / "pop909")) GTEST_SKIP() << "no real data";
  for (const auto& entry : fs::directory_iterator(data / "pop909")) {
    if (entry.path().extension() != ".mid") continue;
    const ReadSmf read = read_smf(read_file(entry.path()));
    ASSERT_EQ(read.song.tracks.size(), 3u) << entry.path();
    EXPECT_EQ(to_smf(read_smf(to_smf(read.song)).song), to_smf(read.song)) << entry.path();
  }
}

void expect_sound(const MidiSong& song) {
  for (const MidiTrack& track : song.tracks) {
    EXPECT_FALSE(track.notes.empty() && track.lyrics.empty());
    int64_t before = 0;
    for (const MidiNote& note : track.notes) {
      EXPECT_LE(before, note.tick);
      EXPECT_LE(note.tick + note.duration, song.end_tick);
      before = note.tick;
    }
  }
}

void damage(std::string& file, Random& random) {
  const auto place = [&] { return static_cast<size_t>(random.below(static_cast<int64_t>(file.size()))); };
  constexpr unsigned char kTelling[] = {0x00, 0x7F, 0x80, 0x90, 0xB0, 0xC0, 0xF0, 0xF7, 0xFF, 0x2F, 0x51, 0x58};
  switch (random.below(6)) {
    case 0:
      file[place()] = static_cast<char>(random.below(256));
      break;
    case 1:
      file[place()] = static_cast<char>(kTelling[random.below(sizeof kTelling)]);
      break;
    case 2:
      file.resize(place() + 1);
      break;
    case 3:
      file.insert(place(), file.substr(place(), static_cast<size_t>(random.below(64))));
      break;
    case 4:
      file.erase(place(), static_cast<size_t>(random.below(16)));
      break;
    default:
      file[place() % 40] = static_cast<char>(random.below(256));
      break;
  }
  if (file.empty()) file = "M";
}

// Whatever the bytes: an Error `damaged`, or a song that can be written and is read the same.
TEST(SmfReaderFuzz, DamageIsRefusedOrHarmless) {
  const std::string pedal =
      bytes({0, 0xB0, 64, 127, 0, 0xF0, 2, 1, 0xF7, 0, 0xC0, 9}) + kNote + bytes({9, 0xB0, 64, 0});
  const std::vector<std::string> files = {
      to_smf(written_song()), smf_head(1, 2, 480) + smf_track(pedal + kNote + kSmfEnd) + smf_track(kNote + kSmfEnd),
      "RIFF" + bytes({60, 0, 0, 0}) + "RMIDdata" + bytes({40, 0, 0, 0}) + smf_of(kNote)};
  Random random(20261122);
  int n_refused = 0;
  constexpr int kRounds = 30000;
  for (int round = 0; round < kRounds; ++round) {
    std::string file = files[static_cast<size_t>(random.below(static_cast<int64_t>(files.size())))];
    for (int64_t n = 1 + random.below(3); n > 0; --n) damage(file, random);
    try {
      const MidiSong song = read_smf(file).song;
      expect_sound(song);
      const std::string written = to_smf(song);
      EXPECT_EQ(to_smf(read_smf(written).song), written) << round;
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::damaged) << e.what();
      ++n_refused;
    }
    if (HasFailure()) break;
  }
  EXPECT_GT(n_refused, kRounds / 10);
  EXPECT_LT(n_refused, kRounds * 9 / 10);
}

}  // namespace
}  // namespace songscape
