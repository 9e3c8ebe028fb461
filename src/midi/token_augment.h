// Other pieces of music made of a piece's tokens: in another key, at another tempo.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "midi/vocabulary.h"

namespace songscape {

// Pitches, keys and chords `semitones` higher; drums stay.  Nothing where a pitch would leave 0 … 127.
std::optional<std::vector<Token>> transposed(std::span<const Token> tokens, int semitones);

// The least and greatest `semitones` that transposed() takes, −127 … 127.
std::pair<int, int> transposition_range(std::span<const Token> tokens);

// Tempi `steps` tokens (of 3.36 %) faster.  Nothing where a tempo would leave the vocabulary.
std::optional<std::vector<Token>> at_tempo(std::span<const Token> tokens, int steps);

}  // namespace songscape
