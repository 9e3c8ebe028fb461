#include "midi/harmonic_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "grid_songs.h"

namespace songscape {
namespace {

TEST(HarmonicMetrics, NotesAreJudgedByTheChordAndKeyOfTheirPlace) {
  // C major: C (both), D (key), then under B major from beat 3: D# (chord), G# (neither).
  GridSong song = grid_song(1, {{0, 0, 0, 60, 20, 24},
                                {0, 24, 0, 62, 20, 24},
                                {0, 48, 0, 63, 20, 24},
                                {0, 72, 0, 68, 20, 24},
                                {0, 72, kDrumProgram, 36, 20, 6}});
  song.chords = {{0, 0, to_chord(0, ChordQuality::major)}, {0, 48, to_chord(11, ChordQuality::major)}};
  const HarmonicValidity validity = harmonic_validity(song);
  EXPECT_DOUBLE_EQ(validity.in_chord, 0.5);
  EXPECT_DOUBLE_EQ(validity.in_key, 0.5);
  EXPECT_DOUBLE_EQ(validity.in_either, 0.75);
}

TEST(HarmonicMetrics, AMinorKeyHasItsLeadingNote) {
  GridSong song = grid_song(1, {{0, 0, 0, 68, 20, 24}});
  song.bars[0].key = to_key(9, true);
  EXPECT_DOUBLE_EQ(harmonic_validity(song).in_key, 1);
}

TEST(HarmonicMetrics, WithoutChordsOnlyTheKeyJudges) {
  const HarmonicValidity validity = harmonic_validity(grid_song(1, {{0, 0, 0, 61, 20, 24}}));
  EXPECT_TRUE(std::isnan(validity.in_chord));
  EXPECT_DOUBLE_EQ(validity.in_either, 0);
}

TEST(HarmonicMetrics, WithoutNotesThereIsNothingToJudge) {
  EXPECT_TRUE(std::isnan(harmonic_validity(grid_song(1, {})).in_either));
  EXPECT_TRUE(std::isnan(estimated_harmonic_validity(grid_song(1, {})).in_either));
}

TEST(HarmonicMetrics, ATriadFitsItsOwnEstimateWhateverItSaysOfItself) {
  GridSong song = grid_song(1, {{0, 0, 0, 60, 20, 96}, {0, 0, 0, 64, 20, 96}, {0, 0, 0, 67, 20, 96}});
  song.bars[0].key = to_key(6, false);
  song.chords = {{0, 0, to_chord(6, ChordQuality::major)}};
  EXPECT_DOUBLE_EQ(estimated_harmonic_validity(song).in_either, 1);
  EXPECT_DOUBLE_EQ(harmonic_validity(song).in_either, 0);
}

}  // namespace
}  // namespace songscape
