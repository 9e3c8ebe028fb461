#include "nn/song_views.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/mel_scale.h"
#include "nn/autocast.h"
#include "nn/noise.h"

namespace songscape {
namespace {

constexpr int64_t kWarps = 41;  // transpositions are drawn from so many, evenly spaced
constexpr double kDbRange = 80, kHighestHz = 11025, kShelfHz = 2000, kShelfOctaves = 0.5;

std::vector<double> band_middles(int64_t n_bands) {
  const std::vector<double> corners = mel_corners(static_cast<int>(n_bands), kHighestHz);
  return {corners.begin() + 1, corners.end() - 1};
}

// The band, as a fractional number, whose middle is `hz`; the outermost ones stand for what lies beyond.
double band_at(const std::vector<double>& band_hz, double hz) {
  const auto above = std::upper_bound(band_hz.begin(), band_hz.end(), hz);
  if (above == band_hz.begin()) return 0;
  if (above == band_hz.end()) return static_cast<double>(band_hz.size() - 1);
  const double low = *(above - 1);
  return static_cast<double>(above - band_hz.begin() - 1) + (hz - low) / (*above - low);
}

// Row b takes, between two bands, what stood at band b's frequency before all was multiplied by `ratio`.
void fill_warp(at::Tensor warp, const std::vector<double>& band_hz, double ratio) {
  auto w = warp.accessor<float, 2>();
  const auto n = static_cast<int64_t>(band_hz.size());
  for (int64_t b = 0; b < n; ++b) {
    const double from = band_at(band_hz, band_hz[static_cast<size_t>(b)] / ratio);
    const int64_t low = std::min(static_cast<int64_t>(from), n - 2);
    w[b][low] += static_cast<float>(1 - (from - static_cast<double>(low)));
    w[b][low + 1] += static_cast<float>(from - static_cast<double>(low));
  }
}

at::Tensor share_of(const at::Tensor& drawn, double limit) {
  return limit > 0 ? drawn.flatten() / limit : at::zeros({drawn.size(0)}, drawn.options());
}

// The same as rolling each song by its own number of frames, all at once: a device is not asked for the numbers.
at::Tensor rolled(const at::Tensor& x, const at::Tensor& n_valid_frames, const at::Tensor& share) {
  const int64_t n_songs = x.size(0), n_frames = x.size(2);
  const at::Tensor frames = at::arange(n_frames, x.options().dtype(at::kLong)).unsqueeze(0);  // [1, frames]
  const at::Tensor n =
      n_valid_frames.defined() ? n_valid_frames.unsqueeze(1) : at::full_like(frames.narrow(1, 0, 1), n_frames);
  const at::Tensor by = (share.unsqueeze(1) * n).to(at::kLong);  // [songs, 1]
  const at::Tensor from = at::where(frames < n, (frames - by).remainder(n), frames);
  return x.gather(2, from.expand({n_songs, n_frames}).unsqueeze(1).expand(x.sizes()));
}

}  // namespace

SongViews::SongViews(const SongViewConfig& config, int64_t n) : config_(config) {
  check(n >= 2, "there are bands to move");
  const std::vector<double> band_hz = band_middles(n);
  warps_ = at::zeros({kWarps, n, n});
  for (int64_t i = 0; i < kWarps; ++i) {
    const double semitones = config.semitones * (2.0 * static_cast<double>(i) / (kWarps - 1) - 1);
    fill_warp(warps_[i], band_hz, std::exp2(semitones / 12));
  }
  tilt_ = at::linspace(-1, 1, n);
  shelf_ = at::empty({n});
  for (int64_t b = 0; b < n; ++b)
    shelf_[b] =
        1 / (1 + std::exp(-std::log2(std::max(band_hz[static_cast<size_t>(b)], 1.0) / kShelfHz) / kShelfOctaves));
}

void SongViews::move_to(at::Device device) const {
  for (at::Tensor* t : {&warps_, &tilt_, &shelf_}) *t = t->to(device);
}

at::Tensor SongViews::transposed(const at::Tensor& x, at::Generator& noise, ViewChanges& changes) const {
  changes.transposition = at::zeros({x.size(0)}, x.options());
  if (config_.semitones == 0) return x;
  const at::Tensor which = index_noise({x.size(0)}, kWarps, noise, x.device());
  changes.transposition = which.to(at::kFloat) * (2.0 / (kWarps - 1)) - 1;
  return at::bmm(warps_.index_select(0, which), x);
}

at::Tensor SongViews::shifted(const at::Tensor& x, const at::Tensor& n_valid_frames, at::Generator& noise) const {
  if (!config_.shifts_time) return x;
  const at::Tensor share = uniform_noise({x.size(0)}, 0, 1, noise, x.device(), at::kDouble);
  if (!x.is_cpu()) return rolled(x, n_valid_frames, share);
  at::Tensor out = x.clone();
  for (int64_t i = 0; i < x.size(0); ++i) {
    const int64_t n = n_valid_frames.defined() ? n_valid_frames[i].item<int64_t>() : x.size(2);
    const auto by = static_cast<int64_t>(share[i].item<double>() * static_cast<double>(n));
    out[i].narrow(1, 0, n).copy_(at::roll(x[i].narrow(1, 0, n), {by}, {1}));
  }
  return out;
}

at::Tensor SongViews::operator()(const Batch& batch, at::Generator& noise, ViewChanges* changes) const {
  at::NoGradGuard no_grad;
  const Autocast f32(false);  // bf16 would be a third of a decibel
  check(batch.x.dim() == 3 && batch.x.size(1) == tilt_.size(0), "rows are mel clips");
  const int64_t n = batch.size();
  move_to(batch.x.device());
  ViewChanges done;
  at::Tensor x = transposed(batch.x, noise, done);
  const double most_gain = config_.gain_db / kDbRange, most_tilt = config_.tilt_db / kDbRange;
  // [batch, 1, 1], −limit … limit
  const auto draw = [&](double limit) { return uniform_noise({n, 1, 1}, -limit, limit, noise, x.device()); };
  const at::Tensor gain = draw(most_gain), tilt = draw(most_tilt), shelf = draw(config_.shelf_db / kDbRange);
  done.gain = share_of(gain, most_gain);
  done.tilt = share_of(tilt, most_tilt);
  if (changes) *changes = done;
  x = ((x + (gain + tilt * tilt_.view({1, -1, 1}) + shelf * shelf_.view({1, -1, 1}))) * (x > 0)).clamp_(0, 1);
  return shifted(x, batch.n_valid_frames, noise);
}

}  // namespace songscape
