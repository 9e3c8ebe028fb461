// A piece of music as a library keeps it: its tokens (midi/vocabulary.h, docs/vocabulary.md), and where its bars begin.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace songscape {

// Of midi/vocabulary.h, which this layer does not see; library/midi_song.cpp asserts that they are equal.
inline constexpr uint32_t kStoredVocabulary = 1;

struct StoredTokens {
  int32_t melody_program = -1;       // 0 … 127; −1: there is no melody
  std::vector<uint32_t> bar_starts;  // where each bar's first token stands, ascending
  std::vector<uint16_t> tokens;      // of the whole piece, from BOS to EOS
  bool operator==(const StoredTokens&) const = default;
};

std::string to_payload(const StoredTokens& stored);
// Error `damaged` naming `where` for what is no such payload, or of another vocabulary.
StoredTokens read_tokens_payload(const std::string& payload, const std::string& where);

}  // namespace songscape
