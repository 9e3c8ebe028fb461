// A MIDI file as a library keeps it: its tokens, and what they tell of the song.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/token_record.h"
#include "library/catalogue.h"

namespace songscape {

struct MidiContent {
  double duration_sec = 0;
  std::string title;  // UTF-8, empty where it has none
  std::vector<Fact> facts;
  StoredTokens tokens;
  std::vector<std::string> warnings;
};

// `bytes`: of the file.  Throws DecodeFailure (library/decoder_client.h) where it is rejected.
MidiContent read_midi_song(std::string_view bytes);

}  // namespace songscape
