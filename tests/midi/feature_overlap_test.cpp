#include "midi/feature_overlap.h"

#include <gtest/gtest.h>

#include <cmath>

#include "grid_songs.h"

namespace songscape {
namespace {

TEST(FeatureOverlap, FeaturesOfASmallSong) {
  const GridSong song = grid_song(1, {{0, 0, 0, 60, 20, 24},
                                      {0, 0, 0, 64, 20, 24},
                                      {0, 24, 0, 60, 20, 12},
                                      {0, 72, 0, 72, 20, 12},
                                      {0, 0, kDrumProgram, 36, 20, 6}});
  const auto f = set_features(song);
  EXPECT_EQ(f[0], std::vector<double>{3});
  EXPECT_EQ(f[1], std::vector<double>{4});
  EXPECT_DOUBLE_EQ(f[2][0], 0.75);
  EXPECT_DOUBLE_EQ(f[3][4], 1.0 / 3);       // C to E
  EXPECT_DOUBLE_EQ(f[3][4 * 12], 1.0 / 3);  // E to C
  EXPECT_DOUBLE_EQ(f[3][0], 1.0 / 3);       // C to C
  EXPECT_EQ(f[4], std::vector<double>{12});
  EXPECT_DOUBLE_EQ(f[5][0], (4 + 4 + 12) / 3.0);
  EXPECT_DOUBLE_EQ(f[6][0], (24 + 48) / 2.0);
  EXPECT_DOUBLE_EQ(f[7][2], 0.5);  // quarters
  EXPECT_DOUBLE_EQ(f[7][3], 0.5);  // eighths
}

TEST(FeatureOverlap, OfNothingFeaturesAreZero) {
  for (const auto& feature : set_features(grid_song(1, {})))
    for (const double value : feature) EXPECT_EQ(value, 0);
}

std::vector<double> normal(double mean, int n) {
  Random random(8, static_cast<uint64_t>(n));
  std::vector<double> out;
  for (int i = 0; i < n; ++i) out.push_back(mean + random.normal());
  return out;
}

TEST(FeatureOverlap, EqualDistributionsOverlapAndFarOnesDoNot) {
  const std::vector<double> a = normal(0, 4000);
  EXPECT_NEAR(overlapping_area(a, a), 1, 1e-9);
  EXPECT_GT(overlapping_area(a, normal(0, 3999)), 0.95);
  EXPECT_LT(overlapping_area(a, normal(100, 4000)), 1e-6);
  // Two unit normals a distance of 2 apart share 2 Φ(−1), a little more where the kernels widen them.
  EXPECT_NEAR(overlapping_area(a, normal(2, 4000)), 0.3173, 0.03);
}

TEST(FeatureOverlap, ConstantsOverlapWhereTheyAreEqual) {
  const std::vector<double> ones(5, 1.0), twos(3, 2.0);
  EXPECT_EQ(overlapping_area(ones, ones), 1);
  EXPECT_EQ(overlapping_area(ones, twos), 0);
  EXPECT_GT(overlapping_area(ones, normal(1, 100)), 0.2);
  EXPECT_EQ(overlapping_area(std::vector<double>{1.0}, ones), 1);
  EXPECT_TRUE(std::isnan(overlapping_area({}, ones)));
}

std::vector<GridSong> random_songs(uint64_t seed, int n) {
  Random random(seed);
  std::vector<GridSong> out;
  for (int i = 0; i < n; ++i) out.push_back(random_grid_song(random));
  return out;
}

TEST(FeatureOverlap, SongsOfOneKindOverlapMoreThanOthers) {
  const std::vector<GridSong> real = random_songs(1, 60), alike = random_songs(2, 60);
  std::vector<GridSong> other = alike;
  for (GridSong& song : other) {
    std::erase_if(song.notes, [](const GridNote& note) { return note.pitch > 40; });
    for (GridNote& note : song.notes)
      if (note.program != kDrumProgram) note.duration = 1;
  }
  const auto like = feature_overlaps(real, alike), unlike = feature_overlaps(real, other);
  for (size_t f = 0; f < kNumSetFeatures; ++f) EXPECT_GT(like[f].overlap, 0.8) << kSetFeatureNames[f];
  EXPECT_LT(unlike[4].overlap, 0.4);  // pitch range
  EXPECT_LT(unlike[7].overlap, 0.4);  // lengths
}

TEST(FeatureOverlap, OneSongHasNoDistancesWithin) {
  const std::vector<GridSong> one = random_songs(3, 1);
  EXPECT_TRUE(std::isnan(feature_overlaps(one, one)[0].overlap));
  EXPECT_TRUE(std::isnan(feature_overlaps({}, one)[0].within_mean));
  EXPECT_TRUE(std::isnan(feature_overlaps(one, {})[0].between_mean));
}

TEST(FeatureOverlap, CopiesOfOneSongOverlapWholly) {
  const std::vector<GridSong> copies(4, random_songs(4, 1)[0]);
  for (const FeatureOverlap& overlap : feature_overlaps(copies, copies)) EXPECT_EQ(overlap.overlap, 1);
}

}  // namespace
}  // namespace songscape
