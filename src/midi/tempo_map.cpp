#include "midi/tempo_map.h"

#include <algorithm>

namespace songscape {

TempoMap::TempoMap(const MidiSong& song)
    : stretches_{{0, 0, MidiTempo{}.microseconds_per_quarter}}, ticks_per_quarter_(song.ticks_per_quarter) {
  for (const MidiTempo& tempo : song.tempi) {
    const Stretch& last = stretches_.back();
    const double start_sec = last.start_sec + duration_sec(tempo.tick - last.tick, last.microseconds_per_quarter);
    stretches_.push_back({tempo.tick, start_sec, tempo.microseconds_per_quarter});
  }
}

double TempoMap::sec(int64_t tick) const {
  const auto after =
      std::partition_point(stretches_.begin() + 1, stretches_.end(), [&](const Stretch& s) { return s.tick < tick; });
  const Stretch& now = *std::prev(after);
  return now.start_sec + duration_sec(tick - now.tick, now.microseconds_per_quarter);
}

}  // namespace songscape
