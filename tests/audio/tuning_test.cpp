#include "audio/tuning.h"

#include <gtest/gtest.h>

#include "audio/chroma_filters.h"
#include "audio/stft.h"
#include "signals.h"

namespace songscape {
namespace {

double estimate(const Signal& signal) {
  PowerStft stft(signal);
  auto power = std::make_unique<Lanes[]>(kNumBins);
  TuningEstimator tuning;
  for (int frame = 0; frame < valid_frames(static_cast<int64_t>(signal.size())); frame += kLanes) {
    stft.transform(frame, power.get());
    tuning.add(power.get(), kLanes);
  }
  return tuning.estimate();
}

TEST(Tuning, FindsHowFarAToneIsOffItsSemitone) {
  for (const double semitones : {-0.4, -0.2, 0.1, 0.3})  // high tones, whose bins are narrow beside a semitone
    EXPECT_NEAR(estimate(sine_signal(3520 * std::exp2(semitones / 12), 0.5, 65536)), semitones, 0.03) << semitones;
}

TEST(Tuning, IsZeroWithoutPeaks) { EXPECT_EQ(estimate(Signal(20000, 0.0f)), 0); }

TEST(Chroma, ANoteSoundsInItsOwnClass) {
  const ChromaFilters filters(0);
  const double notes_hz[] = {523.25, 554.37, 587.33, 622.25, 659.26, 698.46,
                             739.99, 783.99, 830.61, 880,    932.33, 987.77};
  for (int c = 0; c < kNumChroma; ++c) {
    const Signal note = sine_signal(notes_hz[c], 0.5, 8192);
    auto power = std::make_unique<Lanes[]>(kNumBins);
    Lanes chroma[kNumChroma];
    PowerStft(note).transform(8, power.get());
    filters.apply(power.get(), chroma);
    for (int other = 0; other < kNumChroma; ++other)
      EXPECT_EQ(chroma[other][0] == 1.0f, other == c) << notes_hz[c] << " Hz, class " << other;
  }
}

}  // namespace
}  // namespace songscape
