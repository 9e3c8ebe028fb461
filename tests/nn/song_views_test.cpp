#include "nn/song_views.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/mel_scale.h"
#include "nn/agreement.h"
#include "nn/noise.h"

namespace songscape {
namespace {

constexpr SongViewConfig kStill{.semitones = 0, .gain_db = 0, .tilt_db = 0, .shelf_db = 0, .shifts_time = false};

at::Tensor view_of(const Batch& batch, const SongViewConfig& config, uint64_t seed = 1) {
  at::Generator noise = noise_for(seed, "views");
  return SongViews(config, batch.x.size(1))(batch, noise);
}

TEST(SongViews, WithoutAnyChangeAreTheSongItself) {
  const Batch batch{.x = at::rand({3, 128, 20}), .n_valid_frames = {}};
  EXPECT_TRUE(view_of(batch, kStill).equal(batch.x));
}

TEST(SongViews, GainMovesAllBandsAlikeByAtMostWhatWasAskedFor) {
  SongViewConfig config = kStill;
  config.gain_db = 8;
  const Batch batch{.x = at::zeros({40, 128, 4}) + 0.5, .n_valid_frames = {}};
  const at::Tensor moved = view_of(batch, config) - 0.5;
  EXPECT_LE(moved.abs().max().item<float>(), 0.1 + 1e-6);
  EXPECT_GT(moved.abs().max().item<float>(), 0.08);
  EXPECT_LT((moved - moved.mean({1, 2}, true)).abs().max().item<float>(), 1e-6);
}

TEST(SongViews, TellWhatTheyDid) {
  SongViewConfig config = kStill;
  config.gain_db = 8;
  config.tilt_db = 4;
  const Batch batch{.x = at::zeros({40, 128, 4}) + 0.5, .n_valid_frames = {}};
  at::Generator noise = noise_for(1, "views");
  ViewChanges changes;
  const at::Tensor moved = SongViews(config, 128)(batch, noise, &changes) - 0.5;
  EXPECT_LT((moved.mean({1, 2}) - changes.gain * 0.1).abs().max().item<float>(), 1e-6);
  EXPECT_LT((moved.select(1, 127).select(1, 0) - changes.gain * 0.1 - changes.tilt * 0.05).abs().max().item<float>(),
            1e-6);
  EXPECT_GT(changes.tilt.abs().max().item<float>(), .8);
  EXPECT_EQ(changes.transposition.abs().max().item<float>(), 0);
}

TEST(SongViews, SilenceStaysSilent) {
  SongViewConfig config;
  config.semitones = 0;
  const Batch batch{.x = at::zeros({4, 128, 9}), .n_valid_frames = {}};
  EXPECT_EQ(view_of(batch, config).abs().max().item<float>(), 0);
}

TEST(SongViews, AnOctaveUpMovesAPeakToTheBandOfTwiceItsFrequency) {
  SongViewConfig config = kStill;
  config.semitones = 12;
  const std::vector<double> corners = mel_corners(128, 11025);
  at::Tensor x = at::zeros({64, 128, 1});
  x.select(1, 40).fill_(1);
  const at::Tensor peaks = view_of({.x = x, .n_valid_frames = {}}, config).squeeze(2).argmax(1);
  const auto highest = peaks.max().item<int64_t>(), lowest = peaks.min().item<int64_t>();
  const double octaves_up = std::log2(corners[static_cast<size_t>(highest) + 1] / corners[41]);
  EXPECT_GT(octaves_up, 0.8);
  EXPECT_LT(octaves_up, 1.05);
  EXPECT_LT(lowest, 40);
}

TEST(SongViews, AShiftInTimeKeepsEveryFrameAndLeavesPaddingAlone) {
  SongViewConfig config = kStill;
  config.shifts_time = true;
  at::Tensor x = at::linspace(0.1, 1, 30).view({1, 1, 30}).repeat({5, 2, 1});
  x.narrow(2, 24, 6).zero_();
  const at::Tensor n_valid = at::tensor({24, 24, 24, 24, 24}, at::kLong);
  const at::Tensor y = view_of({.x = x, .n_valid_frames = n_valid}, config);
  EXPECT_TRUE(y.narrow(2, 24, 6).equal(x.narrow(2, 24, 6)));
  EXPECT_TRUE(std::get<0>(y.narrow(2, 0, 24).sort(2)).equal(x.narrow(2, 0, 24)));
  EXPECT_FALSE(y.equal(x));
}

TEST(NtXent, IsNearZeroForPairsThatAgreeAndStandApart) {
  const at::Tensor a = at::tensor({1.f, 0.f, 0.f, 1.f}).view({2, 2});
  // Each view sees its partner at cosine 1 and two others at 0: −log(e^10 / (e^10 + 2)).
  EXPECT_NEAR(nt_xent(a, a, 0.1).item<float>(), std::log1p(2 * std::exp(-10.0)), 1e-6);
  EXPECT_GT(nt_xent(a, a.flip(0), 0.1).item<float>(), 9);
}

TEST(NtXent, OfOneSongIsZero) {
  const at::Tensor a = at::rand({1, 4});
  EXPECT_NEAR(nt_xent(a, at::rand({1, 4}), 0.2).item<float>(), 0, 1e-6);
}

}  // namespace
}  // namespace songscape
