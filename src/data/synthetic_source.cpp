#include "data/synthetic_source.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/hash.h"
#include "core/random.h"

namespace songscape {
namespace {

constexpr double kTau = 6.283185307179586;

struct Pattern {
  double centre, spacing, width, period, phase, level;
};

Pattern pattern_of(const SyntheticSource::Options& options, int64_t row) {
  Random kind(options.seed, stream_id("synthetic class", static_cast<uint64_t>(row % options.n_classes)));
  Random own(options.seed, stream_id("synthetic row", static_cast<uint64_t>(row)));
  return {.centre = kind.uniform(0.05, 0.3) + own.uniform(-0.02, 0.02),
          .spacing = kind.uniform(0.1, 0.3),
          .width = kind.uniform(0.02, 0.06),
          .period = kind.uniform(8, 40) * own.uniform(0.95, 1.05),
          .phase = own.uniform(),
          .level = own.uniform(0.6, 0.9)};
}

double value_at(const Pattern& p, double height, double frame) {
  const double beat = 0.55 + 0.45 * std::cos(kTau * (frame / p.period + p.phase));
  double ridge = 0;
  for (int k = 0; k < 4; ++k) {
    const double d = (height - p.centre - k * p.spacing) / p.width;
    ridge += std::exp(-0.5 * d * d) / (1 + k);
  }
  return std::clamp(p.level * std::min(1.0, ridge) * beat, 0.0, 1.0);
}

}  // namespace

SyntheticSource::SyntheticSource(Options options) : options_(std::move(options)) {
  check(options_.n_rows >= 1 && options_.n_classes >= 1 && !options_.item_shape.empty(),
        "rows of some shape and class");
  for (const int64_t d : options_.item_shape) check(d >= 1, "every axis has a length");
}

void SyntheticSource::read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const {
  const int64_t n_frames = options_.item_shape.back(), n_bands = item_size(*this) / n_frames;
  for (size_t i = 0; i < rows.size(); ++i) {
    check(rows[i] >= 0 && rows[i] < options_.n_rows, "a row of the source");
    const Pattern p = pattern_of(options_, rows[i]);
    Random noise(options_.seed, stream_id("synthetic noise", static_cast<uint64_t>(rows[i])));
    const bool is_short = options_.vary_length && rows[i] % 4 == 3;
    n_valid_frames[i] = static_cast<int32_t>(is_short ? std::max<int64_t>(1, n_frames * 2 / 3) : n_frames);
    for (int64_t b = 0; b < n_bands; ++b) {
      for (int64_t t = 0; t < n_frames; ++t) {
        const double v = value_at(p, static_cast<double>(b) / static_cast<double>(n_bands), static_cast<double>(t));
        *out++ = t < n_valid_frames[i] ? static_cast<float>(std::clamp(v + 0.02 * noise.uniform(), 0.0, 1.0)) : 0.0f;
      }
    }
  }
}

std::string SyntheticSource::content_hash() const {
  std::string text = "synthetic 1";
  for (const int64_t d : options_.item_shape) text += " " + std::to_string(d);
  for (const uint64_t v : {static_cast<uint64_t>(options_.n_rows), static_cast<uint64_t>(options_.n_classes),
                           options_.seed, static_cast<uint64_t>(options_.vary_length)})
    text += " " + std::to_string(v);
  return sha256_hex(text);
}

}  // namespace songscape
