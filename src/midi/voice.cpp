#include "midi/voice.h"

#include <algorithm>
#include <cmath>

#include "midi/noise.h"
#include "midi/portable_math.h"
#include "midi/synthesizer.h"
#include "midi/voice_timeline.h"
#include "midi/wavetable.h"

namespace songscape {
namespace {

constexpr size_t kFrame = 64;  // samples between updates of the vocal tract
constexpr double kFrameSec = static_cast<double>(kFrame) / kSynthSampleRate;
constexpr double kPi = 3.14159265358979323846;

const Wavetable& glottal_wave() {
  static const Wavetable wave(Timbre{.bright_slope = 1, .dark_slope = 3});
  return wave;
}

// What the vocal tract does at one moment.
struct Tract {
  std::array<double, 3> formants_hz{500, 1500, 2500};
  double voicing = 0, noise = 0, noise_hz = 2500, noise_width_hz = 1000, width_scale = 1;
};

Tract target_at(const PhonemeSegment& segment, bool is_nasal, double time_sec) {
  const Phoneme& p = *segment.phoneme;
  Tract tract{p.formants_hz, p.voicing, p.noise, p.noise_hz, p.noise_width_hz, is_nasal ? 2.2 : 1.0};
  const double closure_share = p.closure_sec > 0 ? p.closure_sec / (p.closure_sec + p.duration_sec) : 0.0;
  if (time_sec - segment.start_sec < closure_share * (segment.end_sec - segment.start_sec)) {
    tract.voicing *= 0.4;
    tract.noise = 0;
  }
  return tract;
}

void approach(double& value, double target, double rate) { value += rate * (target - value); }

void approach(Tract& tract, const Tract& target) {
  constexpr double kFormantRate = 0.22, kLevelRate = 0.35, kNoiseRate = 0.6;
  for (size_t f = 0; f < 3; ++f) approach(tract.formants_hz[f], target.formants_hz[f], kFormantRate);
  approach(tract.voicing, target.voicing, kLevelRate);
  approach(tract.noise, target.noise, kNoiseRate);
  tract.noise_hz = target.noise_hz;
  tract.noise_width_hz = target.noise_width_hz;
  approach(tract.width_scale, target.width_scale, kFormantRate);
}

// y[n] = a·x[n] + b·y[n−1] + c·y[n−2]: a resonance of unit gain at 0 Hz.
struct Resonator {
  float a = 1, b = 0, c = 0, y1 = 0, y2 = 0;
  void tune(double hz, double width_hz) {
    const double r = portable::exp2(-kPi * 1.4426950408889634 * width_hz / kSynthSampleRate);
    c = static_cast<float>(-r * r);
    b = static_cast<float>(2.0 * r * portable::cosine(hz / kSynthSampleRate));
    a = 1.0f - b - c;
  }
  float step(float x) {
    const float y = a * x + b * y1 + c * y2;
    y2 = y1;
    y1 = y;
    return y;
  }
};

// y[n] = a·(x[n] − x[n−2]) + b·y[n−1] + c·y[n−2]: a band of unit gain at its centre.
struct BandPass {
  float a = 0, b = 0, c = 0, x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  void tune(double hz, double width_hz) {
    const double r = portable::exp2(-kPi * 1.4426950408889634 * width_hz / kSynthSampleRate);
    c = static_cast<float>(-r * r);
    b = static_cast<float>(2.0 * r * portable::cosine(hz / kSynthSampleRate));
    a = static_cast<float>(0.5 * (1.0 - r * r));
  }
  float step(float x) {
    const float y = a * (x - x2) + b * y1 + c * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    return y;
  }
};

class VocalTract {
 public:
  VocalTract(const Singer& singer, uint32_t seed) : singer_(singer), noise_(seed) {}

  // One frame at a pitch; slides from the last frame's levels to `tract`'s.
  void render(const Tract& tract, double hz, std::span<float> out) {
    tune(tract);
    const Wavetable::Sample* table = glottal_wave().band(hz);
    const auto step = static_cast<uint32_t>(hz / kSynthSampleRate * 0x1p32);
    const auto effort = static_cast<float>(singer_.effort), breath = static_cast<float>(singer_.breath);
    const auto voicing_step = (static_cast<float>(tract.voicing) - voicing_) / static_cast<float>(kFrame);
    const auto hiss_step = (static_cast<float>(tract.noise) - hiss_) / static_cast<float>(kFrame);
    for (float& sample : out) {
      const Wavetable::Sample s = table[phase_ >> 22];
      const float white = noise_.next();
      float y = voicing_ * (s.dark + effort * (s.bright - s.dark) + breath * white);
      for (Resonator& formant : formants_) y = formant.step(y);
      sample += y + 2.5f * hiss_ * hiss_band_.step(white);
      phase_ += step;
      voicing_ += voicing_step;
      hiss_ += hiss_step;
    }
  }
  void fall_silent() {
    for (Resonator& formant : formants_) formant.y1 = formant.y2 = 0;
    hiss_band_ = {};
    voicing_ = hiss_ = 0;
  }

 private:
  void tune(const Tract& tract) {
    constexpr std::array kWidthsHz = {80.0, 110.0, 160.0};
    for (size_t f = 0; f < 3; ++f)
      formants_[f].tune(std::min(tract.formants_hz[f] * singer_.formant_scale, 5000.0),
                        kWidthsHz[f] * tract.width_scale);
    formants_[3].tune(3500 * singer_.formant_scale, 260);
    hiss_band_.tune(std::min(tract.noise_hz * singer_.formant_scale, 9000.0), tract.noise_width_hz);
  }

  Singer singer_;
  Noise noise_;
  std::array<Resonator, 4> formants_;
  BandPass hiss_band_;
  uint32_t phase_ = 0;
  float voicing_ = 0, hiss_ = 0;
};

// Semitones at a moment of a syllable: its pitch, bent along start, middle and end.
double pitch_at(const MidiSong& song, const SungSyllable& sung, double time_sec) {
  const double start = song.tick_to_sec(sung.tick), length = song.tick_to_sec(sung.duration);
  const double t = std::clamp((time_sec - start) / length, 0.0, 1.0) * 2.0;
  const double bend =
      t < 1 ? sung.bend[0] + t * (sung.bend[1] - sung.bend[0]) : sung.bend[1] + (t - 1) * (sung.bend[2] - sung.bend[1]);
  return sung.pitch + bend;
}

}  // namespace

void render_voice(const Singer& singer, const MidiSong& song, std::span<const SungSyllable> line, Random& random,
                  std::span<float> out) {
  if (line.empty()) return;
  const std::vector<PhonemeSegment> segments = voice_timeline(song, line);
  VocalTract voice(singer, random.next_u32());
  Tract tract;
  const double glide = 1.0 - portable::decay(kFrameSec, singer.glide_sec * 0.6931);
  double pitch = line[0].pitch, vibrato = random.uniform();
  size_t s = 0;
  for (size_t at = 0; at + kFrame <= out.size(); at += kFrame) {
    const double now = static_cast<double>(at) / kSynthSampleRate;
    while (s < segments.size() && segments[s].end_sec <= now) ++s;
    const bool sounds = s < segments.size() && segments[s].start_sec <= now;
    if (!sounds && (s == 0 || now > segments[s - 1].end_sec + kVoiceTailSec - kFrameSec)) {
      tract.voicing = tract.noise = 0;
      voice.fall_silent();
      continue;
    }
    Tract target = tract;
    target.voicing = target.noise = 0;
    if (sounds) {
      const SungSyllable& sung = line[segments[s].syllable];
      target = target_at(segments[s], sung.sound.is_nasal && segments[s].phoneme->is_vowel, now);
      approach(pitch, pitch_at(song, sung, now), glide);
    }
    approach(tract, target);
    vibrato += singer.vibrato_hz * kFrameSec;
    const double quiver = portable::sine(vibrato) * singer.vibrato_cents / 100.0;
    voice.render(tract, portable::pitch_to_hz(pitch + quiver), out.subspan(at, kFrame));
  }
}

}  // namespace songscape
