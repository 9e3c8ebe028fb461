#include "midi/voice.h"

#include <gtest/gtest.h>

#include <cmath>

#include "midi/effects.h"
#include "midi/synthesizer.h"
#include "midi/voice_timeline.h"

namespace songscape {
namespace {

MidiSong four_seconds() {
  MidiSong song;  // 960 ticks a second
  song.end_tick = 3840;
  return song;
}

SungSyllable sung(int64_t tick, int64_t duration, int pitch, const char* sound) {
  return {tick, duration, pitch, parse_syllables(sound)[0], {}};
}

std::vector<float> sing(const std::vector<SungSyllable>& line, const Singer& singer = {}) {
  std::vector<float> out(4 * kSynthSampleRate, 0.0f);
  Random random(1);
  render_voice(singer, four_seconds(), line, random, out);
  return out;
}

// The lag of the greatest autocorrelation between 60 and 600 Hz, as a frequency.
double pitch_of(std::span<const float> x) {
  size_t best = 1;
  double greatest = 0;
  for (size_t lag = kSynthSampleRate / 600; lag < kSynthSampleRate / 60; ++lag) {
    double sum = 0;
    for (size_t i = 0; i + kSynthSampleRate / 60 < x.size(); ++i) sum += x[i] * x[i + lag];
    if (sum > 1.02 * greatest) {  // a multiple of the period is no better than the period
      greatest = sum;
      best = lag;
    }
  }
  return static_cast<double>(kSynthSampleRate) / static_cast<double>(best);
}

TEST(Voice, SingsThePitchesOfItsNotes) {
  for (const int pitch : {50, 57, 62, 69}) {
    Singer straight;
    straight.vibrato_cents = 0;
    const auto out = sing({sung(960, 1920, pitch, "la")}, straight);
    const double hz = 440 * std::exp2((pitch - 69) / 12.0);
    EXPECT_NEAR(std::log2(pitch_of(std::span(out).subspan(33000, 4096)) / hz) * 1200, 0, 40) << pitch;
  }
}

TEST(Voice, IsSilentOutsideItsNotes) {
  const auto out = sing({sung(960, 960, 60, "strat"), sung(2880, 480, 62, "Si:s")});
  const auto quiet = [&](double from_sec, double to_sec) {
    const auto from = static_cast<size_t>(from_sec * kSynthSampleRate),
               to = static_cast<size_t>(to_sec * kSynthSampleRate);
    return mean_square(std::span(out).subspan(from, to - from));
  };
  EXPECT_EQ(quiet(0, 1 - kVoiceLeadSec), 0.0);
  EXPECT_GT(quiet(1.1, 1.8), 0.0);
  EXPECT_EQ(quiet(2 + kVoiceTailSec, 3 - kVoiceLeadSec), 0.0);
  EXPECT_EQ(quiet(3.5 + kVoiceTailSec, 4), 0.0);
}

TEST(Voice, AHissingConsonantIsBrighterThanAVowel) {
  const auto out = sing({sung(960, 960, 60, "sa")});
  const auto brightness = [&](size_t from, size_t n) {  // power of differences over power
    double difference = 0, power = 1e-12;
    for (size_t i = from; i < from + n; ++i) {
      difference += (out[i + 1] - out[i]) * (out[i + 1] - out[i]);
      power += out[i] * out[i];
    }
    return difference / power;
  };
  EXPECT_GT(brightness(static_cast<size_t>(0.94 * kSynthSampleRate), 800), 10 * brightness(30000, 8000));
}

TEST(VoiceTimeline, SegmentsFollowOneAnotherAndVowelsKeepTheirShare) {
  const std::vector<SungSyllable> line = {sung(960, 120, 60, "strats"), sung(1080, 120, 62, "khols"),
                                          sung(1200, 480, 60, "na")};
  const MidiSong song = four_seconds();
  const auto segments = voice_timeline(song, line);
  for (size_t i = 0; i < segments.size(); ++i) {
    EXPECT_LT(segments[i].start_sec, segments[i].end_sec);
    if (i > 0) {
      EXPECT_GE(segments[i].start_sec, segments[i - 1].end_sec - 1e-9);
    }
    if (!segments[i].phoneme->is_vowel) continue;
    const SungSyllable& syllable = line[segments[i].syllable];
    EXPECT_NEAR(segments[i].start_sec, song.tick_to_sec(syllable.tick), 1e-9);
    EXPECT_GE(segments[i].end_sec - segments[i].start_sec, 0.39 * song.tick_to_sec(syllable.duration));
  }
}

TEST(VoiceTimeline, ConsonantsNeverBeginBeforeTheSong) {
  const auto segments = voice_timeline(four_seconds(), std::vector{sung(24, 480, 60, "strat")});
  EXPECT_GE(segments.front().start_sec, 0.0);
}

}  // namespace
}  // namespace songscape
