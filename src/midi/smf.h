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

struct MidiTempo {
  int64_t tick = 0;
  int microseconds_per_quarter = 500000;  // 1 … 2^24 − 1
};

struct MidiTimeSignature {
  int64_t tick = 0;
  int numerator = 4;    // 1 … 255
  int denominator = 4;  // a power of two, 1 … 64
};

struct MidiKey {
  int64_t tick = 0;
  int pitch_class = 0;  // of the tonic, C = 0
  bool is_minor = false;
};

struct MidiTrack {
  std::string name;
  int channel = 0;  // 0 … 15; 9 is drums
  int program = 0;  // General MIDI, 0 … 127
  std::vector<MidiNote> notes;
  std::vector<MidiLyric> lyrics;
  bool is_drums() const { return channel == 9; }
};

// Tempi, time signatures and keys hold from their tick to the next one's, each list by strictly ascending ticks.  Where
// none holds yet: 120 beats a minute, 4/4, no known key.
struct MidiSong {
  std::string title;
  int ticks_per_quarter = 480;  // 1 … 32767
  std::vector<MidiTempo> tempi;
  std::vector<MidiTimeSignature> time_signatures;
  std::vector<MidiKey> keys;
  int64_t end_tick = 0;  // every track ends here; notes and lyrics lie before it, the lists not behind it
  std::vector<MidiTrack> tracks;

  // Takes a step for each tempo before `tick`: for many ticks of a song of many tempi use TempoMap (midi/tempo_map.h).
  double tick_to_sec(int64_t tick) const;
};

// Sharps (positive) or flats (negative) of a key's signature, −6 … 6.
int key_signature(int pitch_class, bool is_minor);

// The file's bytes.  Every note-on has its note-off: a note still sounding when its pitch starts again on the same
// track ends there.  Anything out of range or order is a broken contract.
std::string to_smf(const MidiSong& song);

}  // namespace songscape
