#include "audio/features.h"

#include <gtest/gtest.h>

#include <limits>

#include "audio/mel_filters.h"
#include "audio/stft.h"
#include "core/error.h"
#include "core/file.h"
#include "librosa_tolerances.h"
#include "signals.h"

namespace songscape {
namespace {

const FeatureExtractor& full_scale() {
  static const FeatureExtractor extractor(MelReference::full_scale);
  return extractor;
}

float mel_at(const ClipFeatures& clip, int band, int frame) {
  return clip.mel[static_cast<size_t>(band) * kNumFrames + static_cast<size_t>(frame)];
}

std::vector<float> read_floats(const fs::path& path) {
  const std::string bytes = read_file(path);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

bool all_finite(const ClipFeatures& clip) {
  const auto finite = [](float x) { return std::isfinite(x); };
  return std::all_of(clip.features.begin(), clip.features.end(), finite) &&
         std::all_of(clip.mel.begin(), clip.mel.end(), [](float x) { return x >= 0 && x <= 1; });
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, MelAndFeaturesAreThoseOfLibrosa) {
  const auto golden =
      read_floats(fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/audio" / (GetParam() + std::string(".f32")));
  constexpr int kEvery = 8, kKept = (kNumFrames + kEvery - 1) / kEvery;
  ASSERT_EQ(golden.size(), size_t{kNumFeatures} + kNumMels * kKept);
  const ClipFeatures ours = full_scale().extract(golden_signal(GetParam()));
  expect_librosa_features(ours.features, std::span(golden).first(kNumFeatures));
  float worst = 0;
  for (int band = 0; band < kNumMels; ++band)
    for (int i = 0; i < kKept; ++i)
      worst = std::max(worst, std::abs(mel_at(ours, band, i * kEvery) - golden[kNumFeatures + band * kKept + i]));
  EXPECT_LT(worst, kMelTolerance);
}
INSTANTIATE_TEST_SUITE_P(Features, Golden, testing::Values("notes", "swell", "sweep", "beats"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(Features, AFullClipHas1293FramesAllValid) {
  const ClipFeatures clip = full_scale().extract(Signal(kClipSamples, 0.1f));
  EXPECT_EQ(clip.n_valid_frames, 1293);
  EXPECT_EQ(clip.mel.size(), 128u * 1293u);
}

TEST(Features, FramesAreValidWhileTheirCentreIsInTheSignalOrAtItsEnd) {
  EXPECT_EQ(full_scale().extract(Signal(1, 0.1f)).n_valid_frames, 1);
  EXPECT_EQ(full_scale().extract(Signal(511, 0.1f)).n_valid_frames, 1);
  EXPECT_EQ(full_scale().extract(Signal(512, 0.1f)).n_valid_frames, 2);
  EXPECT_EQ(full_scale().extract(Signal(kClipSamples - 1, 0.1f)).n_valid_frames, 1292);
}

TEST(Features, ShortSignalsGiveFiniteFeatures) {
  for (const int64_t n : {1, 2, 15, 511, 512, 513, 2047, 2048, 2049, 8191})
    EXPECT_TRUE(all_finite(full_scale().extract(sine_signal(440, 0.5, n)))) << n;
}

TEST(Features, AFullScaleSineReachesOneAndNoMore) {
  const ClipFeatures clip = full_scale().extract(sine_signal(129.0915));
  const float level = mel_at(clip, 4, 600);
  EXPECT_NEAR(level, 1, 1e-5);
  EXPECT_NEAR(clip.reference_db, 10 * std::log10(kFullScaleMelPower), 1e-5);
}

TEST(Features, NoFullScaleSineIsLouderThanTheReference) {
  const MelFilters filters;
  double greatest = 0;
  for (double hz = 20; hz < 1500; hz *= 1.003) {
    const Signal sine = sine_signal(hz, 1, 4096);
    auto power = std::make_unique<Lanes[]>(kNumBins);
    auto mel = std::make_unique<Lanes[]>(kNumMels);
    PowerStft(sine).transform(4, power.get());
    filters.apply(power.get(), mel.get());
    for (int band = 1; band < kNumMels; ++band) greatest = std::max<double>(greatest, mel[band][0]);
  }
  EXPECT_LT(greatest, kFullScaleMelPower * 1.0005);
  EXPECT_GT(greatest, kFullScaleMelPower * 0.98);
}

TEST(Features, TenDecibelsLessIsAnEighthLess) {
  const ClipFeatures loud = full_scale().extract(sine_signal(129.0915));
  const ClipFeatures soft = full_scale().extract(sine_signal(129.0915, std::sqrt(0.1)));
  EXPECT_NEAR(mel_at(loud, 4, 600) - mel_at(soft, 4, 600), 10.0 / 80, 1e-5);
}

TEST(Features, TheClipsOwnMaximumErasesLoudness) {
  const FeatureExtractor per_clip(MelReference::clip);
  const ClipFeatures loud = per_clip.extract(sine_signal(440, 1.0));
  const ClipFeatures soft = per_clip.extract(sine_signal(440, 0.01));
  EXPECT_EQ(*std::max_element(loud.mel.begin(), loud.mel.end()), 1.0f);
  for (size_t i = 0; i < loud.mel.size(); ++i) ASSERT_NEAR(loud.mel[i], soft.mel[i], 1e-3);
  EXPECT_NEAR(loud.reference_db - soft.reference_db, 40, 1e-3);
}

TEST(Features, SilenceIsZeroUnderBothReferences) {
  for (const MelReference reference : {MelReference::full_scale, MelReference::clip}) {
    const ClipFeatures clip = FeatureExtractor(reference).extract(Signal(kClipSamples, 0.0f));
    EXPECT_TRUE(all_finite(clip));
    EXPECT_EQ(*std::max_element(clip.mel.begin(), clip.mel.end()), 0.0f);
    EXPECT_NEAR(clip.features[0], -100 * std::sqrt(128.0), 1e-2);  // −100 dB in every band
    EXPECT_EQ(clip.features[32], 0.0f);                            // no centroid
    EXPECT_NEAR(clip.features[35], 1.0f, 1e-4);                    // flat
  }
}

TEST(Features, AConstantAClickAndASquareAtFullScaleAreFinite) {
  EXPECT_TRUE(all_finite(full_scale().extract(Signal(kClipSamples, 1.0f))));
  Signal click(kClipSamples, 0.0f);
  click[300000] = 1;
  EXPECT_TRUE(all_finite(full_scale().extract(click)));
  Signal square = sine_signal(220);
  for (float& value : square) value = value < 0 ? -1.0f : 1.0f;
  const ClipFeatures clip = full_scale().extract(square);
  EXPECT_TRUE(all_finite(clip));
  EXPECT_NEAR(clip.features[38], 1, 2e-3);  // rms, less the two padded ends
  EXPECT_NEAR(clip.features[37], 440.0 / kSampleRate, 1e-4);
}

TEST(Features, TheLoudestSamplesAllowedOverflowNothing) {
  Signal loud = golden_sweep();
  for (float& value : loud) value = std::clamp(value * 1e7f, -kLoudestSample, kLoudestSample);
  EXPECT_TRUE(all_finite(full_scale().extract(loud)));
}

TEST(Features, SamplesAfterTheEndCountAsDigitalSilence) {
  const Signal sweep = golden_sweep();
  Signal padded = sweep;
  padded.resize(kClipSamples);
  const ClipFeatures a = full_scale().extract(sweep), b = full_scale().extract(padded);
  EXPECT_EQ(a.mel, b.mel);
  EXPECT_NE(a.n_valid_frames, b.n_valid_frames);
}

TEST(Features, BadSamplesAreRefused) {
  EXPECT_THROW(full_scale().extract({}), Error);
  EXPECT_THROW(full_scale().extract(Signal(kClipSamples + 1)), Error);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(), 2 * kLoudestSample}) {
    Signal signal(1000, 0.1f);
    signal[777] = bad;
    EXPECT_THROW(full_scale().extract(signal), Error) << bad;
  }
}

TEST(Features, NamesAreDistinctAndComplete) {
  std::vector<std::string_view> names(feature_names().begin(), feature_names().end());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
  EXPECT_FALSE(names.front().empty());
}

}  // namespace
}  // namespace songscape
