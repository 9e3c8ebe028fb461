// Any General MIDI song through our own instruments (midi/synthesizer.h), which are fewer: each program sounds as the
// nearest of its family of 8 that we have, each drum as the one of a rock kit that plays its part.
#pragma once

#include "midi/instrument.h"
#include "midi/synthesizer.h"

namespace songscape {

// program: 0 … 127
const Instrument& nearest_instrument(int program);
// A pitch that the kit of sound_of() has, for any of 0 … 127.
int nearest_drum(int pitch);

// The song with a sound for each track, as long as its last note rings.
Arrangement arrange_general_midi(MidiSong song);

}  // namespace songscape
