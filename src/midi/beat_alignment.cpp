#include "midi/beat_alignment.h"

#include <algorithm>
#include <cmath>

#include "midi/bar_tracking.h"
#include "midi/beat_tracking.h"
#include "midi/grid_song.h"

namespace songscape {
namespace {

constexpr double kMaxQuartersToTrack = 20'000;
// The file's beats are believed unless others are likelier than this by a quarter's onsets: syncopation costs less.
constexpr double kLikelierByQuarter = 0.5;
// Fitted to how often the built-in corpus's beats are half a beat off (bench_symbolic).
constexpr double kBeatCertainty = 0.55;

bool declares_no_bars(const MidiSong& song) {
  return std::all_of(song.time_signatures.begin(), song.time_signatures.end(),
                     [](const MidiTimeSignature& s) { return s.numerator == 1; }) &&
         !song.time_signatures.empty();
}

void move_half_a_beat_later(std::vector<double>& beats) {
  beats.push_back(2 * beats.back() - beats[beats.size() - 2]);
  for (size_t i = 0; i + 1 < beats.size(); ++i) beats[i] = (beats[i] + beats[i + 1]) / 2;
  beats.pop_back();
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

int known_signature(const MidiTimeSignature& signature) {
  const int value = find_time_signature({signature.numerator, signature.denominator});
  return value < 0 ? kFourFour : value;
}

BeatGrid from_paths(const BeatPath& path, const BarPath& bars, double ticks_per_quarter) {
  BeatGrid grid;
  grid.is_of_file = false;
  grid.bars.clear();
  for (const double beat : path.beats) grid.quarter_ticks.push_back(beat * ticks_per_quarter);
  // Whole bars before the first downbeat, so that no note lies before step 0.
  const auto m = static_cast<size_t>(bars.beats_per_bar);
  const double first = grid.quarter_ticks.front();
  size_t n_before = (m - bars.downbeats.front() % m) % m;
  if (first > 0 && n_before == 0) n_before = m;
  for (size_t i = 1; i <= n_before; ++i)
    grid.quarter_ticks.insert(grid.quarter_ticks.begin(), first - static_cast<double>(i) * ticks_per_quarter);
  for (size_t i = 0; i < (n_before + bars.downbeats.front()) / m; ++i) grid.bars.push_back(bars.beats_per_bar - 1);
  for (size_t i = 0; i + 1 < bars.downbeats.size(); ++i)
    grid.bars.push_back(static_cast<int>(bars.downbeats[i + 1] - bars.downbeats[i]) - 1);
  grid.bars.push_back(bars.beats_per_bar - 1);
  return grid;
}

}  // namespace

double BeatGrid::to_step(double tick) const {
  const auto after = std::upper_bound(quarter_ticks.begin() + 1, quarter_ticks.end() - 1, tick);
  const auto quarter = static_cast<double>(after - quarter_ticks.begin() - 1);
  return kStepsPerQuarter * (quarter + (tick - *std::prev(after)) / (*after - *std::prev(after)));
}

double BeatGrid::to_tick(double step) const {
  const double quarter = step / kStepsPerQuarter;
  const double last = static_cast<double>(quarter_ticks.size()) - 2;
  const auto before = static_cast<size_t>(std::clamp(std::floor(quarter), 0.0, last));
  return quarter_ticks[before] +
         (quarter - static_cast<double>(before)) * (quarter_ticks[before + 1] - quarter_ticks[before]);
}

BeatGrid beats_of_file(const MidiSong& song) {
  BeatGrid grid;
  grid.quarter_ticks = {0, static_cast<double>(song.ticks_per_quarter)};
  grid.beat_confidence = grid.bar_confidence = 1;
  grid.bars.clear();
  int now = kFourFour;
  int64_t step = 0;
  for (const MidiTimeSignature& signature : song.time_signatures) {
    while (static_cast<double>(step) * song.ticks_per_quarter <
               static_cast<double>(signature.tick) * kStepsPerQuarter &&
           grid.bars.size() < kMaxBars) {
      grid.bars.push_back(now);
      step += time_signature_of(now).steps();
    }
    now = known_signature(signature);
  }
  grid.bars.push_back(now);
  return grid;
}

BeatGrid estimate_beats(const MidiSong& song) {
  BeatPath path = track_beats(find_onsets(song));
  const auto in_ticks = [&] {
    std::vector<double> ticks;
    for (const double beat : path.beats) ticks.push_back(beat * song.ticks_per_quarter);
    return ticks;
  };
  // Onsets alone often take a steady off-beat for the beat.
  const double evidence = evidence_for_half_a_beat_later(song, in_ticks());
  if (evidence > 0) move_half_a_beat_later(path.beats);
  const BarPath bars = track_bars(song, in_ticks());
  BeatGrid grid = from_paths(path, bars, song.ticks_per_quarter);
  const double margin = path.margin / std::sqrt(static_cast<double>(path.beats.size()));
  grid.beat_confidence = logistic(kBeatCertainty * std::fabs(evidence)) * (evidence > 0 ? 1 : logistic(margin));
  grid.bar_confidence = grid.beat_confidence * logistic(bars.margin);
  return grid;
}

BeatGrid find_beats(const MidiSong& song) {
  const std::vector<Onset> onsets = find_onsets(song);
  if (onsets.empty() || onsets.back().quarter > kMaxQuartersToTrack) return beats_of_file(song);
  const double likelier = track_beats(onsets).log_likelihood - log_likelihood_on_ticks(onsets);
  if (!declares_no_bars(song) && likelier < kLikelierByQuarter * (onsets.back().quarter + 1))
    return beats_of_file(song);
  return estimate_beats(song);
}

}  // namespace songscape
