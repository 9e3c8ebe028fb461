#include "midi/general_midi.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace songscape {
namespace {

constexpr const char* kKit = "rock";
constexpr double kRingsOnSec = 1.5;  // after the end: releases and room

// Of a family that we have nothing of: the instrument that stands in.
constexpr int stand_in(int program) {
  switch (program / 8) {
    case 12:
    case 15:
      return 89;  // effects: the pad
    case 14:
      return 12;  // percussive: the marimba
    default:
      return program;
  }
}

bool is_one_of(int pitch, std::initializer_list<int> pitches) {
  return std::ranges::find(pitches, pitch) != pitches.end();
}

PartSound sound_of(const MidiTrack& track) {
  if (track.is_drums()) return {.kind = PartSound::Kind::drums, .sound = kKit, .reverb_send = .08};
  return {.sound = nearest_instrument(track.program).name, .reverb_send = .15};
}

}  // namespace

const Instrument& nearest_instrument(int program) {
  const int wanted = stand_in(program);
  const auto distance = [&](const Instrument& instrument) {
    return std::pair(instrument.program / 8 != wanted / 8, std::abs(instrument.program - wanted));
  };
  return *std::ranges::min_element(all_instruments(), {}, distance);
}

int nearest_drum(int pitch) {
  constexpr int kKick = 36, kSnare = 38, kHat = 42, kOpenHat = 46, kLowTom = 45, kHighTom = 50;
  if (pitch == 35 || pitch == kKick) return kKick;
  if (pitch >= 37 && pitch <= 40) return kSnare;
  if (is_one_of(pitch, {41, 43, 45, 47, 61, 64, 66, 68, 77})) return kLowTom;
  if (is_one_of(pitch, {48, 50, 56, 60, 62, 63, 65, 67, 76})) return kHighTom;
  if (is_one_of(pitch, {46, 49, 51, 52, 53, 55, 57, 58, 59, 81, 84})) return kOpenHat;
  return kHat;
}

Arrangement arrange_general_midi(MidiSong song) {
  Arrangement arrangement;
  for (MidiTrack& track : song.tracks) {
    arrangement.parts.push_back(sound_of(track));
    if (track.is_drums())
      for (MidiNote& note : track.notes) note.pitch = nearest_drum(note.pitch);
  }
  arrangement.n_samples = static_cast<int64_t>((song.tick_to_sec(song.end_tick) + kRingsOnSec) * kSynthSampleRate);
  arrangement.song = std::move(song);
  return arrangement;
}

}  // namespace songscape
