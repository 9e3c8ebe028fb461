#include "midi/synthesizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "midi/drum_kit.h"
#include "midi/effects.h"
#include "midi/instrument.h"

namespace songscape {
namespace {

MidiSong two_seconds() {
  MidiSong song;  // 120 beats a minute: 960 ticks are a second
  song.end_tick = 1920;
  return song;
}

// Power near one frequency (Goertzel 1958, Hann's window): detuned pairs beat, so three places 5 Hz apart are summed.
double power_at(std::span<const float> x, double centre_hz) {
  const auto n = static_cast<double>(x.size());
  double power = 0;
  for (const double hz : {centre_hz - 5, centre_hz, centre_hz + 5}) {
    double re = 0, im = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double turns = static_cast<double>(i) / n, w = x[i] * (0.5 - 0.5 * std::cos(2 * std::numbers::pi * turns));
      re += w * std::cos(2 * std::numbers::pi * hz * static_cast<double>(i) / kSynthSampleRate);
      im += w * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / kSynthSampleRate);
    }
    power += (re * re + im * im) / (n * n);
  }
  return power;
}

TEST(Instruments, EveryOneSoundsAtItsPitchAndFallsSilent) {
  const MidiSong song = two_seconds();
  for (const Instrument& instrument : all_instruments()) {
    std::vector<float> out(4 * kSynthSampleRate, 0.0f);
    Random random(1);
    const MidiNote a4{96, 480, 69, 100};
    render_notes(instrument, song, {&a4, 1}, random, out);
    const std::span<const float> sounding(out.data() + 2205, 11025),
        tail(out.data() + 3 * kSynthSampleRate, kSynthSampleRate);
    EXPECT_EQ(mean_square(std::span(out).first(2200)), 0.0) << instrument.name;
    EXPECT_GT(mean_square(sounding), 1e-4) << instrument.name;
    EXPECT_LT(mean_square(tail), 1e-5 * mean_square(sounding)) << instrument.name;
    const double harmonic = power_at(sounding, 440) + power_at(sounding, 880) + power_at(sounding, 1320);
    const double between = power_at(sounding, 415.3) + power_at(sounding, 466.2) + power_at(sounding, 622.3);
    EXPECT_GT(harmonic, 20 * between) << instrument.name;
  }
}

TEST(Instruments, LoudnessIsWithinReachOfEachOther) {
  for (const Instrument& instrument : all_instruments()) {
    std::vector<float> out(2 * kSynthSampleRate, 0.0f);
    Random random(1);
    const MidiNote c4{0, 960, 60, 100};
    render_notes(instrument, two_seconds(), {&c4, 1}, random, out);
    const double rms = std::sqrt(mean_square(std::span(out).first(6000)));
    EXPECT_GT(rms, 0.01) << instrument.name;
    EXPECT_LT(rms, 0.12) << instrument.name;
  }
}

TEST(DrumKits, EveryDrumSoundsAndDiesAway) {
  for (const DrumKit& kit : all_drum_kits())
    for (const DrumSound& sound : kit.sounds) {
      std::vector<float> out(3 * kSynthSampleRate, 0.0f);
      Random random(1);
      const MidiNote hit{0, 10, sound.pitch, 127};
      render_drums(kit, 0, two_seconds(), {&hit, 1}, random, out);
      EXPECT_GT(mean_square(std::span(out).first(400)), 1e-5) << kit.name << sound.pitch;
      EXPECT_EQ(mean_square(std::span(out).last(kSynthSampleRate)), 0.0) << kit.name << sound.pitch;
    }
}

Arrangement small_arrangement() {
  Arrangement a;
  a.song = two_seconds();
  a.n_samples = 2 * kSynthSampleRate;
  a.song.tracks = {{"Drums", 9, 0, {{0, 100, 36, 110}, {480, 100, 38, 110}, {960, 100, 36, 110}}, {}},
                   {"Chords", 1, 0, {{0, 900, 60, 90}, {0, 900, 64, 90}, {960, 900, 67, 90}}, {}},
                   {"Voice", 2, 52, {{480, 480, 62, 100}}, {}}};
  a.parts = {{PartSound::Kind::drums, "rock", -6, 0.1, 0, 0},
             {PartSound::Kind::instrument, "piano", -6, 0.3, 0, 0},
             {PartSound::Kind::voice, "", 0, 0, 0, 0}};
  a.sung = {{480, 480, 62, parse_syllables("la")[0], {}}};
  return a;
}

TEST(Render, TheSameArrangementGivesTheSameSamples) {
  EXPECT_EQ(render(small_arrangement(), Random(3, 4)), render(small_arrangement(), Random(3, 4)));
  EXPECT_NE(render(small_arrangement(), Random(3, 4)), render(small_arrangement(), Random(3, 5)));
}

TEST(Render, ASongHasTheLoudnessItWasGivenAndNeverClips) {
  for (const double loudness_db : {-30.0, -20.0, -14.0}) {
    Arrangement a = small_arrangement();
    a.mix.loudness_db = loudness_db;
    double sum = 0;
    int peak = 0;
    for (const int16_t s : render(a, Random(1, 1))) {
      sum += static_cast<double>(s) * s;
      peak = std::max(peak, std::abs(static_cast<int>(s)));
    }
    EXPECT_NEAR(10 * std::log10(sum / static_cast<double>(a.n_samples)) - 20 * std::log10(32767.0), loudness_db, 0.2);
    EXPECT_LT(peak, 32767);
  }
}

TEST(Render, ASongWithoutAnyNoteIsSilent) {
  Arrangement a = small_arrangement();
  for (MidiTrack& track : a.song.tracks) track.notes.clear();
  a.sung.clear();
  for (const int16_t s : render(a, Random(1, 1))) ASSERT_EQ(s, 0);
}

TEST(Render, SettingsOutOfContractAreRefused) {
  Arrangement loud = small_arrangement();
  loud.mix.loudness_db = -10;
  EXPECT_THROW(render(loud, Random(1)), Error);
  Arrangement unknown = small_arrangement();
  unknown.parts[1].sound = "kazoo";
  EXPECT_THROW(render(unknown, Random(1)), Error);
}

TEST(Tilt, RaisesTheTrebleAgainstTheBass) {
  for (const double tilt_db : {-8.0, 8.0}) {
    std::vector<float> low(22050), high(22050);
    for (size_t i = 0; i < low.size(); ++i) {
      low[i] = static_cast<float>(std::sin(2 * std::numbers::pi * 120 * static_cast<double>(i) / kSynthSampleRate));
      high[i] = static_cast<float>(std::sin(2 * std::numbers::pi * 7000 * static_cast<double>(i) / kSynthSampleRate));
    }
    tilt(low, tilt_db);
    tilt(high, tilt_db);
    // One pole moves 120 and 7,000 Hz most of the way.
    const double moved = 10 * std::log10(mean_square(high) / mean_square(low)) / tilt_db;
    EXPECT_GT(moved, 0.7);
    EXPECT_LT(moved, 1.0);
  }
}

TEST(Reverberate, FallsBySixtyDecibelsInItsDecayTime) {
  std::vector<float> x(3 * kSynthSampleRate, 0.0f);
  x[0] = 1;
  reverberate(x, 1.0);
  const double early = mean_square(std::span(x).subspan(kSynthSampleRate / 5, 4410));
  const double late = mean_square(std::span(x).subspan(kSynthSampleRate * 6 / 5, 4410));
  EXPECT_NEAR(10 * std::log10(late / early), -60, 3);
}

TEST(Quantise, RoundsHalvesToEvenAndClips) {
  const std::vector<float> x = {0.0f, 1.0f, -1.0f, 3.0f, -3.0f, 0.5f / 32767.0f, 1.5f / 32767.0f};
  EXPECT_EQ(quantise(x), (std::vector<int16_t>{0, 32767, -32767, 32767, -32767, 0, 2}));
}

}  // namespace
}  // namespace songscape
