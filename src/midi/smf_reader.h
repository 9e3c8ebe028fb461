// Standard MIDI Files read: formats 0 and 1, also in a RIFF RMID wrapper.  Safe on any bytes.
//
// A song has one MidiTrack for each (track chunk, channel, program) with notes, in the order of their first notes in
// the chunk, and behind all of them one without notes for each chunk that has lyrics alone.  The rules:
//   - A note whose pitch starts again on its channel ends there (started anew at its own tick, it is replaced), and the
//     next end of that pitch is taken for its own, the one after it for the later note's.  A note without an end lasts
//     to the end of its track; none is shorter than a tick.
//   - A note that ends under the sustain pedal (controller 64 at 64 or more) lasts until the pedal rises, the pitch
//     starts again or the track ends.  Pedals are of a channel within one track chunk.
//   - Controllers 120 and 123 … 127 end all notes of the channel, 121 lifts the pedal.
//   - Tempi, time signatures and keys of all chunks are one list each; of two at a tick the later one holds.
//   - Under an SMPTE division a quarter is half a second (a second, where that is no whole number of ticks), and tempo
//     events say nothing.
// What is mended is told in `warnings`, each kind once, with its count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "midi/smf.h"

namespace songscape {

inline constexpr size_t kMaxSmfBytes = size_t{128} << 20;
inline constexpr int64_t kMaxSmfEvents = 1'000'000;
inline constexpr double kMaxSmfSec = 24 * 3600;
inline constexpr size_t kMaxSmfTempi = 50'000;  // those behind are left out
inline constexpr size_t kMaxSmfText = 65'536;   // bytes of a text; longer ones are left out
// Tempi are brought into this range: 1,000 to 4 beats a minute.
inline constexpr int kMinSmfTempo = 60'000, kMaxSmfTempo = 15'000'000;

struct ReadSmf {
  MidiSong song;
  std::vector<std::string> warnings;
};

// Error `damaged` naming the byte, and the track from 1, for what is no such file or above the limits.
ReadSmf read_smf(std::string_view bytes);

}  // namespace songscape
