#include "midi/feature_overlap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "midi/pitch_metrics.h"

namespace songscape {

const std::array<std::string_view, kNumSetFeatures> kSetFeatureNames = {"pitch count",
                                                                        "note count",
                                                                        "pitch class histogram",
                                                                        "pitch class transition matrix",
                                                                        "pitch range",
                                                                        "average pitch interval",
                                                                        "average inter-onset interval",
                                                                        "note length histogram"};

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<int, 12> kLengths = {96, 48, 24, 12, 6, 72, 36, 18, 9, 32, 16, 8};
constexpr size_t kBins = 1024;

void to_shares(std::vector<double>& counts) {
  double sum = 0;
  for (const double c : counts) sum += c;
  for (double& c : counts) c = sum > 0 ? c / sum : 0;
}

size_t nearest_length(int steps) {
  const auto distance = [&](int length) { return std::fabs(std::log(static_cast<double>(steps) / length)); };
  return static_cast<size_t>(
      std::min_element(kLengths.begin(), kLengths.end(), [&](int a, int b) { return distance(a) < distance(b); }) -
      kLengths.begin());
}

struct Moments {
  double mean = kNaN, deviation = kNaN;
};

Moments moments(std::span<const double> values) {
  if (values.empty()) return {};
  double mean = 0, square = 0;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) mean += v / n;
  for (const double v : values) square += (v - mean) * (v - mean);
  return {mean, values.size() > 1 ? std::sqrt(square / (n - 1)) : 0};
}

double bandwidth(std::span<const double> values) {
  return moments(values).deviation * std::pow(static_cast<double>(values.size()), -0.2);
}

// The density at the middles of kBins bins, of values shared out between the two nearest middles.
std::vector<double> density(std::span<const double> values, double low, double width, double bandwidth_of) {
  std::vector<double> counts(kBins), out(kBins);
  for (const double v : values) {
    const double at = std::clamp((v - low) / width, 0.0, static_cast<double>(kBins - 1));
    const auto left = std::min(static_cast<size_t>(at), kBins - 2);
    counts[left] += 1 - (at - static_cast<double>(left));
    counts[left + 1] += at - static_cast<double>(left);
  }
  for (size_t i = 0; i < kBins; ++i) {
    if (counts[i] == 0) continue;
    for (size_t j = 0; j < kBins; ++j) {
      const double z = (static_cast<double>(i) - static_cast<double>(j)) * width / bandwidth_of;
      out[j] += counts[i] * std::exp(-z * z / 2);
    }
  }
  double sum = 0;
  for (const double d : out) sum += d * width;
  for (double& d : out) d /= sum;
  return out;
}

double distance_between(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

}  // namespace

std::array<std::vector<double>, kNumSetFeatures> set_features(const GridSong& song) {
  const std::vector<int64_t> starts = note_starts(song);
  std::vector<double> classes(12), transitions(144), lengths(12);
  double n = 0, intervals = 0, gaps = 0, n_gaps = 0;
  const GridNote* before = nullptr;
  int64_t start_before = 0;
  for (size_t i = 0; i < song.notes.size(); ++i) {
    const GridNote& note = song.notes[i];
    if (note.program == kDrumProgram) continue;
    const auto pitch_class = static_cast<size_t>(note.pitch % 12);
    n += 1;
    classes[pitch_class] += 1;
    lengths[nearest_length(note.duration)] += 1;
    if (before) {
      intervals += std::abs(note.pitch - before->pitch);
      transitions[static_cast<size_t>(before->pitch % 12) * 12 + pitch_class] += 1;
      if (starts[i] > start_before) gaps += static_cast<double>(starts[i] - start_before), n_gaps += 1;
    }
    before = &note;
    start_before = starts[i];
  }
  to_shares(classes);
  to_shares(transitions);
  to_shares(lengths);
  return {std::vector{static_cast<double>(n_pitches(song))},
          {n},
          classes,
          transitions,
          {static_cast<double>(pitch_range(song))},
          {n > 1 ? intervals / (n - 1) : 0},
          {n_gaps > 0 ? gaps / n_gaps : 0},
          lengths};
}

double overlapping_area(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return kNaN;
  double width_a = bandwidth(a), width_b = bandwidth(b);
  const double scale = std::max(std::fabs(*std::max_element(a.begin(), a.end())), 1e-300) * 1e-9;
  if (width_a <= scale && width_b <= scale) return std::fabs(moments(a).mean - moments(b).mean) <= scale ? 1 : 0;
  if (width_a <= scale) width_a = width_b;
  if (width_b <= scale) width_b = width_a;
  const double reach = 4 * std::max(width_a, width_b);
  const double low = std::min(*std::min_element(a.begin(), a.end()), *std::min_element(b.begin(), b.end())) - reach;
  const double high = std::max(*std::max_element(a.begin(), a.end()), *std::max_element(b.begin(), b.end())) + reach;
  const double width = (high - low) / (kBins - 1);
  // No narrower than what the bins can show.
  const std::vector<double> p = density(a, low, width, std::max(width_a, width)),
                            q = density(b, low, width, std::max(width_b, width));
  double area = 0;
  for (size_t i = 0; i < kBins; ++i) area += std::min(p[i], q[i]) * width;
  return std::clamp(area, 0.0, 1.0);
}

std::array<FeatureOverlap, kNumSetFeatures> feature_overlaps(std::span<const GridSong> real,
                                                             std::span<const GridSong> made) {
  std::vector<std::array<std::vector<double>, kNumSetFeatures>> of_real, of_made;
  for (const GridSong& song : real) of_real.push_back(set_features(song));
  for (const GridSong& song : made) of_made.push_back(set_features(song));
  std::array<FeatureOverlap, kNumSetFeatures> out;
  for (size_t f = 0; f < kNumSetFeatures; ++f) {
    std::vector<double> within, between;
    for (size_t i = 0; i < of_real.size(); ++i) {
      for (size_t j = 0; j < i; ++j) within.push_back(distance_between(of_real[i][f], of_real[j][f]));
      for (const auto& song : of_made) between.push_back(distance_between(of_real[i][f], song[f]));
    }
    const Moments inner = moments(within), outer = moments(between);
    out[f] = {inner.mean, inner.deviation, outer.mean, outer.deviation, overlapping_area(within, between)};
  }
  return out;
}

}  // namespace songscape
