#include "midi/instrument.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

#include "midi/noise.h"
#include "midi/portable_math.h"
#include "midi/synthesizer.h"

namespace songscape {
namespace {

constexpr int kBlock = 64;  // samples between updates of envelope and pitch
constexpr double kBlockSec = static_cast<double>(kBlock) / kSynthSampleRate;
constexpr float kSilence = 2e-4f;

const Wavetable& table_of(const Instrument& instrument) {
  static std::array<std::once_flag, 64> once;
  static std::array<std::unique_ptr<Wavetable>, 64> tables;
  const auto i = static_cast<size_t>(&instrument - all_instruments().data());
  std::call_once(once[i], [&] { tables[i] = std::make_unique<Wavetable>(instrument.timbre); });
  return *tables[i];
}

struct Oscillator {
  uint32_t phase, step;  // a cycle is 2^32
};

struct Ramp {
  float from, per_sample;
};

Ramp ramp(float from, float to) { return {from, (to - from) / kBlock}; }

// One block of one oscillator, gain and brightness sliding along their ramps.
void add_block(const Wavetable::Sample* table, Oscillator& oscillator, Ramp gain, Ramp brightness,
               std::span<float> out) {
  constexpr int kFractionBits = 22;
  constexpr float kFraction = 1.0f / (1 << kFractionBits);
  uint32_t phase = oscillator.phase;
  for (size_t i = 0; i < out.size(); ++i) {
    const Wavetable::Sample* s = table + (phase >> kFractionBits);
    const float f = static_cast<float>(static_cast<int32_t>(phase & ((1u << kFractionBits) - 1))) * kFraction;
    const float bright = s[0].bright + f * (s[1].bright - s[0].bright);
    const float dark = s[0].dark + f * (s[1].dark - s[0].dark);
    const auto t = static_cast<float>(i);
    out[i] +=
        (gain.from + gain.per_sample * t) * (dark + (brightness.from + brightness.per_sample * t) * (bright - dark));
    phase += oscillator.step;
  }
  oscillator.phase = phase;
}

// Level and brightness of a note, a block at a time.
class Envelope {
 public:
  explicit Envelope(const Instrument& instrument)
      : attack_step_(static_cast<float>(std::min(1.0, kBlockSec / instrument.attack_sec))),
        decay_(static_cast<float>(portable::decay(kBlockSec, instrument.decay_half_life_sec))),
        sustain_(static_cast<float>(instrument.sustain)),
        release_(static_cast<float>(portable::decay(kBlockSec, instrument.release_half_life_sec))),
        darkening_(static_cast<float>(portable::decay(kBlockSec, instrument.darkening_half_life_sec))),
        held_(static_cast<float>(instrument.brightness_held)) {}

  void advance(bool is_held) {
    if (!is_held) {
      level_ *= release_;
      is_rising_ = false;
    } else if (is_rising_) {
      level_ = std::min(1.0f, level_ + attack_step_);
      is_rising_ = level_ < 1.0f;
    } else {
      level_ = sustain_ + (level_ - sustain_) * decay_;
    }
    brightness_ = held_ + (brightness_ - held_) * darkening_;
  }
  float level() const { return level_; }
  float brightness() const { return brightness_; }
  bool is_over() const { return !is_rising_ && level_ < kSilence; }

 private:
  float attack_step_, decay_, sustain_, release_, darkening_, held_;
  float level_ = 0, brightness_ = 1;
  bool is_rising_ = true;
};

struct NotePlace {
  int64_t start, end;  // samples
  double hz;
  float gain;
};

void add_attack_noise(const Instrument& instrument, const NotePlace& place, Random& random, std::span<float> out) {
  const int64_t n = std::min<int64_t>(kSynthSampleRate / 25, static_cast<int64_t>(out.size()) - place.start);
  if (instrument.noise <= 0 || n <= 0) return;
  Noise noise(random.next_u32());
  float gain = place.gain * static_cast<float>(instrument.noise) * 2.0f;
  float previous = 0;
  for (int64_t i = 0; i < n; ++i) {
    const float white = noise.next();
    out[static_cast<size_t>(place.start + i)] += gain * (white - 0.6f * previous);
    previous = white;
    gain *= 0.9955f;  // down to a fiftieth over the 40 ms
  }
}

void render_note(const Instrument& instrument, const NotePlace& place, Random& random, std::span<float> out) {
  const Wavetable::Sample* table = table_of(instrument).band(place.hz);
  const int n_oscillators = instrument.detune_cents > 0 ? 2 : 1;
  std::array<Oscillator, 2> oscillators{};
  std::array<double, 2> steps{};
  for (int o = 0; o < n_oscillators; ++o) {
    const double cents = n_oscillators == 1 ? 0.0 : (o - 0.5) * instrument.detune_cents;
    steps[static_cast<size_t>(o)] = place.hz * portable::exp2(cents / 1200.0) / kSynthSampleRate * 0x1p32;
    oscillators[static_cast<size_t>(o)].phase = random.next_u32();
  }
  const float note_gain = place.gain * (n_oscillators == 2 ? 0.7071f : 1.0f);
  Envelope envelope(instrument);
  double lfo = random.uniform(), time_sec = 0;
  float gain = 0, brightness = 1;
  for (int64_t at = place.start; at < static_cast<int64_t>(out.size()) && !envelope.is_over(); at += kBlock) {
    envelope.advance(at < place.end);
    const double wave = portable::sine(lfo);
    lfo += instrument.vibrato_hz * kBlockSec;
    time_sec += kBlockSec;
    const double depth = std::min(1.0, time_sec * 3.0);  // vibrato grows over a third of a second
    const double bend = 1.0 + wave * depth * instrument.vibrato_cents * 5.7762265e-4;
    const auto target = static_cast<float>(note_gain * envelope.level() * (1.0 + wave * instrument.tremolo));
    const auto block =
        out.subspan(static_cast<size_t>(at), std::min<size_t>(kBlock, out.size() - static_cast<size_t>(at)));
    for (int o = 0; o < n_oscillators; ++o) {
      Oscillator& oscillator = oscillators[static_cast<size_t>(o)];
      oscillator.step = static_cast<uint32_t>(steps[static_cast<size_t>(o)] * bend);
      add_block(table, oscillator, ramp(gain, target), ramp(brightness, envelope.brightness()), block);
    }
    gain = target;
    brightness = envelope.brightness();
  }
  add_attack_noise(instrument, place, random, out);
}

}  // namespace

void render_notes(const Instrument& instrument, const MidiSong& song, std::span<const MidiNote> notes, Random& random,
                  std::span<float> out) {
  for (const MidiNote& note : notes) {
    const double loudness = note.velocity / 127.0;
    NotePlace place;
    place.start = static_cast<int64_t>(song.tick_to_sec(note.tick) * kSynthSampleRate);
    place.end = static_cast<int64_t>(song.tick_to_sec(note.tick + note.duration) * kSynthSampleRate);
    place.hz = portable::pitch_to_hz(note.pitch);
    place.gain = static_cast<float>(0.1 * instrument.gain * loudness * loudness);
    render_note(instrument, place, random, out);
  }
}

}  // namespace songscape
