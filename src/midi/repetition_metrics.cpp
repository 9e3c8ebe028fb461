#include "midi/repetition_metrics.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "midi/tokens.h"

namespace songscape {
namespace {

// Equal values for equal keys, in the order of their first sight.
template <class Key>
class Numbers {
 public:
  int of(const Key& key) { return numbers_.try_emplace(key, static_cast<int>(numbers_.size())).first->second; }

 private:
  std::map<Key, int> numbers_;
};

int64_t longest_note_run(const GridSong& song) {
  std::map<int, std::vector<int>> by_program;
  for (const GridNote& note : song.notes) by_program[note.program].push_back(note.pitch * 1024 + note.duration);
  int64_t longest = 0;
  for (const auto& [program, notes] : by_program) longest = std::max(longest, longest_run(notes));
  return longest;
}

int64_t longest_bar_run(const GridSong& song) {
  using Bar = std::vector<std::tuple<int, int, int, int>>;
  std::vector<Bar> bars(song.bars.size());
  for (const GridNote& note : song.notes)
    bars[static_cast<size_t>(note.bar)].emplace_back(note.position, note.program, note.pitch, note.duration);
  Numbers<std::pair<int, Bar>> numbers;
  std::vector<int> sequence;
  int empty = 0;
  for (size_t i = 0; i < bars.size(); ++i)
    sequence.push_back(bars[i].empty() ? --empty : numbers.of({song.bars[i].time_signature, bars[i]}));
  return song.notes.empty() ? 0 : longest_run(sequence);
}

}  // namespace

int64_t longest_run(std::span<const int> values) {
  int64_t longest = 0, run = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    run = i > 0 && values[i] == values[i - 1] ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  return longest;
}

double distinct_n(std::span<const int> values, size_t n) {
  if (n == 0 || values.size() < n) return std::numeric_limits<double>::quiet_NaN();
  std::set<std::vector<int>> seen;
  for (size_t i = 0; i + n <= values.size(); ++i)
    seen.emplace(values.begin() + static_cast<std::ptrdiff_t>(i), values.begin() + static_cast<std::ptrdiff_t>(i + n));
  return static_cast<double>(seen.size()) / static_cast<double>(values.size() - n + 1);
}

LongestRuns longest_runs(const GridSong& song) {
  return {longest_note_run(song), longest_bar_run(song), longest_run(token_sequence(song))};
}

std::vector<int> pitch_sequence(const GridSong& song) {
  std::vector<int> out;
  for (const GridNote& note : song.notes)
    if (note.program != kDrumProgram) out.push_back(note.pitch);
  return out;
}

std::vector<int> token_sequence(const GridSong& song) {
  const std::vector<Token> tokens = to_tokens(song);
  return {tokens.begin(), tokens.end()};
}

}  // namespace songscape
