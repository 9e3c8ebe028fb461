// The sung line: a glottal wave through four formants in cascade, and noise through a band-pass for consonants
// (Klatt 1980), at a pitch that glides, bends and quivers.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/random.h"
#include "midi/phoneme.h"
#include "midi/smf.h"

namespace songscape {

struct SungSyllable {
  int64_t tick = 0, duration = 1;  // of the vowel's note; consonants before it come early
  int pitch = 60;
  Syllable sound;
  std::array<double, 3> bend{};  // semitones off the pitch at the syllable's start, middle and end
};

// One person's voice.
struct Singer {
  double formant_scale = 1;  // vocal tract length: .9 large, 1.2 small
  double vibrato_hz = 5.5, vibrato_cents = 25;
  double glide_sec = 0.03;  // time constant towards the next pitch
  double breath = 0.05;     // noise in the vowels
  double effort = 0.5;      // 0 soft … 1 pressed: brighter
};

// Adds the line to `out`, which elsewhere stays as it was: nothing sounds later than kVoiceTailSec after a note's end
// or earlier than kVoiceLeadSec before its start.
inline constexpr double kVoiceLeadSec = 0.3, kVoiceTailSec = 0.1;
void render_voice(const Singer& singer, const MidiSong& song, std::span<const SungSyllable> line, Random& random,
                  std::span<float> out);

}  // namespace songscape
