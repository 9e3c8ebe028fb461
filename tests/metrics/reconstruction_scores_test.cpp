#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "metrics/calibration.h"
#include "metrics/leakage.h"
#include "metrics/sharpness.h"

namespace songscape {
namespace {

TEST(Calibration, IsAsWorkedByHand) {
  const std::vector<double> confidence = {.9, .9, .9, .9, .3, .3};
  const std::vector<uint8_t> right = {1, 1, 1, 0, 0, 1};
  const Calibration c = calibration(confidence, right, 10);
  EXPECT_NEAR(c.expected_error, 4 / 6. * .15 + 2 / 6. * .2, 1e-12);
  EXPECT_NEAR(c.greatest_error, .2, 1e-12);
  EXPECT_NEAR(c.mean_confidence, .7, 1e-12);
  EXPECT_NEAR(c.accuracy, 4 / 6., 1e-12);
  EXPECT_EQ(c.bins[8].n_rows, 4);  // .9 belongs to (.8, .9]
  EXPECT_EQ(c.bins[2].n_rows, 2);
  EXPECT_TRUE(std::isnan(c.bins[0].accuracy));
}

TEST(Calibration, OfSureAndRightIsZeroAndOfSureAndWrongIsOne) {
  EXPECT_EQ(calibration(std::vector<double>{1, 1}, std::vector<uint8_t>{1, 1}).expected_error, 0);
  EXPECT_EQ(calibration(std::vector<double>{1, 1}, std::vector<uint8_t>{0, 0}).expected_error, 1);
  EXPECT_EQ(calibration(std::vector<double>{0}, std::vector<uint8_t>{0}).expected_error, 0);
}

TEST(Calibration, OfNoRowsIsNanAndOfNanIsRefused) {
  EXPECT_TRUE(std::isnan(calibration({}, {}).expected_error));
  EXPECT_THROW(calibration(std::vector<double>{std::nan("")}, std::vector<uint8_t>{1}), Error);
  EXPECT_THROW(calibration(std::vector<double>{1.5}, std::vector<uint8_t>{1}), Error);
}

MelView view(const std::vector<float>& values, int64_t n_bands, int64_t n_frames, int64_t n_valid) {
  return {.values = values, .n_bands = n_bands, .n_frames = n_frames, .n_valid_frames = n_valid};
}

TEST(GradientEnergy, IsAsWorkedByHand) {
  const std::vector<float> x = {0, 1, 1, 9, 0, 0, 2, 9};  // two bands, three valid frames and one of padding
  EXPECT_NEAR(gradient_energy(view(x, 2, 4, 3)), (0 + 1 + 1) / 3. + (1 + 0 + 0 + 4) / 4., 1e-12);
}

TEST(GradientEnergy, OfABlurredPictureIsLessAndOfAFlatOneZero) {
  std::vector<float> x(64 * 100), blurred(x.size());
  for (size_t i = 0; i < x.size(); ++i) x[i] = i % 7 == 0;
  for (size_t i = 1; i + 1 < x.size(); ++i) blurred[i] = (x[i - 1] + x[i] + x[i + 1]) / 3;
  EXPECT_LT(gradient_energy(view(blurred, 64, 100, 100)), .5 * gradient_energy(view(x, 64, 100, 100)));
  EXPECT_EQ(gradient_energy(view(std::vector<float>(30, .5f), 3, 10, 10)), 0);
  EXPECT_EQ(gradient_energy(view({.5f}, 1, 1, 1)), 0);
}

TEST(OnsetEnvelope, RisesOnlyWhereBandsDo) {
  const std::vector<float> x = {0, 1, 1, .5f, 0, 0, 0, 1};
  EXPECT_EQ(onset_envelope(view(x, 2, 4, 4)), (std::vector<double>{0, .5, 0, .5}));
}

TEST(OnsetCorrelation, IsOneForTheSameBeatsAndNanForAFlatPicture) {
  std::vector<float> x(10 * 50), quieter(x.size()), late(x.size());
  for (size_t b = 0; b < 10; ++b)
    for (size_t t = 0; t < 50; ++t) {
      x[b * 50 + t] = t % 10 == 0;
      quieter[b * 50 + t] = t % 10 == 0 ? .3f : 0.0f;
      late[b * 50 + t] = t % 10 == 5;
    }
  EXPECT_NEAR(onset_correlation(view(x, 10, 50, 50), view(quieter, 10, 50, 50)), 1, 1e-6);
  EXPECT_LT(onset_correlation(view(x, 10, 50, 50), view(late, 10, 50, 50)), 0);
  EXPECT_TRUE(std::isnan(onset_correlation(view(x, 10, 50, 50), view(std::vector<float>(500, 1), 10, 50, 50))));
  EXPECT_TRUE(std::isnan(onset_correlation(view({1}, 1, 1, 1), view({1}, 1, 1, 1))));
}

// Dimension 0 moves loudness by 2 spreads a deviation, 1 moves nothing, 2 moves brightness by −1 and loudness by .5.
MeasuredTraversal three_axes(int64_t n_songs) {
  MeasuredTraversal t{.attributes = {"loudness", "brightness"},
                      .spread = {2, 10},
                      .steps = {-1, 0, 1},
                      .dimensions = {"z0", "z1", "z2"},
                      .n_songs = n_songs,
                      .values = {}};
  for (int64_t song = 0; song < n_songs; ++song)
    for (int dimension = 0; dimension < 3; ++dimension)
      for (const double step : t.steps) {
        const double wobble = .02 * static_cast<double>(song % 3);
        t.values.push_back(-20 + static_cast<double>(song) + step * (dimension == 0 ? 4 + wobble : dimension == 2));
        t.values.push_back(1000 + step * (dimension == 2 ? -10 : 0));
      }
  return t;
}

TEST(Leakage, FindsWhatEachAxisMovesWithItsShareAsWorkedByHand) {
  const Leakage l = leakage(three_axes(6));
  EXPECT_NEAR(l.effect(0, 0), 2.01, 1e-6);
  EXPECT_NEAR(l.effect(0, 1), 0, 1e-9);
  EXPECT_NEAR(l.effect(2, 0), .5, 1e-6);
  EXPECT_NEAR(l.effect(2, 1), -1, 1e-6);
  EXPECT_EQ(l.axes[0].attribute, "loudness");
  EXPECT_EQ(l.axes[0].share, 1);
  EXPECT_EQ(l.axes[0].confidence, 1);
  EXPECT_LT(l.axes[0].low, l.axes[0].effect);
  EXPECT_GT(l.axes[0].high, l.axes[0].effect);
  EXPECT_EQ(l.axes[1].attribute, "nothing");
  EXPECT_EQ(l.axes[2].dimension, "z2");
  EXPECT_EQ(l.axes[2].attribute, "brightness");
  EXPECT_NEAR(l.axes[2].share, 1 / 1.5, 1e-6);
}

TEST(Leakage, AnEffectThatTurnsWithTheSongIsMovementWithoutADirection) {
  MeasuredTraversal t = three_axes(8);
  for (size_t i = 0; i < t.values.size() / 2; ++i) t.values[i] = -t.values[i];
  const Leakage l = leakage(t);
  EXPECT_NEAR(l.movement(2, 1), 1, 1e-6);
  EXPECT_NEAR(l.effect(2, 1), 0, 1e-6);
  EXPECT_LT(l.axes[2].confidence, 1);
}

TEST(Leakage, LeavesOutWhatCouldNotBeMeasured) {
  MeasuredTraversal t = three_axes(4);
  for (size_t i = 0; i < t.values.size(); i += 2) t.values[i] = std::nan("");  // no loudness anywhere
  t.values[1] = std::nan("");                                                  // and one brightness
  const Leakage l = leakage(t);
  EXPECT_TRUE(std::isnan(l.effect(0, 0)));
  EXPECT_EQ(l.axes[0].attribute, "nothing");
  EXPECT_EQ(l.axes[2].attribute, "brightness");
  for (double& v : t.values) v = std::nan("");
  EXPECT_EQ(leakage(t).axes[2].attribute, "nothing");
}

TEST(Leakage, OfOneSongIsSureOfItsOnlyEvidence) {
  const Leakage l = leakage(three_axes(1));
  EXPECT_EQ(l.axes[0].attribute, "loudness");
  EXPECT_EQ(l.axes[0].low, l.axes[0].high);
}

TEST(Leakage, RefusesAnAttributeWithoutSpread) {
  MeasuredTraversal t = three_axes(2);
  t.spread[1] = 0;
  EXPECT_THROW(leakage(t), Error);
}

}  // namespace
}  // namespace songscape
