#include "audio/mel_to_audio.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "audio/features.h"
#include "audio/stft.h"
#include "core/error.h"
#include "signals.h"

namespace songscape {
namespace {

ClipFeatures analysed(const Signal& signal, MelReference reference = MelReference::full_scale) {
  static const FeatureExtractor full_scale(MelReference::full_scale), own(MelReference::clip);
  return (reference == MelReference::clip ? own : full_scale).extract(signal);
}
MelClip clip_of(const ClipFeatures& c) { return {c.mel, c.n_valid_frames, c.reference_db}; }
MelSound heard(const ClipFeatures& c, GriffinLimOptions options = {}) { return mel_to_audio(clip_of(c), options); }

constexpr int64_t kShort = 40 * kHopLength;

// The frequency whose correlation with the middle of the signal is greatest, in steps of .5 Hz.
double pitch_hz(const std::vector<float>& samples, double low, double high) {
  double best_hz = 0, best = -1;
  const size_t begin = samples.size() / 4, end = 3 * samples.size() / 4;
  for (double hz = low; hz <= high; hz += 0.5) {
    std::complex<double> sum = 0;
    for (size_t i = begin; i < end; ++i) {
      const double w = std::sin(std::numbers::pi * double(i - begin) / double(end - begin));
      sum += w * samples[i] * std::polar(1.0, -2 * std::numbers::pi * hz * double(i) / kSampleRate);
    }
    if (std::abs(sum) > best) best = std::abs(sum), best_hz = hz;
  }
  return best_hz;
}

TEST(MelToAudio, ASineComesBackAtItsPitchAndLevel) {
  // Within a mel band the pitch cannot be told: bands are 26 Hz apart up to 1 kHz.
  for (const double hz : {220.0, 440.0, 880.0}) {
    const Signal source = sine_signal(hz, 0.25, 5 * kShort);
    const MelSound sound = heard(analysed(source));
    EXPECT_NEAR(pitch_hz(sound.samples, hz - 60, hz + 60), hz, 13) << hz;
    EXPECT_NEAR(level_db(sound.samples), level_db(source), 0.5) << hz;
  }
}

TEST(MelToAudio, LevelComesBackUnderEitherReference) {
  for (const double gain : {0.02, 0.5})
    for (const MelReference reference : {MelReference::full_scale, MelReference::clip}) {
      Signal source = golden_notes();
      source.resize(10 * kShort);
      for (float& x : source) x *= static_cast<float>(gain);
      const MelSound sound = heard(analysed(source, reference));
      EXPECT_NEAR(level_db(sound.samples), level_db(source), 0.5) << gain;
    }
}

TEST(MelToAudio, SilenceStaysSilent) {
  const MelSound sound = heard(analysed(Signal(kShort, 0.0f)));
  ASSERT_EQ(sound.samples.size(), size_t{kShort});
  for (const float x : sound.samples) ASSERT_NEAR(x, 0, 1e-9);
}

TEST(MelToAudio, MakesAsManySamplesAsFramesAreValid) {
  for (const int64_t n : {int64_t{1}, int64_t{511}, int64_t{512}, int64_t{513}, int64_t{16 * 512}, kClipSamples}) {
    Signal source(static_cast<size_t>(n), 0.1f);
    const ClipFeatures clip = analysed(source);
    const MelSound sound = heard(clip, {.n_iterations = 2});
    EXPECT_EQ(sound.samples.size(), clip.n_valid_frames == 1 ? 511u : 512u * (clip.n_valid_frames - 1u));
    for (const float x : sound.samples) ASSERT_TRUE(std::isfinite(x));
  }
}

TEST(MelToAudio, WhatLiesPastTheValidFramesIsNotHeard) {
  ClipFeatures clip = analysed(sine_signal(440, 0.25, kShort));
  const MelSound clean = heard(clip, {.n_iterations = 8});
  for (int band = 0; band < kNumMels; ++band)
    for (int frame = clip.n_valid_frames; frame < kNumFrames; ++frame)
      clip.mel[static_cast<size_t>(band * kNumFrames + frame)] = 1;
  EXPECT_EQ(heard(clip, {.n_iterations = 8}).samples, clean.samples);
}

TEST(MelToAudio, EqualForAnyNumberOfThreadsAndForASeed) {
  Signal source = golden_notes();
  source.resize(5 * kShort);
  const ClipFeatures clip = analysed(source);
  const MelSound one = heard(clip, {.n_iterations = 6, .seed = 3, .n_threads = 1});
  EXPECT_EQ(heard(clip, {.n_iterations = 6, .seed = 3, .n_threads = 3}).samples, one.samples);
  EXPECT_NE(heard(clip, {.n_iterations = 6, .seed = 4, .n_threads = 1}).samples, one.samples);
}

TEST(MelToAudio, ErrorFallsWithIterationsAndNeverRisesMuch) {
  for (const char* name : {"notes", "beats"}) {
    Signal source = golden_signal(name);
    source.resize(10 * kShort);
    const ClipFeatures clip = analysed(source);
    double least = INFINITY;
    for (const int n : {0, 2, 4, 8, 16, 32, 64, 128}) {
      const double error = mel_convergence(heard(clip, {.n_iterations = n}).samples, clip_of(clip));
      EXPECT_LT(error, 1.1 * least + 0.005) << name << " " << n;
      least = std::min(least, error);
    }
    EXPECT_LT(least, std::string(name) == "notes" ? 0.06 : 0.3) << name;  // bursts of noise have no mel to keep to
  }
}

TEST(MelToAudio, FreeMagnitudesComeNearerToTheMelThanGuessedOnes) {
  const ClipFeatures clip = analysed(golden_notes());
  const auto error = [&](int first_free) {
    return mel_convergence(heard(clip, {.n_iterations = 64, .first_free_iteration = first_free}).samples,
                           clip_of(clip));
  };
  EXPECT_LT(error(16), 0.9 * error(1000));
}

// |STFT|, [1025 × frames], as griffin_lim() takes it.
std::vector<float> magnitudes_of(const Signal& signal, int n_frames) {
  std::vector<float> out(size_t{kNumBins} * static_cast<size_t>(n_frames));
  PowerStft stft(signal);
  std::vector<Lanes> power(kNumBins);
  for (int frame = 0; frame < n_frames; ++frame) {
    if (frame % kLanes == 0) stft.transform(frame, power.data());
    for (int k = 0; k < kNumBins; ++k)
      out[static_cast<size_t>(k * n_frames + frame)] = std::sqrt(power[static_cast<size_t>(k)][frame % kLanes]);
  }
  return out;
}

TEST(GriffinLim, GivenMagnitudesAreReachedMoreNearlyWithIterations) {
  Signal source = golden_notes();
  source.resize(5 * kShort);
  const int n_frames = valid_frames(static_cast<int64_t>(source.size()));
  const std::vector<float> wanted = magnitudes_of(source, n_frames);
  const auto error = [&](int n_iterations) {
    const std::vector<float> had =
        magnitudes_of(griffin_lim(wanted, n_frames, {.n_iterations = n_iterations}), n_frames);
    double sum = 0, whole = 0;
    for (size_t i = 0; i < had.size(); ++i) {
      sum += std::pow(had[i] - wanted[i], 2);
      whole += std::pow(wanted[i], 2);
    }
    return std::sqrt(sum / whole);
  };
  EXPECT_LT(error(8), error(1));
  EXPECT_LT(error(64), error(8));
  EXPECT_LT(error(64), 0.1);
  EXPECT_EQ(griffin_lim(wanted, n_frames, {.n_iterations = 4, .n_threads = 3}),
            griffin_lim(wanted, n_frames, {.n_iterations = 4}));
}

TEST(GriffinLim, MagnitudesOfAnotherSizeAreRefused) {
  EXPECT_THROW(griffin_lim(std::vector<float>(1025 * 3), 4, {}), Error);
}

TEST(MelToAudio, AClipAtFullMelIsLimitedAndSaysSo) {
  std::vector<float> mel(size_t{kNumMels} * kNumFrames, 1.0f);
  const MelSound sound =
      mel_to_audio({mel, 60, static_cast<float>(10 * std::log10(kFullScaleMelPower))}, {.n_iterations = 4});
  EXPECT_GT(sound.limited.most_db, 6);
  EXPECT_GT(sound.limited.share, 0.1);
  for (const float x : sound.samples) ASSERT_LE(std::abs(x), 0.999f);
}

TEST(Limiter, LeavesWhatFitsAsItIs) {
  Signal signal = sine_signal(440, 0.9, 2000);
  const Signal before = signal;
  const Limited limited = limit_peaks(signal);
  EXPECT_EQ(signal, before);
  EXPECT_EQ(limited.most_db, 0);
  EXPECT_EQ(limited.share, 0);
}

TEST(Limiter, TurnsALoudPartDownAndLeavesTheRestAlone) {
  Signal signal = sine_signal(440, 0.5, 20000);
  for (size_t i = 8000; i < 12000; ++i) signal[i] *= 4;
  Signal limited = signal;
  const Limited report = limit_peaks(limited);
  EXPECT_NEAR(report.most_db, 20 * std::log10(2 / 0.999), 0.1);
  EXPECT_NEAR(report.share, 4000.0 / 20000, 0.02);
  for (size_t i = 0; i < limited.size(); ++i) {
    ASSERT_LE(std::abs(limited[i]), 0.999f);
    if (i < 7700 || i > 12300) {
      ASSERT_EQ(limited[i], signal[i]) << i;
    }
  }
}

TEST(Limiter, HoldsASingleSpikeAndSignalsShorterThanItsWindow) {
  Signal spike(5000, 0.1f);
  spike[2500] = 30;
  limit_peaks(spike);
  EXPECT_NEAR(spike[2500], 0.999f, 1e-3);
  Signal brief{2.0f, -3.0f};
  limit_peaks(brief);
  for (const float x : brief) EXPECT_LE(std::abs(x), 0.999f);
}

}  // namespace
}  // namespace songscape
