#include "midi/polyphony_metrics.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace songscape {
namespace {

using Interval = std::pair<int64_t, int64_t>;

// Changes of the number of pitches that sound, at their steps.
std::vector<std::pair<int64_t, int>> changes(const GridSong& song) {
  const std::vector<int64_t> starts = note_starts(song);
  std::array<std::vector<Interval>, 128> sounding;
  for (size_t i = 0; i < song.notes.size(); ++i)
    if (song.notes[i].program != kDrumProgram)
      sounding[static_cast<size_t>(song.notes[i].pitch)].emplace_back(starts[i], starts[i] + song.notes[i].duration);
  std::vector<std::pair<int64_t, int>> out;
  for (auto& intervals : sounding) {
    int64_t end = -1;
    for (const auto& [from, to] : intervals) {
      if (to <= end) continue;
      out.emplace_back(std::max(from, end), 1);
      out.emplace_back(to, -1);
      end = to;
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Polyphony polyphony(const GridSong& song) {
  const auto all = changes(song);
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (all.empty()) return {kNaN, kNaN, kNaN};
  double pitches = 0, any = 0, two = 0, three = 0;
  int64_t from = 0;
  int n = 0;
  for (const auto& [step, change] : all) {
    const auto length = static_cast<double>(step - from);
    pitches += n * length, any += n >= 1 ? length : 0, two += n >= 2 ? length : 0, three += n >= 3 ? length : 0;
    n += change;
    from = step;
  }
  const auto end = static_cast<double>(all.back().first);
  return {pitches / any, two / end, three / end};
}

}  // namespace songscape
