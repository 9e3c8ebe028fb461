#include "midi/drum_kit.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "midi/noise.h"
#include "midi/portable_math.h"
#include "midi/synthesizer.h"

namespace songscape {
namespace {

constexpr std::array kKits = {
    DrumKit{"rock",
            {{{36, 62, 1.6, .07, 1, 900, 5000, .006, .3, 1},
              {38, 190, .4, .05, .6, 700, 8000, .055, 1, .75},
              {42, 0, 0, .05, 0, 5500, 11000, .018, 1, .3},
              {46, 0, 0, .05, 0, 4800, 11000, .12, 1, .3},
              {45, 98, .5, .11, 1, 300, 3000, .02, .2, .7},
              {50, 165, .5, .09, 1, 300, 4000, .02, .2, .6}}}},
    DrumKit{"tight",
            {{{36, 75, 1.2, .035, 1, 1500, 6000, .008, .6, 1},
              {38, 240, .3, .03, .5, 1400, 10000, .035, 1, .8},
              {42, 0, 0, .05, 0, 6500, 11000, .03, 1, .4},
              {46, 0, 0, .05, 0, 4000, 11000, .2, 1, .4},
              {45, 120, .4, .06, 1, 400, 4000, .01, .3, .7},
              {50, 190, .4, .05, 1, 400, 4000, .01, .3, .6}}}},
    DrumKit{"house",
            {{{36, 52, 3.5, .11, 1, 1500, 8000, .003, .25, 1},
              {39, 0, 0, .05, 0, 900, 3200, .045, 1, .6},
              {42, 0, 0, .05, 0, 7500, 11000, .015, 1, .35},
              {46, 0, 0, .05, 0, 6500, 11000, .09, 1, .4},
              {64, 210, .1, .05, 1, 600, 3000, .01, .1, .5},
              {63, 320, .1, .04, 1, 600, 4000, .01, .1, .45}}}},
    DrumKit{"techno",
            {{{36, 46, 5, .16, 1, 100, 900, .05, .4, 1.1},
              {39, 330, .2, .02, .3, 2500, 7000, .03, 1, .4},
              {42, 0, 0, .05, 0, 8500, 11000, .012, 1, .4},
              {46, 0, 0, .05, 0, 7500, 11000, .13, 1, .35},
              {56, 540, .02, .06, 1, 2000, 5000, .01, .1, .35},
              {67, 810, .02, .05, 1, 2000, 5000, .01, .1, .3}}}},
    DrumKit{"trap",
            {{{36, 43, 2.2, .32, 1, 2000, 6000, .004, .15, 1.15},
              {39, 200, .2, .03, .4, 1200, 7000, .07, 1, .65},
              {42, 0, 0, .05, 0, 8000, 11000, .01, 1, .35},
              {46, 0, 0, .05, 0, 7000, 11000, .07, 1, .35},
              {75, 1250, .0, .02, 1, 3000, 8000, .01, .2, .3},
              {76, 880, .0, .025, 1, 3000, 8000, .01, .2, .3}}}},
    DrumKit{"break",
            {{{36, 70, .9, .05, 1, 500, 3000, .02, .4, .9},
              {38, 215, .3, .06, .8, 1000, 9000, .075, 1, .9},
              {42, 0, 0, .05, 0, 3800, 9000, .025, 1, .4},
              {51, 0, 0, .05, 0, 4500, 9500, .16, 1, .3},
              {38, 180, .3, .03, .6, 1000, 6000, .02, 1, .35},
              {37, 420, .1, .02, 1, 1800, 6000, .02, .6, .35}}}},
    DrumKit{"dusty",
            {{{36, 58, .8, .08, 1, 300, 1800, .02, .3, 1},
              {38, 175, .2, .04, .7, 500, 3500, .06, 1, .8},
              {42, 0, 0, .05, 0, 2800, 5500, .02, 1, .4},
              {46, 0, 0, .05, 0, 2500, 5500, .09, 1, .35},
              {37, 330, .1, .02, 1, 900, 3500, .02, .8, .4},
              {54, 0, 0, .05, 0, 3500, 6000, .04, 1, .3}}}},
    DrumKit{"brush",
            {{{36, 68, .4, .06, 1, 200, 1500, .02, .3, .6},
              {38, 230, .1, .03, .15, 900, 6500, .1, 1, .45},
              {51, 0, 0, .05, 0, 5200, 9500, .14, 1, .3},
              {51, 2900, 0, .1, .15, 5200, 9500, .22, 1, .32},
              {37, 410, .05, .02, 1, 1500, 5000, .015, .5, .35},
              {42, 0, 0, .05, 0, 6500, 10500, .012, 1, .3}}}},
    DrumKit{"conga",
            {{{36, 64, .7, .07, 1, 300, 2500, .01, .2, .75},
              {37, 620, .05, .025, 1, 2200, 7000, .01, .5, .5},
              {70, 0, 0, .05, 0, 4200, 9500, .03, 1, .35},
              {69, 0, 0, .05, 0, 3600, 8500, .07, 1, .35},
              {64, 175, .15, .1, 1, 500, 2500, .012, .35, .85},
              {62, 275, .15, .06, 1, 700, 4000, .015, .5, .8}}}},
    DrumKit{"clave",
            {{{36, 60, .9, .06, 1, 300, 2500, .01, .2, .8},
              {75, 2450, 0, .025, 1, 3000, 8000, .005, .2, .45},
              {82, 0, 0, .05, 0, 5800, 10800, .022, 1, .35},
              {54, 0, 0, .05, 0, 5000, 10500, .06, 1, .4},
              {66, 240, .2, .08, 1, 900, 5000, .03, .3, .75},
              {65, 385, .2, .06, 1, 900, 6000, .03, .4, .75}}}},
    DrumKit{"tabla",
            {{{64, 88, -.25, .2, 1, 200, 1500, .015, .3, 1},
              {63, 340, .02, .09, 1, 2500, 7500, .012, .6, .65},
              {54, 0, 0, .05, 0, 6800, 10800, .05, 1, .25},
              {81, 3300, 0, .2, .4, 6500, 10500, .12, .5, .22},
              {62, 130, -.2, .13, 1, 300, 2000, .02, .3, .8},
              {60, 465, .02, .07, 1, 3000, 8000, .01, .7, .6}}}},
    DrumKit{"darbuka",
            {{{64, 110, .2, .1, 1, 300, 1800, .02, .3, 1},
              {63, 720, .03, .035, 1, 3200, 9000, .03, 1, .6},
              {54, 0, 0, .05, 0, 5000, 10500, .045, 1, .35},
              {46, 0, 0, .05, 0, 4000, 10500, .11, 1, .35},
              {62, 150, .1, .07, 1, 700, 3000, .03, .5, .75},
              {60, 910, .02, .025, 1, 3600, 10000, .015, .8, .5}}}},
    DrumKit{"dhol",
            {{{36, 72, -.3, .14, 1, 150, 1300, .03, .6, 1.1},
              {60, 300, .15, .05, 1, 1500, 6500, .04, 1, .8},
              {54, 0, 0, .05, 0, 6000, 10800, .06, 1, .4},
              {46, 0, 0, .05, 0, 5000, 10800, .12, 1, .3},
              {45, 105, -.2, .1, 1, 300, 2000, .02, .3, .8},
              {50, 250, .1, .05, 1, 1000, 5000, .03, .6, .6}}}},
    DrumKit{"funk",
            {{{36, 66, 1, .045, 1, 1200, 5000, .008, .45, 1},
              {38, 205, .35, .04, .7, 1500, 9500, .05, 1, .85},
              {42, 0, 0, .05, 0, 6000, 11000, .013, 1, .42},
              {46, 0, 0, .05, 0, 5500, 11000, .08, 1, .42},
              {54, 0, 0, .05, 0, 6800, 11000, .035, 1, .4},
              {62, 290, .1, .05, 1, 800, 3500, .01, .3, .5}}}},
    DrumKit{"frame",
            {{{41, 82, .15, .12, 1, 200, 1600, .03, .35, .8},
              {37, 500, .05, .02, .8, 1200, 4500, .025, .8, .4},
              {82, 0, 0, .05, 0, 5200, 9800, .02, 1, .25},
              {54, 0, 0, .05, 0, 4500, 9800, .05, 1, .25},
              {43, 118, .15, .08, 1, 300, 2000, .03, .4, .6},
              {48, 180, .15, .05, 1, 500, 3500, .025, .5, .5}}}},
};

std::vector<float> render_tone(const DrumSound& sound, double tuning, size_t n) {
  std::vector<float> out(n);
  const double hz = sound.tone_hz * portable::exp2(tuning / 12.0);
  const double shrink = portable::decay(1.0 / kSynthSampleRate, sound.tone_half_life_sec);
  const double settle = portable::decay(1.0 / kSynthSampleRate, 0.02);
  double level = sound.tone_gain, bend = sound.tone_drop, phase = 0;
  for (float& sample : out) {
    sample = static_cast<float>(level * portable::sine(phase));
    phase += hz * (1.0 + bend) / kSynthSampleRate;
    level *= shrink;
    bend *= settle;
  }
  return out;
}

// One pole each side: x − low-pass(noise_low_hz), then low-pass(noise_high_hz).
void add_noise(const DrumSound& sound, uint32_t seed, std::span<float> out) {
  Noise noise(seed);
  const auto pole = [](double hz) {
    return static_cast<float>(1.0 - portable::exp2(-9.064720 * hz / kSynthSampleRate));
  };
  const float low = pole(sound.noise_low_hz), high = pole(sound.noise_high_hz);
  const auto shrink = static_cast<float>(portable::decay(1.0 / kSynthSampleRate, sound.noise_half_life_sec));
  float level = static_cast<float>(sound.noise_gain), below = 0, below_twice = 0, kept = 0;
  for (float& sample : out) {
    const float white = noise.next();
    below += low * (white - below);
    const float passed = white - below;
    below_twice += low * (passed - below_twice);
    kept += high * (passed - below_twice - kept);
    sample += level * kept;
    level *= shrink;
  }
}

std::vector<float> render_hit(const DrumSound& sound, double tuning, uint32_t seed) {
  const double longest = std::max(sound.tone_gain > 0 ? sound.tone_half_life_sec : 0.0, sound.noise_half_life_sec);
  const size_t n = static_cast<size_t>(std::min(1.0, 0.02 + 9.0 * longest) * kSynthSampleRate);
  std::vector<float> hit = render_tone(sound, tuning, n);
  add_noise(sound, seed, hit);
  float peak = 1e-6f;
  for (const float s : hit) peak = std::max(peak, std::fabs(s));
  const float scale = static_cast<float>(sound.gain) / peak;
  for (float& s : hit) s *= scale;
  constexpr size_t kFade = 256;
  for (size_t i = 0; i < std::min(kFade, n); ++i) hit[n - 1 - i] *= static_cast<float>(i) / kFade;
  return hit;
}

}  // namespace

std::span<const DrumKit> all_drum_kits() { return kKits; }

const DrumKit& find_drum_kit(std::string_view name) {
  for (const DrumKit& kit : kKits)
    if (kit.name == name) return kit;
  fail(ExitCode::failed, {.what = "no such drum kit",
                          .where = "synthesiser",
                          .seen = std::string(name),
                          .wanted = "a name of the kit table",
                          .fix = "correct the genre table"});
}

void render_drums(const DrumKit& kit, double tuning_semitones, const MidiSong& song, std::span<const MidiNote> hits,
                  Random& random, std::span<float> out) {
  std::array<std::vector<float>, kNumDrums> rendered;
  for (size_t d = 0; d < kNumDrums; ++d) rendered[d] = render_hit(kit.sounds[d], tuning_semitones, random.next_u32());
  for (const MidiNote& note : hits) {
    const auto sound =
        std::find_if(kit.sounds.begin(), kit.sounds.end(), [&](auto& s) { return s.pitch == note.pitch; });
    check(sound != kit.sounds.end(), "a hit names a drum of its kit");
    const std::vector<float>& hit = rendered[static_cast<size_t>(sound - kit.sounds.begin())];
    const auto start = static_cast<size_t>(song.tick_to_sec(note.tick) * kSynthSampleRate);
    const float gain = 0.5f * static_cast<float>(note.velocity) * static_cast<float>(note.velocity) / (127.0f * 127.0f);
    for (size_t i = 0, n = std::min(hit.size(), out.size() - std::min(out.size(), start)); i < n; ++i)
      out[start + i] += gain * hit[i];
  }
}

}  // namespace songscape
