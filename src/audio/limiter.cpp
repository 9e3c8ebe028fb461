#include "audio/limiter.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/error.h"

namespace songscape {
namespace {

constexpr int64_t kReach = 110;  // samples to each side: 5 ms

// The smoothing window, of sum 1.
std::vector<double> hann() {
  std::vector<double> window(2 * kReach + 1);
  double sum = 0;
  for (size_t i = 0; i < window.size(); ++i)
    sum += window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i + 1) / (2 * kReach + 2));
  for (double& w : window) w /= sum;
  return window;
}

// Stretches [begin, end) outside which no sample is reduced.
struct Stretch {
  int64_t begin, end;
};

std::vector<Stretch> loud_stretches(std::span<const float> samples, float ceiling) {
  std::vector<Stretch> stretches;
  const auto n = static_cast<int64_t>(samples.size());
  for (int64_t i = 0; i < n; ++i) {
    if (std::abs(samples[static_cast<size_t>(i)]) <= ceiling) continue;
    const Stretch around{std::max<int64_t>(0, i - 2 * kReach), std::min(n, i + 2 * kReach + 1)};
    if (!stretches.empty() && around.begin <= stretches.back().end)
      stretches.back().end = around.end;
    else
      stretches.push_back(around);
  }
  return stretches;
}

// Reductions (1 − gain), of each sample the greatest of its neighbourhood.
std::vector<float> held_reductions(std::span<const float> samples, float ceiling) {
  const auto n = static_cast<int64_t>(samples.size());
  std::vector<float> held(samples.size());
  for (int64_t i = 0; i < n; ++i) {
    const float size = std::abs(samples[static_cast<size_t>(i)]);
    if (size <= ceiling) continue;
    const float reduction = 1 - ceiling / size;
    for (int64_t j = std::max<int64_t>(0, i - kReach); j <= std::min(n - 1, i + kReach); ++j)
      held[static_cast<size_t>(j)] = std::max(held[static_cast<size_t>(j)], reduction);
  }
  return held;
}

// Smoothed reductions: weighted means of values each of which is at least what the sample itself needs.
std::vector<double> smoothed(std::span<const float> held) {
  static const std::vector<double> window = hann();
  const auto n = static_cast<int64_t>(held.size());
  std::vector<double> sums(held.size());
  for (int64_t i = 0; i < n; ++i)
    for (int64_t k = -kReach; k <= kReach; ++k)
      sums[static_cast<size_t>(i)] +=
          window[static_cast<size_t>(k + kReach)] * held[static_cast<size_t>(std::clamp<int64_t>(i + k, 0, n - 1))];
  return sums;
}

}  // namespace

Limited limit_peaks(std::span<float> samples, float ceiling) {
  check(ceiling > 0, "a limiter's ceiling is positive");
  constexpr double kHeard = 1 - 0.98855309465693886;  // .1 dB
  double most = 0;
  int64_t n_reduced = 0;
  for (const Stretch& stretch : loud_stretches(samples, ceiling)) {
    const auto part =
        samples.subspan(static_cast<size_t>(stretch.begin), static_cast<size_t>(stretch.end - stretch.begin));
    const auto reductions = smoothed(held_reductions(part, ceiling));
    for (size_t i = 0; i < part.size(); ++i) {
      part[i] = std::clamp(static_cast<float>(part[i] * (1 - reductions[i])), -ceiling, ceiling);
      most = std::max(most, reductions[i]);
      n_reduced += reductions[i] > kHeard;
    }
  }
  if (most == 0) return {};
  return {.most_db = -20 * std::log10(1 - most),
          .share = static_cast<double>(n_reduced) / static_cast<double>(samples.size())};
}

}  // namespace songscape
