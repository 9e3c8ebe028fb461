#include "proof/music_parts.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "core/random.h"
#include "core/text.h"
#include "midi/tokens.h"

namespace songscape {

MusicWindows choose_windows(const TokenSource& source, const ProofSongs& songs, int64_t most, uint64_t seed) {
  MusicWindows chosen{.source = &source, .rows = {}, .groups = {}, .music = {}};
  const std::vector<int64_t> all = source.rows_of(songs.songs);
  const auto n = most > 0 ? std::min<int64_t>(most, std::ssize(all)) : std::ssize(all);
  Random random(seed, stream_id("windows to judge"));
  for (const int64_t place : permutation(std::ssize(all), random)) {
    if (std::ssize(chosen.rows) == n) break;
    chosen.rows.push_back(all[static_cast<size_t>(place)]);
    chosen.groups.push_back(songs.library->song(source.song_of(chosen.rows.back())).group);
  }
  chosen.music.resize(chosen.rows.size());
  parallel_for(std::ssize(chosen.rows), worker_threads(), [&](int64_t i) {
    chosen.music[static_cast<size_t>(i)] = from_tokens(source.tokens(chosen.rows[static_cast<size_t>(i)]));
  });
  return chosen;
}

Interval mean_by_group(std::span<const double> values, std::span<const int32_t> groups, uint64_t seed) {
  return bootstrap(
      std::ssize(values),
      [&](std::span<const int64_t> rows) {
        double sum = 0, n = 0;
        for (const int64_t r : rows)
          if (const double v = values[static_cast<size_t>(r)]; !std::isnan(v)) sum += v, n += 1;
        return sum / n;
      },
      {.seed = seed}, groups);
}

Interval ratio_by_group(std::span<const double> values, std::span<const double> units, std::span<const int32_t> groups,
                        uint64_t seed) {
  return bootstrap(
      std::ssize(values),
      [&](std::span<const int64_t> rows) {
        double sum = 0, unit = 0;
        for (const int64_t r : rows) sum += values[static_cast<size_t>(r)], unit += units[static_cast<size_t>(r)];
        return sum / unit;
      },
      {.seed = seed}, groups);
}

std::string interval_text(const Interval& interval) {
  return format_number(interval.estimate, 3) + " (" + format_number(interval.low, 3) + " to " +
         format_number(interval.high, 3) + ")";
}

}  // namespace songscape
