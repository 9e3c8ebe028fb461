// From notes to sound: renders an arrangement through our own instruments, drums and voice.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "midi/smf.h"
#include "midi/voice.h"

namespace songscape {

inline constexpr int kSynthSampleRate = 22050;

// How one track of the song sounds.
struct PartSound {
  enum class Kind { instrument, drums, voice } kind = Kind::instrument;
  std::string_view sound;  // name of an instrument or a drum kit; none for the voice
  double gain_db = 0;
  double reverb_send = 0;       // 0 … 1
  double drive = 0;             // distortion, 0 none
  double tuning_semitones = 0;  // drums
};

struct MixSettings {
  double loudness_db = -20;  // RMS of the whole song against full scale; at most −14, so that nothing clips
  double tilt_db = 0;        // brightness: gain above 1 kHz over gain below
  double reverb_sec = 0.8;
  double voice_db = -3;                         // RMS of the voice over the whole song, against the rest
  double low_cut_hz = 20, high_cut_hz = 11000;  // of the recording, 12 dB an octave each
};

struct Arrangement {
  MidiSong song;
  std::vector<PartSound> parts;    // one a track
  std::vector<SungSyllable> sung;  // what the voice track's notes sing
  Singer singer;
  MixSettings mix;
  int64_t n_samples = 0;
};

// Mono PCM at kSynthSampleRate, n_samples long, a pure function of the arrangement and of `random`'s seed and stream.
// The voice is dry: outside its notes (kVoiceLeadSec before, kVoiceTailSec after) nothing of it is heard.
std::vector<int16_t> render(const Arrangement& arrangement, Random random);

}  // namespace songscape
