#include "midi/synthesizer.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "midi/drum_kit.h"
#include "midi/effects.h"
#include "midi/instrument.h"
#include "midi/portable_math.h"

namespace songscape {
namespace {

void render_part(const Arrangement& arrangement, size_t i, Random& random, std::span<float> out) {
  const PartSound& part = arrangement.parts[i];
  const std::vector<MidiNote>& notes = arrangement.song.tracks[i].notes;
  if (part.kind == PartSound::Kind::drums)
    render_drums(find_drum_kit(part.sound), part.tuning_semitones, arrangement.song, notes, random, out);
  else
    render_notes(find_instrument(part.sound), arrangement.song, notes, random, out);
  if (part.drive > 0) distort(out, static_cast<float>(part.drive));
}

// Everything but the voice.
std::vector<float> render_backing(const Arrangement& arrangement, const Random& random) {
  const auto n = static_cast<size_t>(arrangement.n_samples);
  std::vector<float> dry(n, 0.0f), send(n, 0.0f), part(n);
  for (size_t i = 0; i < arrangement.parts.size(); ++i) {
    if (arrangement.parts[i].kind == PartSound::Kind::voice) continue;
    Random part_random(random.state().key, random.state().stream + i + 1);
    std::fill(part.begin(), part.end(), 0.0f);
    render_part(arrangement, i, part_random, part);
    const double gain = portable::decibels_to_gain(arrangement.parts[i].gain_db);
    add_scaled(part, static_cast<float>(gain), dry);
    add_scaled(part, static_cast<float>(gain * arrangement.parts[i].reverb_send), send);
  }
  reverberate(send, arrangement.mix.reverb_sec);
  add_scaled(send, 1.0f, dry);
  return dry;
}

// The voice's level is set over the whole song, so how a language fills its syllables moves no other part's level.
void add_voice(const Arrangement& arrangement, const Random& random, std::vector<float>& mix) {
  Random voice_random(random.state().key, random.state().stream);
  std::vector<float> voice(mix.size(), 0.0f);
  render_voice(arrangement.singer, arrangement.song, arrangement.sung, voice_random, voice);
  const double power = mean_square(voice), backing = mean_square(mix);
  if (power <= 0) return;
  const double gain = std::sqrt(backing / power) * portable::decibels_to_gain(arrangement.mix.voice_db);
  add_scaled(voice, static_cast<float>(gain), mix);
}

void set_level(std::span<float> x, double loudness_db) {
  const double rms = std::sqrt(mean_square(x));
  if (rms <= 0) return;
  saturate_peaks(x, static_cast<float>(rms));
  const auto gain = static_cast<float>(portable::decibels_to_gain(loudness_db) / std::sqrt(mean_square(x)));
  for (float& sample : x) sample *= gain;
}

void fade_ends(std::span<float> x) {
  const size_t n = std::min<size_t>(kSynthSampleRate / 100, x.size() / 2);
  for (size_t i = 0; i < n; ++i) {
    const float gain = static_cast<float>(i) / static_cast<float>(n);
    x[i] *= gain;
    x[x.size() - 1 - i] *= gain;
  }
}

}  // namespace

std::vector<int16_t> render(const Arrangement& arrangement, Random random) {
  check(arrangement.parts.size() == arrangement.song.tracks.size(), "every track has its sound");
  check(arrangement.n_samples > 0, "a song has samples");
  check(arrangement.mix.loudness_db <= -14, "a mix leaves room for its peaks");
  std::vector<float> mix = render_backing(arrangement, random);
  add_voice(arrangement, random, mix);
  band_limit(mix, arrangement.mix.low_cut_hz, arrangement.mix.high_cut_hz);
  tilt(mix, arrangement.mix.tilt_db);
  set_level(mix, arrangement.mix.loudness_db);
  fade_ends(mix);
  return quantise(mix);
}

}  // namespace songscape
