#include "audio/mel_attributes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "audio/features.h"
#include "audio/mel_key.h"
#include "audio/mel_rhythm.h"
#include "core/error.h"

namespace songscape {
namespace {

using Samples = std::vector<float>;

// Sines of one amplitude for the whole clip.
Samples sines(const std::vector<double>& hz, double amplitude) {
  Samples out(kClipSamples, 0);
  for (const double f : hz)
    for (size_t i = 0; i < out.size(); ++i)
      out[i] +=
          static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * f * static_cast<double>(i) / kSampleRate));
  return out;
}

// Bursts of noise, `bpm` a minute, every fourth louder.
Samples beats(double bpm) {
  Samples out(kClipSamples, 0);
  uint32_t noise = 1;
  const double period = 60.0 * kSampleRate / bpm;
  for (int beat = 0; beat * period + 2000 < kClipSamples; ++beat)
    for (int i = 0; i < 2000; ++i) {
      noise = noise * 1664525u + 1013904223u;
      const float value = static_cast<float>(noise >> 8) / (1 << 24) - .5f;
      out[static_cast<size_t>(beat * period) + static_cast<size_t>(i)] =
          value * std::exp(-i / 400.0f) * (beat % 4 ? .5f : 1);
    }
  return out;
}

ClipFeatures clip_of(const Samples& samples) { return FeatureExtractor(MelReference::full_scale).extract(samples); }
MelAttributes attributes_of(const Samples& samples) { return measure_mel(clip_of(samples).mel); }
double midi_hz(double pitch) { return 440 * std::exp2((pitch - 69) / 12); }

TEST(MelAttributes, LoudnessOfASineIsItsRms) {
  EXPECT_NEAR(attributes_of(sines({1000}, 1)).loudness_db, -3.01, .3);
  EXPECT_NEAR(attributes_of(sines({300}, .1)).loudness_db, -23.01, .3);
}

TEST(MelAttributes, LoudnessFollowsTheReferenceAndTheValidFrames) {
  const ClipFeatures clip = clip_of(sines({1000}, 1));
  EXPECT_NEAR(measure_mel(clip.mel, {.reference_db = 31.1505}).loudness_db, measure_mel(clip.mel).loudness_db - 10,
              1e-9);
  Samples half = sines({1000}, 1);
  half.resize(kClipSamples / 2);
  const ClipFeatures padded = clip_of(half);
  EXPECT_LT(measure_mel(padded.mel).loudness_db, -5.5);
  EXPECT_NEAR(measure_mel(padded.mel, {.n_valid_frames = padded.n_valid_frames}).loudness_db, -3.01, .3);
}

TEST(MelAttributes, BrightnessOfASineIsItsFrequency) {
  EXPECT_NEAR(attributes_of(sines({3000}, .5)).brightness_hz, 3000, 100);
  EXPECT_NEAR(attributes_of(sines({500}, .5)).brightness_hz, 500, 60);
}

TEST(MelAttributes, RegisterRisesWithThePitch) {
  const double low = attributes_of(sines({midi_hz(56)}, .3)).register_midi;
  const double high = attributes_of(sines({midi_hz(63)}, .3)).register_midi;
  EXPECT_NEAR(low, 56, 1.5);
  EXPECT_NEAR(high, 63, 1.5);
}

TEST(MelAttributes, TempoAndOnsetsOfBeatsAreTheirs) {
  for (const double bpm : {84.0, 120.0, 147.0}) {
    const MelAttributes a = attributes_of(beats(bpm));
    EXPECT_NEAR(a.tempo_bpm / bpm, 1, .01) << bpm;
    EXPECT_NEAR(a.onsets_per_sec, bpm / 60, .15) << bpm;
  }
}

TEST(MelAttributes, TempoNearOneThatIsToldStaysInItsOctave) {
  const ClipFeatures clip = clip_of(beats(80));
  EXPECT_NEAR(measure_mel(clip.mel, {.tempo_near_bpm = 160}).tempo_bpm, 160, 2);
  EXPECT_NEAR(measure_mel(clip.mel, {.tempo_near_bpm = 75}).tempo_bpm, 80, 1);
}

TEST(MelAttributes, KeyAndModeOfATriadAreHeard) {
  const auto triad = [](int tonic, int third) {
    return sines({midi_hz(60 + tonic), midi_hz(60 + tonic + third), midi_hz(67 + tonic), midi_hz(72 + tonic),
                  midi_hz(72 + tonic + third), midi_hz(79 + tonic)},
                 .1);
  };
  for (const int tonic : {0, 4, 9}) {
    const MelAttributes major = attributes_of(triad(tonic, 4)), minor = attributes_of(triad(tonic, 3));
    EXPECT_EQ(major.key, tonic);
    EXPECT_EQ(minor.key, tonic);
    EXPECT_LT(major.minorness, 0);
    EXPECT_GT(minor.minorness, 0);
  }
}

TEST(MelAttributes, OfSilenceAreAllNan) {
  for (const double v : as_array(measure_mel(std::vector<float>(kNumMels * kNumFrames, 0.0f))))
    EXPECT_TRUE(std::isnan(v));
}

TEST(MelAttributes, OfOneFrameAndOfAFlatMelHaveNoTempoButALevel) {
  const std::vector<float> flat(kNumMels * kNumFrames, .5f);
  for (const int n : {1, 2, kNumFrames}) {
    const MelAttributes a = measure_mel(flat, {.n_valid_frames = n});
    EXPECT_TRUE(std::isnan(a.tempo_bpm));
    EXPECT_EQ(a.onsets_per_sec, 0);
    EXPECT_TRUE(std::isfinite(a.loudness_db) && std::isfinite(a.brightness_hz) && std::isfinite(a.register_midi));
  }
}

TEST(MelAttributes, RefuseAnotherShape) {
  EXPECT_THROW(measure_mel(std::vector<float>(5)), Error);
  EXPECT_THROW(measure_mel(std::vector<float>(kNumMels * kNumFrames), {.n_valid_frames = 0}), Error);
}

TEST(MelAttributes, HaveANameEach) {
  EXPECT_EQ(mel_attribute_names()[0], "loudness");
  EXPECT_EQ(mel_attribute_names()[6], "key");
  EXPECT_EQ(as_array(measure_mel(std::vector<float>(kNumMels * kNumFrames, .5f))).size(), mel_attribute_names().size());
}

}  // namespace
}  // namespace songscape
