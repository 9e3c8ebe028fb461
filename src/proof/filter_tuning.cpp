#include "proof/filter_tuning.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace songscape {
namespace {

constexpr int kGratings = 16;            // from 0 to Nyquist along each axis
constexpr double kLeastCoherence = .35;  // below: several directions at once
constexpr double kLeastTilt = 22.5;      // degrees from an axis at which a filter is diagonal
constexpr double kMostFlat = .9;         // share of the energy that is the filter's mean
double response_to(MatrixView w, double u, double v) {
  std::complex<double> sum = 0;
  for (int64_t b = 0; b < w.n_rows; ++b)
    for (int64_t t = 0; t < w.n_cols; ++t)
      sum += static_cast<double>(w(b, t)) * std::polar(1.0, -(u * static_cast<double>(b) + v * static_cast<double>(t)));
  return std::abs(sum);
}

size_t kind_of(const FilterTuning& t) {
  if (t.flat_share > kMostFlat) return 4;
  if (t.coherence < kLeastCoherence) return 3;
  const double from_bands = std::abs(t.direction_deg);
  if (from_bands < kLeastTilt) return 0;
  return from_bands > 90 - kLeastTilt ? 1 : 2;
}

}  // namespace

FilterTuning filter_tuning(MatrixView weights) {
  Matrix w(weights.n_rows, weights.n_cols);
  double mean = 0, energy = 0;
  const auto n = static_cast<double>(w.values.size());
  for (size_t i = 0; i < w.values.size(); ++i) mean += weights.data[i] / n;
  for (size_t i = 0; i < w.values.size(); ++i) {
    energy += static_cast<double>(weights.data[i]) * weights.data[i];
    w.values[i] = weights.data[i] - static_cast<float>(mean);
  }
  FilterTuning t;
  t.flat_share = energy > 0 ? n * mean * mean / energy : 1;
  t.response = Matrix(kGratings + 1, 2 * kGratings + 1);
  double best = -1, uu = 0, uv = 0, vv = 0;
  for (int i = 0; i <= kGratings; ++i)
    for (int j = -kGratings; j <= kGratings; ++j) {
      const double u = i * std::numbers::pi / kGratings, v = j * std::numbers::pi / kGratings;
      const double r = response_to(w, u, v), weight = r * r * (i == 0 ? .5 : 1);  // row 0 holds both signs
      t.response(i, j + kGratings) = static_cast<float>(r);
      const double size = u * u + v * v;
      if (size > 0) uu += weight * u * u / size, uv += weight * u * v / size, vv += weight * v * v / size;
      if (r > best)
        best = r, t.cycles_per_band = u / (2 * std::numbers::pi), t.cycles_per_frame = v / (2 * std::numbers::pi);
    }
  if (uu + vv > 0) {
    t.coherence = std::hypot(uu - vv, 2 * uv) / (uu + vv);
    t.direction_deg = .5 * std::atan2(2 * uv, uu - vv) * 180 / std::numbers::pi;
  }
  t.kind = kind_of(t);
  return t;
}

}  // namespace songscape
