#include "midi/note_match.h"

#include <algorithm>
#include <map>
#include <vector>

namespace songscape {
namespace {

using Onsets = std::map<std::pair<int, int>, std::vector<int64_t>>;  // by program and pitch, ascending

Onsets onsets_of(const GridSong& song, bool by_program) {
  const std::vector<int64_t> starts = note_starts(song);
  Onsets out;
  for (size_t i = 0; i < song.notes.size(); ++i) {
    const GridNote& note = song.notes[i];
    const int program = by_program || note.program == kDrumProgram ? note.program : 0;
    out[{program, note.pitch}].push_back(starts[i]);
  }
  return out;
}

// With one tolerance for all, taking the earliest pair first leaves most to the rest.
int64_t n_pairs(const std::vector<int64_t>& a, const std::vector<int64_t>& b, int64_t tolerance) {
  int64_t n = 0;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] - b[j] > tolerance)
      ++j;
    else if (b[j] - a[i] > tolerance)
      ++i;
    else
      ++n, ++i, ++j;
  }
  return n;
}

}  // namespace

NoteMatch match_notes(const GridSong& truth, const GridSong& found, NoteMatchOptions options) {
  NoteMatch out;
  out.n_truth = static_cast<int64_t>(truth.notes.size());
  out.n_found = static_cast<int64_t>(found.notes.size());
  if (out.n_truth == 0 && out.n_found == 0) return {0, 0, 0, 1, 1, 1};
  const Onsets of_truth = onsets_of(truth, options.by_program), of_found = onsets_of(found, options.by_program);
  for (const auto& [key, onsets] : of_truth)
    if (const auto at = of_found.find(key); at != of_found.end())
      out.n_matched += n_pairs(onsets, at->second, options.tolerance);
  const auto n = static_cast<double>(out.n_matched);
  if (out.n_found > 0) out.precision = n / static_cast<double>(out.n_found);
  if (out.n_truth > 0) out.recall = n / static_cast<double>(out.n_truth);
  out.f1 = 2 * n / static_cast<double>(out.n_truth + out.n_found);
  return out;
}

}  // namespace songscape
