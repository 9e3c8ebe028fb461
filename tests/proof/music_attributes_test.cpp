#include "proof/music_attributes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "proof/music_figures.h"

namespace songscape {
namespace {

double value_of(const GridSong& song, const std::string& name) {
  const std::vector<double> values = attribute_values(song);
  for (size_t a = 0; a < values.size(); ++a)
    if (music_attributes()[a].name == name) return values[a];
  ADD_FAILURE() << "no attribute " << name;
  return 0;
}

GridSong two_bars() {
  GridSong song;
  song.bars = {{kFourFour, 10, to_key(9, true)}, {kFourFour, 10, to_key(9, true)}};
  song.notes = {
      {0, 0, 0, 60, 10, 24}, {0, 25, 0, 64, 12, 12}, {1, 47, 0, 67, 14, 12}, {1, 48, kDrumProgram, 36, 12, 6}};
  return song;
}

TEST(MusicAttributes, AreThoseWorkedByHand) {
  const GridSong song = two_bars();
  EXPECT_EQ(attribute_values(song).size(), music_attributes().size());
  EXPECT_EQ(value_of(song, "tempo"), tempo_of(10));
  EXPECT_EQ(value_of(song, "mode"), 1);
  EXPECT_EQ(value_of(song, "tonic"), 9);
  EXPECT_EQ(value_of(song, "density"), 2);
  EXPECT_EQ(value_of(song, "drums"), .25);
  EXPECT_NEAR(value_of(song, "register"), (60 + 64 + 67) / 3.0, 1e-9);
  EXPECT_EQ(value_of(song, "note length"), 16);
  EXPECT_EQ(value_of(song, "timing"), 0);  // on the grid, one late, one early, on the grid
  EXPECT_NEAR(value_of(song, "timing spread"), std::sqrt(.5), 1e-9);
  EXPECT_EQ(value_of(song, "velocity"), velocity_of(12));
}

TEST(MusicAttributes, WhatMusicHasNotIsUnknown) {
  GridSong song;
  song.bars = {{}};
  for (const char* name : {"mode", "tonic", "first chord's root", "register", "timing", "velocity", "drums"})
    EXPECT_TRUE(std::isnan(value_of(song, name))) << name;
  EXPECT_EQ(value_of(song, "density"), 0);
}

TEST(MusicAttributes, AFactorHasAValueForEachPiece) {
  const std::vector<Factor> factors = music_factors(std::vector{two_bars(), two_bars()});
  ASSERT_EQ(factors.size(), music_attributes().size());
  for (const Factor& f : factors) EXPECT_EQ(f.values.size(), 2u);
  EXPECT_TRUE(music_factors({})[0].values.empty());
}

TEST(MusicFigures, EachHasItsName) {
  GridSong empty;
  empty.bars = {{}};
  for (const GridSong& song : {two_bars(), empty}) EXPECT_EQ(music_figures(song).size(), music_figure_names().size());
}

}  // namespace
}  // namespace songscape
