// Drum kits: each drum is a tone that falls in pitch, band-passed noise, or both, rendered once a song and then mixed.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/random.h"
#include "midi/smf.h"

namespace songscape {

enum class Drum { kick, snare, hat, open_hat, low_hand, high_hand };
inline constexpr size_t kNumDrums = 6;

// General MIDI drum of each role of a kit.
struct DrumSound {
  int pitch = 36;
  double tone_hz = 0, tone_drop = 0;  // starts at tone_hz · (1 + tone_drop)
  double tone_half_life_sec = 0.05, tone_gain = 0;
  double noise_low_hz = 200, noise_high_hz = 9000;
  double noise_half_life_sec = 0.03, noise_gain = 0;
  double gain = 1;
};

struct DrumKit {
  std::string_view name;
  std::array<DrumSound, kNumDrums> sounds;  // by Drum
};

// Throws Error for a name that is not in the table.
const DrumKit& find_drum_kit(std::string_view name);
std::span<const DrumKit> all_drum_kits();

// Adds the hits to `out`.  `tuning_semitones` shifts the drums' tones.
void render_drums(const DrumKit& kit, double tuning_semitones, const MidiSong& song, std::span<const MidiNote> hits,
                  Random& random, std::span<float> out);

}  // namespace songscape
