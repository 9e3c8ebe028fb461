// Whether notes belong to the harmony of their place.
#pragma once

#include "midi/grid_song.h"

namespace songscape {

// Shares of the pitched notes, each judged at its onset; NaN without one.
struct HarmonicValidity {
  double in_chord = 0;   // of the notes where there is a chord: tones of it; NaN where there is none
  double in_key = 0;     // in the scale of the bar's key (minor: natural, or with a raised sixth or seventh)
  double in_either = 0;  // "harmonic validity"
};

// By the chords and keys that the song carries.
HarmonicValidity harmonic_validity(const GridSong& song);
// By chords and key estimated from the song's own notes: for songs that a model made, whatever it says of its chords.
HarmonicValidity estimated_harmonic_validity(GridSong song);

}  // namespace songscape
