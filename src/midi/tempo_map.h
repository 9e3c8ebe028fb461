// Where the ticks of a song lie in time, for many ticks: a search for each instead of a walk.
#pragma once

#include <cstdint>
#include <vector>

#include "midi/smf.h"

namespace songscape {

class TempoMap {
 public:
  explicit TempoMap(const MidiSong& song);
  // Equal to song.tick_to_sec(tick).
  double sec(int64_t tick) const;

 private:
  struct Stretch {
    int64_t tick;
    double start_sec;
    int microseconds_per_quarter;
  };
  double duration_sec(int64_t n_ticks, int microseconds_per_quarter) const {
    return static_cast<double>(n_ticks) * microseconds_per_quarter / (1e6 * ticks_per_quarter_);
  }
  std::vector<Stretch> stretches_;  // at least one
  int ticks_per_quarter_;
};

}  // namespace songscape
