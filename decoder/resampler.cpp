#include "decoder/resampler.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "audio/clip.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

// a · b / c without overflow for a song's lengths, rounded down.
int64_t scale(int64_t a, int64_t b, int64_t c) { return static_cast<int64_t>(static_cast<__int128>(a) * b / c); }

}  // namespace

WindowResampler::WindowResampler(int sample_rate, Window window, Sink sink)
    : rate_(sample_rate), n_left_(window.n_samples), sink_(std::move(sink)) {
  const int64_t margin = std::llround(kMarginSec * rate_);
  // rate / g input samples last exactly as long as kSampleRate / g output samples.
  const int64_t g = std::gcd<int64_t>(rate_, kSampleRate);
  const int64_t period = std::max<int64_t>(0, scale(window.start, rate_, kSampleRate) - margin) / (rate_ / g);
  begin_ = period * (rate_ / g);
  n_to_skip_ = window.start - period * (kSampleRate / g);
  end_ =
      window.n_samples == INT64_MAX ? INT64_MAX : scale(window.start + window.n_samples, rate_, kSampleRate) + margin;
  if (rate_ == kSampleRate) return;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  soxr_error_t error = nullptr;
  soxr_ = soxr_create(rate_, kSampleRate, 1, &error, &io, &quality, &runtime);
  if (!soxr_) throw Rejected(std::string("cannot resample: ") + error);
  out_.resize(1 << 14);
}

WindowResampler::~WindowResampler() {
  if (soxr_) soxr_delete(soxr_);
}

void WindowResampler::feed(std::span<const float> mono, int64_t first_frame) {
  const int64_t from = std::max(begin_, first_frame),
                to = std::min(end_, first_frame + static_cast<int64_t>(mono.size()));
  if (from >= to || n_left_ == 0) return;
  auto in = mono.subspan(static_cast<size_t>(from - first_frame), static_cast<size_t>(to - from));
  if (!soxr_) return put(in);
  while (true) {
    size_t n_in = 0, n_out = 0;
    soxr_process(soxr_, in.data(), in.size(), &n_in, out_.data(), out_.size(), &n_out);
    put({out_.data(), n_out});
    in = in.subspan(n_in);
    if (in.empty() && n_out < out_.size()) return;
    if (n_in == 0 && n_out == 0) return;
  }
}

void WindowResampler::finish() {
  while (soxr_ && n_left_ > 0) {
    size_t n_out = 0;
    soxr_process(soxr_, nullptr, 0, nullptr, out_.data(), out_.size(), &n_out);
    if (n_out == 0) return;
    put({out_.data(), n_out});
  }
}

void WindowResampler::put(std::span<const float> out) {
  const auto n_skipped = static_cast<size_t>(std::min<int64_t>(n_to_skip_, static_cast<int64_t>(out.size())));
  n_to_skip_ -= static_cast<int64_t>(n_skipped);
  out = out.subspan(n_skipped);
  const auto n = static_cast<size_t>(std::min<int64_t>(n_left_, static_cast<int64_t>(out.size())));
  if (n == 0) return;
  if (n_left_ != INT64_MAX) n_left_ -= static_cast<int64_t>(n);
  sink_(out.first(n));
}

}  // namespace songscape::decoder
