#include "midi/rhythm_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>

namespace songscape {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

int usual_bar_steps(const GridSong& song) {
  std::array<int, kNumTimeSignatures> count{};
  for (const GridBar& bar : song.bars) ++count[static_cast<size_t>(bar.time_signature)];
  return time_signature_of(static_cast<int>(std::max_element(count.begin(), count.end()) - count.begin())).steps();
}

std::vector<double> onset_strength(const GridSong& song) {
  const int64_t n = bar_starts(song).back();
  std::vector<double> out(static_cast<size_t>(n));
  for (const int64_t start : note_starts(song))
    for (int64_t off = -2; off <= 2; ++off)
      if (start + off >= 0 && start + off < n)
        out[static_cast<size_t>(start + off)] += 1 - static_cast<double>(std::abs(off)) / 3;
  return out;
}

double autocorrelation(const std::vector<double>& x, size_t lag) {
  if (x.size() <= lag) return kNaN;
  double mean = 0, square = 0, product = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (const double v : x) square += (v - mean) * (v - mean);
  for (size_t i = lag; i < x.size(); ++i) product += (x[i] - mean) * (x[i - lag] - mean);
  // Of fewer pairs than values.
  const double n = static_cast<double>(x.size()), n_pairs = static_cast<double>(x.size() - lag);
  return square > 1e-12 ? std::clamp(product / n_pairs / (square / n), -1.0, 1.0) : kNaN;
}

}  // namespace

RhythmicCoherence rhythmic_coherence(const GridSong& song) {
  const std::vector<double> onsets = onset_strength(song);
  return {autocorrelation(onsets, kStepsPerQuarter),
          autocorrelation(onsets, static_cast<size_t>(usual_bar_steps(song)))};
}

double groove_consistency(const GridSong& song) {
  std::vector<std::set<int>> rhythms(song.bars.size());
  for (const GridNote& note : song.notes) rhythms[static_cast<size_t>(note.bar)].insert(note.position);
  double sum = 0, n = 0;
  for (size_t i = 1; i < rhythms.size(); ++i) {
    if (song.bars[i].time_signature != song.bars[i - 1].time_signature) continue;
    size_t n_both = 0;
    for (const int position : rhythms[i]) n_both += rhythms[i - 1].count(position);
    const size_t n_either = rhythms[i].size() + rhythms[i - 1].size() - n_both;
    if (n_either == 0) continue;
    sum += static_cast<double>(n_both) / static_cast<double>(n_either);
    n += 1;
  }
  return n > 0 ? sum / n : kNaN;
}

double muspy_groove_consistency(const GridSong& song) {
  const int bar = usual_bar_steps(song);
  const std::vector<int64_t> starts = note_starts(song);
  int64_t end = 0;
  std::set<int64_t> onsets;
  for (size_t i = 0; i < starts.size(); ++i) {
    end = std::max(end, starts[i] + song.notes[i].duration);
    onsets.insert(starts[i]);
  }
  const int64_t n_bars = end / bar + 1;
  if (n_bars < 2) return kNaN;
  int64_t n_apart = 0;
  for (const int64_t onset : onsets) {
    if (onset >= bar) n_apart += !onsets.count(onset - bar);
    if (onset / bar + 1 < n_bars) n_apart += !onsets.count(onset + bar);
  }
  return 1 - static_cast<double>(n_apart) / static_cast<double>(bar * (n_bars - 1));
}

double empty_beat_rate(const GridSong& song) {
  std::vector<int64_t> beats;  // where each begins
  const std::vector<int64_t> bars = bar_starts(song), starts = note_starts(song);
  for (size_t i = 0; i + 1 < bars.size(); ++i)
    for (int64_t step = bars[i]; step < bars[i + 1]; step += kStepsPerQuarter) beats.push_back(step);
  std::vector<bool> is_empty(beats.size(), true);
  for (size_t i = 0; i < starts.size(); ++i) {
    const int64_t end = starts[i] + (song.notes[i].program == kDrumProgram ? 1 : song.notes[i].duration);
    auto beat = static_cast<size_t>(std::upper_bound(beats.begin(), beats.end(), starts[i]) - beats.begin()) - 1;
    for (; beat < beats.size() && beats[beat] < end; ++beat) is_empty[beat] = false;
  }
  return static_cast<double>(std::count(is_empty.begin(), is_empty.end(), true)) / static_cast<double>(beats.size());
}

}  // namespace songscape
