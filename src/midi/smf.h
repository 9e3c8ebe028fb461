// A song as notes on tracks, and its Standard MIDI File (format 1: a conductor track, then one track a part).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace songscape {

struct MidiNote {
  int64_t tick = 0;
  int64_t duration = 0;  // ticks, at least 1
  int pitch = 60;        // 0 … 127; on channel 9 a General MIDI drum
  int velocity = 96;     // 1 … 127
};

struct MidiLyric {
  int64_t tick = 0;
  std::string text;  // UTF-8
};

struct MidiTrack {
  std::string name;
  int channel = 0;  // 0 … 15; 9 is drums
  int program = 0;  // General MIDI, 0 … 127
  std::vector<MidiNote> notes;
  std::vector<MidiLyric> lyrics;
};

// One tempo, time signature and key throughout.
struct MidiSong {
  std::string title;
  int ticks_per_quarter = 480;
  int microseconds_per_quarter = 500000;
  int beats_per_bar = 4;    // time signature beats_per_bar / 4
  int key_pitch_class = 0;  // of the tonic, C = 0
  bool is_minor = false;
  int64_t end_tick = 0;  // every track ends here; notes and lyrics lie before it
  std::vector<MidiTrack> tracks;

  double tick_to_sec(int64_t tick) const {
    return static_cast<double>(tick) * microseconds_per_quarter / (1e6 * ticks_per_quarter);
  }
};

// Sharps (positive) or flats (negative) of a key's signature, −6 … 6.
int key_signature(int pitch_class, bool is_minor);

// The file's bytes.  Every note-on has its note-off: a note still sounding when its pitch starts again on the same
// track ends there.  A note or lyric out of range is a broken contract.
std::string to_smf(const MidiSong& song);

}  // namespace songscape
