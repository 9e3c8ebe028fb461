// Reading a groove's bar patterns: when steps fall, which optional ones are played, how hard.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "library/corpus_backing.h"

namespace songscape {

class PatternReader {
 public:
  PatternReader(const BackingPlan& plan, std::string_view pattern, Random& random);
  int64_t n_steps() const { return static_cast<int64_t>(pattern_.size()); }
  char at(int64_t step) const { return pattern_[static_cast<size_t>(step)]; }
  // Where a step of a bar falls, swing included.
  int64_t tick(size_t bar, int64_t step) const;
  int64_t ticks_per_step() const { return ticks_per_step_; }
  // Steps until the next character that is not '='.
  int64_t held_steps(int64_t step) const;
  // An optional step is played where its rank, drawn once a song, lies below the density; now and then a bar differs.
  bool plays_optional(int64_t step, Random& random) const;

 private:
  const BackingPlan& plan_;
  std::string_view pattern_;
  int64_t ticks_per_step_;
  std::vector<double> ranks_;
};

// A velocity a little off `velocity`, within 1 … 127.
int played_velocity(int velocity, Random& random);

// The note cut at the song's end; dropped where it would begin after.
void add_note(std::vector<MidiNote>& notes, const MidiSong& song, MidiNote note);

}  // namespace songscape
