#include "library/corpus_pattern.h"

#include <algorithm>

#include "core/error.h"

namespace songscape {

PatternReader::PatternReader(const BackingPlan& plan, std::string_view pattern, Random& random)
    : plan_(plan), pattern_(pattern), ticks_per_step_(plan.form.ticks_per_bar / static_cast<int64_t>(pattern.size())) {
  check(plan.form.ticks_per_bar % static_cast<int64_t>(pattern.size()) == 0, "a bar divides into its pattern's steps");
  for (size_t i = 0; i < pattern.size(); ++i) ranks_.push_back(random.uniform());
}

int64_t PatternReader::tick(size_t bar, int64_t step) const {
  const auto late =
      static_cast<int64_t>(step % 2 ? plan_.genre.groove.swing * static_cast<double>(ticks_per_step_) : 0);
  return plan_.form.bars[bar].tick + step * ticks_per_step_ + late;
}

int64_t PatternReader::held_steps(int64_t step) const {
  int64_t n = 1;
  while (step + n < n_steps() && at(step + n) == '=') ++n;
  return n;
}

bool PatternReader::plays_optional(int64_t step, Random& random) const {
  const double rank = ranks_[static_cast<size_t>(step)];
  const bool usual = rank < plan_.factors.density;
  return random.uniform() < 0.06 ? random.uniform() < plan_.factors.density : usual;
}

int played_velocity(int velocity, Random& random) {
  return std::clamp(velocity + static_cast<int>(random.below(15)) - 7, 1, 127);
}

void add_note(std::vector<MidiNote>& notes, const MidiSong& song, MidiNote note) {
  if (note.tick >= song.end_tick) return;
  note.duration = std::clamp<int64_t>(note.duration, 1, song.end_tick - note.tick);
  notes.push_back(note);
}

}  // namespace songscape
