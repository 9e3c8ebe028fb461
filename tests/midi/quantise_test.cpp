#include "midi/quantise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "core/file.h"
#include "grid_songs.h"
#include "midi/smf_reader.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

namespace fs = std::filesystem;

MidiSong song_of(std::vector<MidiNote> notes) {
  MidiSong song;
  song.tracks.push_back({"", 0, 0, std::move(notes), {}});
  for (const MidiNote& note : song.tracks[0].notes) song.end_tick = std::max(song.end_tick, note.tick + note.duration);
  return song;
}

GridSong on_file_grid(const MidiSong& song) { return quantise(song, {.trust_file = true, .chords = false}); }

TEST(Quantise, NotesGoToTheNearestPositionDurationAndBin) {
  const GridSong grid = on_file_grid(song_of({{9, 470, 60, 64}, {11, 480 * 5, 62, 127}, {480 * 4 - 5, 10, 64, 3}}));
  const std::vector<GridNote> expected = {{0, 0, 0, 60, 16, 23},   // 23.5 steps: the lower of two equally near
                                          {0, 1, 0, 62, 31, 120},  // .55 of a step later
                                          {1, 0, 0, 64, 0, 1}};    // the next bar is nearer
  EXPECT_EQ(grid.notes, expected);
  EXPECT_EQ(grid.bars.size(), 2u);
}

TEST(Quantise, EqualNotesAtOnePlaceAreOne) {
  const GridSong grid = on_file_grid(song_of({{0, 480, 60, 40}, {3, 240, 60, 90}}));
  ASSERT_EQ(grid.notes.size(), 1u);
  EXPECT_EQ(grid.notes[0], (GridNote{0, 0, 0, 60, 22, 24}));
}

TEST(Quantise, ANoteEndsWhereItsPitchBeginsAgain) {
  const GridSong grid = on_file_grid(song_of({{0, 1920, 60, 80}, {480, 480, 60, 80}, {480, 480, 62, 80}}));
  EXPECT_EQ(grid.notes[0].duration, 24);
}

TEST(Quantise, LongBarsHaveTwelvePositionsAQuarter) {
  MidiSong song = song_of({{480 * 5, 480, 60, 80}});
  song.time_signatures = {{0, 6, 4}};
  const GridSong grid = on_file_grid(song);
  EXPECT_EQ(grid.notes[0].position, 60);
  EXPECT_EQ(time_signature_of(grid.bars[0].time_signature), (TimeSignature{6, 4}));
}

TEST(Quantise, TempiTimeSignaturesAndKeysAreThoseOfBars) {
  MidiSong song = song_of({{0, 480 * 12, 60, 80}});
  song.tempi = {{0, 500000}, {1920, 1000000}};
  song.time_signatures = {{0, 4, 4}, {1920, 3, 4}};
  song.keys = {{0, 2, false}, {1920, 9, true}};
  const GridSong grid = on_file_grid(song);
  ASSERT_EQ(grid.bars.size(), 4u);  // 4/4, then 3/4: 8 quarters more
  EXPECT_EQ(grid.bars[0], (GridBar{kFourFour, nearest_tempo(120), to_key(2, false)}));
  EXPECT_EQ(grid.bars[1], (GridBar{2, nearest_tempo(60), to_key(9, true)}));
}

TEST(Quantise, TracksOfOneProgramGetOthers) {
  MidiSong song;
  const auto add = [&](int channel, int program) {
    song.tracks.push_back({"", channel, program, {{0, 1, 60, 80}}, {}});
  };
  add(0, 0), add(1, 0), add(9, 0), add(2, 7), add(3, 7), add(4, 127), add(5, 127);
  song.tracks.push_back({"", 0, 5, {}, {{0, "la"}}});
  EXPECT_EQ(assign_programs(song), (std::vector<int>{0, 1, 128, 7, 2, 127, 120, -1}));
  for (int i = 0; i < 200; ++i) add(0, 0);  // more than there are
  EXPECT_EQ(assign_programs(song).back(), 0);
}

TEST(Quantise, TheMelodyIsKnownByNameOrAsTheHighestSingleLine) {
  MidiSong song;
  song.tracks.push_back({"Piano", 0, 0, {{0, 480, 60, 80}, {0, 480, 84, 80}}, {}});
  song.tracks.push_back({"Bass", 1, 33, {{0, 480, 40, 80}, {480, 480, 40, 80}}, {}});
  song.tracks.push_back({"Flute", 2, 73, {{0, 480, 70, 80}, {480, 480, 72, 80}}, {}});
  EXPECT_EQ(find_melody(song), 2);
  song.tracks[1].name = "MELODY";
  EXPECT_EQ(find_melody(song), 1);
  EXPECT_EQ(quantise(song).melody_program, 33);
  EXPECT_EQ(find_melody({}), -1);
}

TEST(Quantise, ASongWithoutNotesIsAnEmptyBar) {
  const GridSong grid = quantise(MidiSong{});
  EXPECT_EQ(grid.bars.size(), 1u);
  EXPECT_TRUE(grid.notes.empty());
  EXPECT_EQ(grid.bars[0].key, -1);
}

TEST(Quantise, ASongOfTooManyBarsIsRefused) {
  EXPECT_THROW(quantise(song_of({{int64_t{1} << 40, 1, 60, 80}})), Error);
  EXPECT_THROW(quantise(song_of({{0, 1, 60, 80}, {int64_t{1} << 40, 1, 60, 80}})), Error);
}

// Notes that end where their pitch begins again, and no bars behind them: as quantise() makes them.
GridSong settled(const GridSong& song) { return on_file_grid(to_midi(song)); }

TEST(Quantise, WhatWasQuantisedOnceStaysAsItIs) {
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    const GridSong song = settled(random_grid_song(random));
    const GridSong again = on_file_grid(read_smf(to_smf(to_midi(song))).song);
    EXPECT_EQ(again.notes, song.notes);
    EXPECT_EQ(again.bars, song.bars);
  }
}

fs::path pop909() {
  const char* named = std::getenv("SONGSCAPE_REAL_DATA");
  return (named ? fs::path(named) : fs::path(SONGSCAPE_SOURCE_DIR) / "../shared/data") / "pop909";
}

// Every note of the file has its note in the tokens' song, as near as docs/vocabulary.md says.
void expect_equal_within_quantisation(const MidiSong& song, const GridSong& grid, const BeatGrid& beats) {
  const std::vector<int> programs = assign_programs(song);
  const std::vector<int64_t> starts = bar_starts(grid);
  std::map<std::tuple<int64_t, int, int>, GridNote> by_place;
  for (const GridNote& note : grid.notes)
    by_place[{starts[static_cast<size_t>(note.bar)] + step_in_bar(grid, note.bar, note.position), note.program,
              note.pitch}] = note;
  std::set<std::tuple<int64_t, int, int>> found;
  for (size_t t = 0; t < song.tracks.size(); ++t)
    for (const MidiNote& note : song.tracks[t].notes) {
      const double start = std::max(0.0, beats.to_step(static_cast<double>(note.tick)));
      const double length =
          beats.to_step(static_cast<double>(note.tick + note.duration)) - beats.to_step(static_cast<double>(note.tick));
      auto at = by_place.end();
      for (const int64_t step : {std::lround(start), std::lround(start) - 1, std::lround(start) + 1})
        if (at == by_place.end()) at = by_place.find({step, programs[t], note.pitch});
      ASSERT_NE(at, by_place.end()) << note.tick;
      found.insert(at->first);
      EXPECT_LE(std::fabs(static_cast<double>(std::get<0>(at->first)) - start),
                grid.bars[static_cast<size_t>(at->second.bar)].time_signature > kFourFour ? 1.001 : 0.501);
      EXPECT_GE(at->second.velocity, velocity_bin(note.velocity));
      if (programs[t] == kDrumProgram) continue;
      const int duration = duration_of(nearest_duration(length));
      if (at->second.duration >= duration) continue;
      // Shorter only where the same pitch begins again within it.
      bool begins_again = false;
      for (int64_t step = std::get<0>(at->first) + 1; step <= std::get<0>(at->first) + duration; ++step)
        begins_again |= by_place.count({step, programs[t], note.pitch}) > 0;
      EXPECT_TRUE(begins_again) << note.tick;
    }
  EXPECT_EQ(found.size(), grid.notes.size());
}

TEST(Quantise, RealSongsLoseNothingBeyondTheQuantisation) {
  if (!fs::exists(pop909())) GTEST_SKIP() << "no real data";
  int64_t n_songs = 0, n_notes = 0, n_kept = 0;
  for (const auto& entry : fs::directory_iterator(pop909())) {
    if (entry.path().extension() != ".mid") continue;
    const MidiSong song = read_smf(read_file(entry.path())).song;
    const BeatGrid beats = find_beats(song);
    const GridSong grid = quantise(song, beats);
    GridSong decoded = from_tokens(to_tokens(grid));
    decoded.melody_program = grid.melody_program;
    ASSERT_EQ(decoded, grid) << entry.path();
    expect_equal_within_quantisation(song, decoded, beats);
    const GridSong again = on_file_grid(read_smf(to_smf(to_midi(decoded))).song);
    EXPECT_EQ(again.notes, grid.notes) << entry.path();
    EXPECT_EQ(again.bars, grid.bars) << entry.path();
    ++n_songs;
    for (const MidiTrack& track : song.tracks) n_notes += static_cast<int64_t>(track.notes.size());
    n_kept += static_cast<int64_t>(grid.notes.size());
  }
  std::cout << n_songs << " songs, " << n_notes << " notes, " << n_notes - n_kept << " merged with an equal one\n";
  EXPECT_EQ(n_songs, 909);
}

}  // namespace
}  // namespace songscape
