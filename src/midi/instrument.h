// The pitched instruments: what each sounds like, and the rendering of one note.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "midi/smf.h"
#include "midi/wavetable.h"

namespace songscape {

// Times in seconds; half-lives for what decays.
struct Instrument {
  std::string_view name;
  int program = 0;  // General MIDI
  Timbre timbre;
  double attack_sec = 0.005;
  double decay_half_life_sec = 0.5;  // from the peak to `sustain`
  double sustain = 0;                // share of the peak held while the note lasts
  double release_half_life_sec = 0.06;
  double darkening_half_life_sec = 0.15;  // from the bright to the dark tone
  double brightness_held = 0;             // share of the bright tone that stays
  double detune_cents = 0;                // above 0: two oscillators, this far apart
  double vibrato_cents = 0, vibrato_hz = 5.5;
  double tremolo = 0;  // depth, 0 … 1, at vibrato_hz
  double noise = 0;    // pick, hammer or breath noise at the start
  double gain = 1;     // evens out loudness between instruments
};

// Throws Error for a name that is not in the table.
const Instrument& find_instrument(std::string_view name);
std::span<const Instrument> all_instruments();

// Adds the notes, velocity and all, to `out` (samples at kSynthSampleRate).  `random` sets phases.
void render_notes(const Instrument& instrument, const MidiSong& song, std::span<const MidiNote> notes, Random& random,
                  std::span<float> out);

}  // namespace songscape
