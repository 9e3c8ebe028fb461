#include "midi/grid_parts.h"

#include <algorithm>
#include <utility>

namespace songscape {

GridSong cut_bars(const GridSong& song, int first, int n_bars) {
  GridSong out;
  out.melody_program = song.melody_program;
  out.bars.assign(song.bars.begin() + first, song.bars.begin() + first + n_bars);
  const auto before = [](int end) { return [end](const auto& entry) { return entry.bar < end; }; };
  const auto part_of = [&](const auto& entries) {
    return std::pair(std::partition_point(entries.begin(), entries.end(), before(first)),
                     std::partition_point(entries.begin(), entries.end(), before(first + n_bars)));
  };
  const auto [first_note, last_note] = part_of(song.notes);
  const auto [first_chord, last_chord] = part_of(song.chords);
  out.notes.assign(first_note, last_note);
  out.chords.assign(first_chord, last_chord);
  for (GridNote& note : out.notes) note.bar -= first;
  for (GridChord& chord : out.chords) chord.bar -= first;
  const bool says_chord = !out.chords.empty() && out.chords[0].bar == 0 && out.chords[0].position == 0;
  if (!says_chord && first_chord != song.chords.begin() && std::prev(first_chord)->chord >= 0)
    out.chords.insert(out.chords.begin(), {0, 0, std::prev(first_chord)->chord});
  return out;
}

void append_bars(GridSong& song, const GridSong& more) {
  if (song.bars.empty()) {
    song = more;
    return;
  }
  const auto shift = static_cast<int>(song.bars.size());
  for (GridBar bar : more.bars) {
    if (bar.key < 0) bar.key = song.bars.back().key;
    song.bars.push_back(bar);
  }
  for (GridNote note : more.notes) {
    note.bar += shift;
    song.notes.push_back(note);
  }
  const auto add_chord = [&](GridChord chord) {
    if (song.chords.empty() || song.chords.back().chord != chord.chord) song.chords.push_back(chord);
  };
  const bool says_chord = !more.chords.empty() && more.chords[0].bar == 0 && more.chords[0].position == 0;
  if (!says_chord && !song.chords.empty()) add_chord({shift, 0, -1});
  for (GridChord chord : more.chords) {
    chord.bar += shift;
    add_chord(chord);
  }
}

}  // namespace songscape
