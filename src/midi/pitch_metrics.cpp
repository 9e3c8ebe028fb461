#include "midi/pitch_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace songscape {
namespace {

std::set<int> pitches_of(const GridSong& song) {
  std::set<int> out;
  for (const GridNote& note : song.notes)
    if (note.program != kDrumProgram) out.insert(note.pitch);
  return out;
}

}  // namespace

PitchClasses pitch_class_distribution(std::span<const GridSong> songs) {
  PitchClasses out{};
  double n = 0;
  for (const GridSong& song : songs)
    for (const GridNote& note : song.notes)
      if (note.program != kDrumProgram) out[static_cast<size_t>(note.pitch % 12)] += 1, n += 1;
  for (double& share : out) share = n > 0 ? share / n : std::numeric_limits<double>::quiet_NaN();
  return out;
}

PitchClasses pitch_class_distribution(const GridSong& song) { return pitch_class_distribution(std::span{&song, 1}); }

double total_variation(const PitchClasses& p, const PitchClasses& q) {
  double sum = 0;
  for (size_t i = 0; i < 12; ++i) sum += std::fabs(p[i] - q[i]) / 2;
  return sum;
}

double jensen_shannon(const PitchClasses& p, const PitchClasses& q) {
  double sum = 0;
  const auto term = [](double a, double mean) { return a == 0 ? 0 : a * std::log2(a / mean) / 2; };
  for (size_t i = 0; i < 12; ++i) {
    const double mean = (p[i] + q[i]) / 2;
    sum += term(p[i], mean) + term(q[i], mean);
  }
  return sum;
}

double pitch_class_entropy(const GridSong& song) {
  double sum = 0;
  for (const double share : pitch_class_distribution(song)) sum -= share == 0 ? 0 : share * std::log2(share);
  return sum;
}

double scale_consistency(const GridSong& song) {
  const PitchClasses shares = pitch_class_distribution(song);
  if (std::isnan(shares[0])) return shares[0];
  double best = 0;
  for (int key = 0; key < kNumKeys; ++key) {
    double inside = 0;
    for (size_t p = 0; p < 12; ++p) inside += key_tones(key) >> p & 1 ? shares[p] : 0;
    best = std::max(best, inside);
  }
  return best;
}

int n_pitch_classes(const GridSong& song) {
  std::set<int> classes;
  for (const int pitch : pitches_of(song)) classes.insert(pitch % 12);
  return static_cast<int>(classes.size());
}

int n_pitches(const GridSong& song) { return static_cast<int>(pitches_of(song).size()); }

int pitch_range(const GridSong& song) {
  const std::set<int> pitches = pitches_of(song);
  return pitches.empty() ? 0 : *pitches.rbegin() - *pitches.begin();
}

}  // namespace songscape
