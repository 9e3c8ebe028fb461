#include "midi/beat_alignment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace songscape {
namespace {

constexpr int kTicks = 480, kBars = 24;

// Bass and chord on each bar's first beat, a chord on the third, a tune in 8ths and some 16ths.
MidiSong plain_song() {
  constexpr int kRoots[] = {0, 9, 5, 7}, kTune[] = {0, 4, 7, 4, 5, 4, 2, 0};
  MidiSong song;
  song.tracks.push_back({"Melody", 0, 73, {}, {}});
  song.tracks.push_back({"Piano", 1, 0, {}, {}});
  for (int bar = 0; bar < kBars; ++bar) {
    const int64_t start = int64_t{bar} * 4 * kTicks;
    const int root = kRoots[bar % 4];
    song.tracks[1].notes.push_back({start, 4 * kTicks, 36 + root, 90});
    for (const int pitch : {60 + root, 64 + root, 67 + root}) {
      song.tracks[1].notes.push_back({start, 2 * kTicks, pitch, 80});
      song.tracks[1].notes.push_back({start + 2 * kTicks, 2 * kTicks, pitch, 80});
    }
    for (int i = 0; i < 8; ++i)
      song.tracks[0].notes.push_back({start + i * kTicks / 2, kTicks / 2, 72 + kTune[(i + bar) % 8], 90});
    song.tracks[0].notes.push_back({start + 5 * kTicks / 4, kTicks / 4, 84, 90});
  }
  song.end_tick = (kBars + 4) * 4 * kTicks;
  return song;
}

MidiSong moved(MidiSong song, const auto& to) {
  for (MidiTrack& track : song.tracks)
    for (MidiNote& note : track.notes) note.tick = to(note.tick);
  return song;
}

// Every bar of the plain song begins a bar, within a 24th.
void expect_bars(const BeatGrid& grid, const auto& to, int from_bar = 0) {
  for (int bar = from_bar; bar < kBars; ++bar) {
    const double step = grid.to_step(static_cast<double>(to(int64_t{bar} * 4 * kTicks)));
    double start = 0;
    for (size_t i = 0; start < step - 2; ++i)
      start += time_signature_of(grid.bars[std::min(i, grid.bars.size() - 1)]).steps();
    EXPECT_NEAR(step, start, 1) << bar;
  }
}

TEST(BeatAlignment, ASongWithoutNotesHasTheBeatsOfItsFile) {
  EXPECT_TRUE(find_beats({}).is_of_file);
  EXPECT_EQ(find_beats({}).to_step(960), 48);
}

TEST(BeatAlignment, NotesOnTheTicksKeepTheirFilesBars) {
  MidiSong song = plain_song();
  song.time_signatures = {{0, 3, 4}};
  const BeatGrid grid = find_beats(song);
  EXPECT_TRUE(grid.is_of_file);
  EXPECT_EQ(grid.bars, (std::vector<int>{2}));
}

TEST(BeatAlignment, APerformanceIsFoundWhereverItBegins) {
  for (const int64_t shift : {37, 120, 240, 301, 480 + 77, 1300}) {
    const auto to = [&](int64_t tick) { return tick + shift; };
    MidiSong song = moved(plain_song(), to);
    song.time_signatures = {{0, 1, 4}};
    const BeatGrid grid = find_beats(song);
    EXPECT_FALSE(grid.is_of_file);
    EXPECT_GT(grid.beat_confidence, 0.5);
    EXPECT_GE(grid.to_step(static_cast<double>(shift)), 0);
    expect_bars(grid, to);
  }
}

TEST(BeatAlignment, UnevenPlayingIsFollowed) {
  Random random(9);
  MidiSong song = moved(plain_song(), [&](int64_t tick) {
    return std::max<int64_t>(0, tick + 333 + std::llround(random.normal() * 0.02 * kTicks));
  });
  expect_bars(estimate_beats(song), [](int64_t tick) { return tick + 333; });
}

TEST(BeatAlignment, AJumpOfPhaseIsFollowed) {
  const auto to = [](int64_t tick) { return tick + 200 + (tick >= 12 * 4 * kTicks ? 90 : 0); };
  const BeatGrid grid = estimate_beats(moved(plain_song(), to));
  expect_bars(grid, to);
}

TEST(BeatAlignment, StepsAndTicksAreInversesAndAscend) {
  const BeatGrid grid = estimate_beats(moved(plain_song(), [](int64_t tick) { return tick + 200 + tick / 100; }));
  double before = -1e9;
  for (double tick = -5000; tick < 60000; tick += 173) {
    EXPECT_NEAR(grid.to_tick(grid.to_step(tick)), tick, 1e-6);
    EXPECT_GT(grid.to_step(tick), before);
    before = grid.to_step(tick);
  }
}

TEST(BeatAlignment, FewAndOddNotesDoNoHarm) {
  Random random(10);
  for (int i = 0; i < 60; ++i) {
    MidiSong song;
    song.ticks_per_quarter = 1 + static_cast<int>(random.below(500));
    song.tracks.push_back({"", random.below(3) == 0 ? 9 : 0, 0, {}, {}});
    for (int64_t n = random.below(12); n >= 0; --n)
      song.tracks[0].notes.push_back(
          {random.below(5000), 1 + random.below(9000), static_cast<int>(random.below(128)), 90});
    const BeatGrid grid = estimate_beats(song);
    ASSERT_GE(grid.quarter_ticks.size(), 2u);
    EXPECT_TRUE(std::is_sorted(grid.quarter_ticks.begin(), grid.quarter_ticks.end()));
    for (const int bar : grid.bars) EXPECT_LT(bar, 8);
    for (const MidiNote& note : song.tracks[0].notes) EXPECT_GE(grid.to_step(static_cast<double>(note.tick)), 0);
    EXPECT_GE(grid.bar_confidence, 0);
    EXPECT_LE(grid.beat_confidence, 1);
  }
}

}  // namespace
}  // namespace songscape
