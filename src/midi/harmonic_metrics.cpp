#include "midi/harmonic_metrics.h"

#include <limits>
#include <tuple>

#include "midi/harmony.h"

namespace songscape {
namespace {

unsigned tones_with_leading_notes(int key) {
  unsigned tones = key_tones(key);
  if (is_minor_key(key)) tones |= 1u << (tonic_of(key) + 9) % 12 | 1u << (tonic_of(key) + 11) % 12;
  return tones;
}

double share(double part, double whole) { return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN(); }

}  // namespace

HarmonicValidity harmonic_validity(const GridSong& song) {
  double n = 0, n_with_chord = 0, in_chord = 0, in_key = 0, in_either = 0;
  size_t next = 0;
  int chord = -1;
  for (const GridNote& note : song.notes) {
    for (; next < song.chords.size(); ++next) {
      const GridChord& c = song.chords[next];
      if (std::tie(c.bar, c.position) > std::tie(note.bar, note.position)) break;
      chord = c.chord;
    }
    if (note.program == kDrumProgram) continue;
    const int key = song.bars[static_cast<size_t>(note.bar)].key, pitch_class = note.pitch % 12;
    const bool fits_chord = chord >= 0 && (chord_tones(chord) >> pitch_class & 1);
    const bool fits_key = key >= 0 && (tones_with_leading_notes(key) >> pitch_class & 1);
    n += 1, n_with_chord += chord >= 0, in_chord += fits_chord, in_key += fits_key, in_either += fits_chord || fits_key;
  }
  return {share(in_chord, n_with_chord), share(in_key, n), share(in_either, n)};
}

HarmonicValidity estimated_harmonic_validity(GridSong song) {
  song.chords = estimate_chords(song).chords;
  const KeyEstimate key = estimate_key(song);
  for (GridBar& bar : song.bars) bar.key = key.key;
  return harmonic_validity(song);
}

}  // namespace songscape
