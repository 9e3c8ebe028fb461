// A MIDI file as a library keeps it: its tokens, and what they tell of the song.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/token_record.h"
#include "library/catalogue.h"

namespace songscape {

// Facts: key, mode, time_signature (labels), tempo_bpm, n_bars, n_notes; of each estimate also how sure it is, from 0
// to 1: key_confidence, tempo_confidence (that beats lie where they are said to), time_signature_confidence (bars).
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
