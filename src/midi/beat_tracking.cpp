#include "midi/beat_tracking.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "midi/vocabulary.h"

namespace songscape {
namespace {

constexpr int kPhases = 96;
constexpr double kDriftCost = 2, kJumpCost = 14;
constexpr double kRegroupCost = 40;    // a jump along the 16ths: syncopation is far more common
constexpr double kMaxSliceWeight = 6;  // of the onsets of a quarter together

// What share of onsets lies where in a beat.
struct Subdivision {
  double at, share;
};
constexpr std::array<Subdivision, 4> kBinary = {{{0, .46}, {.5, .3}, {.25, .1}, {.75, .1}}};
constexpr std::array<Subdivision, 4> kTernary = {{{0, .5}, {2.0 / 3, .26}, {1.0 / 3, .16}, {.5, .04}}};

using Table = std::array<double, kPhases>;

double around(double distance, double width) {
  return std::exp(-distance * distance / (2 * width * width)) / (width * 2.5066282746);
}

// Log density of an onset `phase` behind its beat, in quarters; every phase is possible.
Table log_density(const std::array<Subdivision, 4>& subdivisions) {
  Table table{};
  for (int i = 0; i < kPhases; ++i) {
    double density = 0.06;
    for (const auto& [at, share] : subdivisions) {
      double distance = std::fabs(static_cast<double>(i) / kPhases - at);
      distance = std::min(distance, 1 - distance);
      density += share * (0.5 * around(distance, 0.011) + 0.44 * around(distance, 0.03));
    }
    table[static_cast<size_t>(i)] = std::log(density);
  }
  return table;
}

int phase_bin(double quarter) {
  return static_cast<int>(std::lround((quarter - std::floor(quarter)) * kPhases)) % kPhases;
}

Table cost_of_changes() {
  Table cost{};
  for (int shift = 0; shift < kPhases; ++shift) {
    const int least = std::min(shift, kPhases - shift), off_grid = least % (kPhases / 4);
    const bool regroups = std::min(off_grid, kPhases / 4 - off_grid) <= 1;
    cost[static_cast<size_t>(shift)] = least == 0 ? 0 : least == 1 ? kDriftCost : regroups ? kRegroupCost : kJumpCost;
  }
  return cost;
}

// Log-likelihood of each slice's onsets under each phase.
std::vector<Table> slice_likelihoods(const std::vector<Onset>& onsets, const Table& density) {
  const auto n_slices = static_cast<size_t>(onsets.empty() ? 1 : std::floor(onsets.back().quarter) + 1);
  std::vector<Table> out(n_slices, Table{});
  for (size_t i = 0; i < onsets.size();) {
    const auto slice = static_cast<size_t>(onsets[i].quarter);
    size_t end = i;
    double weight = 0;
    while (end < onsets.size() && static_cast<size_t>(onsets[end].quarter) == slice) weight += onsets[end++].weight;
    const double scale = std::min(1.0, kMaxSliceWeight / weight);
    for (; i < end; ++i) {
      const int bin = phase_bin(onsets[i].quarter);
      for (int phase = 0; phase < kPhases; ++phase)
        out[slice][static_cast<size_t>(phase)] +=
            scale * onsets[i].weight * density[static_cast<size_t>((bin - phase + kPhases) % kPhases)];
    }
  }
  return out;
}

struct Path {
  std::vector<int> phases;  // one a slice
  double log_likelihood = 0;
};

Path best_path(const std::vector<Table>& slices) {
  const Table cost = cost_of_changes();
  std::vector<std::array<uint8_t, kPhases>> from(slices.size());
  Table score = slices[0];
  for (size_t i = 1; i < slices.size(); ++i) {
    Table next{};
    for (int phase = 0; phase < kPhases; ++phase) {
      double best = score[static_cast<size_t>(phase)];
      int best_from = phase;
      for (int before = 0; before < kPhases; ++before) {
        const double through =
            score[static_cast<size_t>(before)] - cost[static_cast<size_t>((phase - before + kPhases) % kPhases)];
        if (through > best) best = through, best_from = before;
      }
      next[static_cast<size_t>(phase)] = best + slices[i][static_cast<size_t>(phase)];
      from[i][static_cast<size_t>(phase)] = static_cast<uint8_t>(best_from);
    }
    score = next;
  }
  Path path{std::vector<int>(slices.size()), 0};
  auto phase = static_cast<size_t>(std::max_element(score.begin(), score.end()) - score.begin());
  path.log_likelihood = score[phase];
  for (size_t i = slices.size(); i-- > 0; phase = from[i][phase]) path.phases[i] = static_cast<int>(phase);
  return path;
}

// By how much the path is likelier than the likeliest of those `shifts` later.
double margin_over(const std::vector<Table>& slices, const Path& path, std::initializer_list<int> shifts) {
  const auto with_shift = [&](int shift) {
    double sum = 0;
    for (size_t i = 0; i < slices.size(); ++i)
      sum += slices[i][static_cast<size_t>((path.phases[i] + shift) % kPhases)];
    return sum;
  };
  double other = -1e300;
  for (const int shift : shifts) other = std::max(other, with_shift(shift));
  return with_shift(0) - other;
}

// The nearest onset's distance from the 12ths and 16ths that the phases are made for, averaged over a stretch without
// jumps: phases are 1/96 apart, onsets need not be.
std::vector<double> refined(const std::vector<double>& beats, const std::vector<Onset>& onsets) {
  constexpr size_t kReach = 8;
  std::vector<double> sum(beats.size()), weight(beats.size());
  size_t beat = 0;
  for (const Onset& onset : onsets) {
    while (beat + 1 < beats.size() && beats[beat + 1] <= onset.quarter + 0.125) ++beat;
    const double fourths = (onset.quarter - beats[beat]) * 4, off = fourths - std::round(fourths);
    if (std::fabs(off) > 0.12) continue;
    sum[beat] += onset.weight * off / 4;
    weight[beat] += onset.weight;
  }
  std::vector<double> out = beats;
  for (size_t i = 0; i < beats.size(); ++i) {
    const auto is_steady = [&](size_t a) { return std::fabs(beats[a + 1] - beats[a] - 1) < 1e-9; };
    double total = 0, total_weight = 0;
    size_t from = i, to = i;
    while (from > 0 && i - from < kReach && is_steady(from - 1)) --from;
    while (to + 1 < beats.size() && to - i < kReach && is_steady(to)) ++to;
    for (size_t j = from; j <= to; ++j) total += sum[j], total_weight += weight[j];
    if (total_weight > 0) out[i] += total / total_weight;
  }
  return out;
}

std::vector<double> to_beats(const std::vector<int>& phases) {
  std::vector<double> beats;
  double phase = phases[0] / static_cast<double>(kPhases);
  for (size_t i = 0; i < phases.size(); ++i) {
    if (i > 0) {
      const int change = (phases[i] - phases[i - 1] + 3 * kPhases / 2) % kPhases - kPhases / 2;
      phase += change / static_cast<double>(kPhases);
    }
    beats.push_back(static_cast<double>(i) + phase);
  }
  beats.push_back(beats.back() + 1);
  return beats;
}

}  // namespace

std::vector<Onset> find_onsets(const MidiSong& song) {
  std::vector<Onset> onsets;
  for (const MidiTrack& track : song.tracks)
    for (const MidiNote& note : track.notes) {
      const double quarters = static_cast<double>(note.duration) / song.ticks_per_quarter;
      double weight = 0.5 + 0.25 * std::min(quarters, 2.0) + (note.pitch < 53 ? 0.5 : 0);
      if (track.is_drums()) weight = note.pitch <= 40 ? 1 : 0.4;
      onsets.push_back({static_cast<double>(note.tick) / song.ticks_per_quarter, weight});
    }
  std::sort(onsets.begin(), onsets.end(), [](const Onset& a, const Onset& b) {
    return a.quarter != b.quarter ? a.quarter < b.quarter : a.weight < b.weight;
  });
  return onsets;
}

BeatPath track_beats(const std::vector<Onset>& onsets) {
  BeatPath out;
  for (const auto& subdivisions : {kBinary, kTernary}) {
    const std::vector<Table> slices = slice_likelihoods(onsets, log_density(subdivisions));
    const Path path = best_path(slices);
    if (!out.beats.empty() && path.log_likelihood <= out.log_likelihood) continue;
    out = {refined(to_beats(path.phases), onsets), path.log_likelihood, margin_over(slices, path, {kPhases / 2}),
           margin_over(slices, path, {24, 32, 48, 64, 72})};
  }
  return out;
}

double log_likelihood_on_ticks(const std::vector<Onset>& onsets) {
  double best = -1e300;
  for (const auto& subdivisions : {kBinary, kTernary}) {
    double sum = 0;
    for (const Table& slice : slice_likelihoods(onsets, log_density(subdivisions))) sum += slice[0];
    best = std::max(best, sum);
  }
  return best;
}

}  // namespace songscape
