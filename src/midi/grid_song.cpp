#include "midi/grid_song.h"

#include <tuple>

#include "core/error.h"

namespace songscape {
namespace {

bool is_place(const GridSong& song, int bar, int position) {
  if (bar < 0 || static_cast<size_t>(bar) >= song.bars.size()) return false;
  return position >= 0 &&
         position < time_signature_of(song.bars[static_cast<size_t>(bar)].time_signature).n_positions();
}

bool is_note(const GridNote& note) {
  if (note.program < 0 || note.program >= kNumPrograms || note.pitch < 0 || note.pitch > 127) return false;
  if (note.velocity < 0 || note.velocity >= kNumVelocities || note.duration < 1) return false;
  return note.program == kDrumProgram ? note.duration == kDrumSteps
                                      : duration_of(longest_duration(note.duration)) == note.duration;
}

}  // namespace

void check_grid_song(const GridSong& song) {
  check(!song.bars.empty() && song.bars.size() <= kMaxBars, "a song on the grid has bars, and not too many");
  for (size_t i = 0; i < song.bars.size(); ++i) {
    const GridBar& bar = song.bars[i];
    check(bar.time_signature >= 0 && bar.time_signature < kNumTimeSignatures, "a bar's time signature is known");
    check(bar.tempo >= 0 && bar.tempo < kNumTempi, "a bar's tempo is in range");
    check(bar.key >= -1 && bar.key < kNumKeys, "a bar's key is in range");
    check(i == 0 || bar.key >= 0 || song.bars[i - 1].key < 0, "a key that is known stays known");
  }
  for (size_t i = 0; i < song.notes.size(); ++i) {
    const GridNote& note = song.notes[i];
    check(is_place(song, note.bar, note.position) && is_note(note), "a note on the grid is in range");
    if (i == 0) continue;
    const GridNote& before = song.notes[i - 1];
    check(std::tie(before.bar, before.position, before.program, before.pitch) <
              std::tie(note.bar, note.position, note.program, note.pitch),
          "notes on the grid are in order, and once each");
  }
  for (size_t i = 0; i < song.chords.size(); ++i) {
    const GridChord& chord = song.chords[i];
    check(is_place(song, chord.bar, chord.position) && chord.chord >= -1 && chord.chord < kNumChords,
          "a chord on the grid is in range");
    if (i == 0) continue;
    const GridChord& before = song.chords[i - 1];
    check(std::tie(before.bar, before.position) < std::tie(chord.bar, chord.position), "chords are in order");
    check(before.chord != chord.chord, "a chord is unlike the one before it");
  }
}

std::vector<int64_t> bar_starts(const GridSong& song) {
  std::vector<int64_t> starts = {0};
  for (const GridBar& bar : song.bars) starts.push_back(starts.back() + time_signature_of(bar.time_signature).steps());
  return starts;
}

std::vector<int64_t> note_starts(const GridSong& song) {
  const std::vector<int64_t> bars = bar_starts(song);
  std::vector<int64_t> starts;
  for (const GridNote& note : song.notes)
    starts.push_back(bars[static_cast<size_t>(note.bar)] + step_in_bar(song, note.bar, note.position));
  return starts;
}

int step_in_bar(const GridSong& song, int bar, int position) {
  return position * time_signature_of(song.bars[static_cast<size_t>(bar)].time_signature).steps_per_position();
}

}  // namespace songscape
