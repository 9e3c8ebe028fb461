#include "midi/general_midi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "midi/drum_kit.h"
#include "midi/grid_songs.h"
#include "midi/quantise.h"

namespace songscape {
namespace {

// The loudest frequency among those of the equal-tempered pitches 40 … 88 (Goertzel 1958, Hann's window).
int loudest_pitch(std::span<const int16_t> x) {
  int best = 0;
  double most = -1;
  for (int pitch = 40; pitch <= 88; ++pitch) {
    const double hz = 440 * std::exp2((pitch - 69) / 12.0);
    double re = 0, im = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double at = static_cast<double>(i), turn = 2 * std::numbers::pi;
      const double w = x[i] * (.5 - .5 * std::cos(turn * at / static_cast<double>(x.size())));
      re += w * std::cos(turn * hz * at / kSynthSampleRate);
      im += w * std::sin(turn * hz * at / kSynthSampleRate);
    }
    if (re * re + im * im > most) most = re * re + im * im, best = pitch;
  }
  return best;
}

std::vector<int16_t> sound_of_song(const GridSong& song) {
  return render(arrange_general_midi(to_midi(song)), Random(0));
}

TEST(GeneralMidi, EveryProgramHasAnInstrumentOfItsFamilyWhereThereIsOne) {
  for (int program = 0; program < 128; ++program) {
    const int own = nearest_instrument(program).program;
    const int family = program / 8;
    EXPECT_EQ(own / 8, family == 12 || family == 15 ? 11 : family == 14 ? 1 : family) << program;
  }
  EXPECT_EQ(nearest_instrument(0).name, "piano");
  EXPECT_EQ(nearest_instrument(2).name, "piano");
  EXPECT_EQ(nearest_instrument(73).name, "flute");
}

TEST(GeneralMidi, EveryDrumIsOneOfTheKit) {
  GridSong song = grid_song(4, {});
  for (int pitch = 0; pitch < 128; ++pitch)
    song.notes.push_back({pitch / 32, pitch % 32, kDrumProgram, pitch, 20, kDrumSteps});
  const std::vector<int16_t> sound = sound_of_song(song);
  EXPECT_GT(std::ranges::max(sound), 1000);
}

TEST(GeneralMidi, ANoteSoundsAtItsPitchForItsTime) {
  for (const int program : {0, 16, 40, 73, 80})
    for (const int pitch : {60, 69, 76}) {
      const std::vector<int16_t> sound = sound_of_song(grid_song(2, {{0, 0, program, pitch, 24, 96}}));
      const double seconds = 2 * 4 * 60 / tempo_of(42) + 1.5;
      EXPECT_NEAR(static_cast<double>(sound.size()) / kSynthSampleRate, seconds, .01);
      EXPECT_EQ(loudest_pitch(std::span(sound).subspan(4410, 22050)), pitch) << "program " << program;
    }
}

TEST(GeneralMidi, NothingClipsHoweverManyNotesSound) {
  GridSong song = grid_song(2, {});
  for (int program = 0; program < 128; program += 3)
    for (int pitch = 30; pitch < 90; pitch += 5) song.notes.push_back({0, 0, program, pitch, 31, 384});
  const std::vector<int16_t> sound = sound_of_song(song);
  EXPECT_LT(std::ranges::max(sound), 32767);
  EXPECT_GT(std::ranges::min(sound), -32767);
  double power = 0;
  for (const int16_t s : sound) power += static_cast<double>(s) * s / static_cast<double>(sound.size());
  EXPECT_NEAR(10 * std::log10(power / 32768 / 32768), -20, .5);
}

TEST(GeneralMidi, ASongWithoutNotesIsSilence) {
  const std::vector<int16_t> sound = sound_of_song(grid_song(1, {}));
  EXPECT_FALSE(sound.empty());
  EXPECT_EQ(std::ranges::max(sound), 0);
}

}  // namespace
}  // namespace songscape
