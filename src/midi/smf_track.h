// One track chunk of a Standard MIDI File, read (the rules: midi/smf_reader.h).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "midi/smf.h"

namespace songscape {

// Error `damaged` at a byte of the file; track 0 is the file itself.
[[noreturn]] void damaged_smf(size_t offset, int track, std::string what, std::string seen = {});

// What was mended, by kind: how often, and where first.
class SmfMends {
 public:
  void add(const char* what, const std::string& where) { ++mends_.try_emplace(what, Mend{where, 0}).first->second.n; }
  std::vector<std::string> texts() const;  // "no End of Track (track 2, 3 times)"

 private:
  struct Mend {
    std::string where;
    int64_t n;
  };
  std::map<std::string, Mend> mends_;
};

struct SmfChunk {
  std::string_view bytes;   // behind the chunk's head
  size_t offset = 0;        // of these in the file
  int number = 1;           // of the track, from 1
  bool is_clipped = false;  // the file ends before the chunk does
};

struct SmfTrackContents {
  std::string name;
  std::vector<MidiTrack> tracks;  // those with notes
  std::vector<MidiLyric> lyrics;
  std::vector<MidiTempo> tempi;
  std::vector<MidiTimeSignature> time_signatures;
  std::vector<MidiKey> keys;
  int64_t end_tick = 0;
};

// `n_events` counts on over the tracks of a file.
SmfTrackContents read_smf_track(const SmfChunk& chunk, int64_t& n_events, SmfMends& mends);

}  // namespace songscape
