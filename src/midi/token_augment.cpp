#include "midi/token_augment.h"

#include <algorithm>

namespace songscape {
namespace {

constexpr int turned(int value, int by, int modulus) { return ((value + by) % modulus + modulus) % modulus; }

}  // namespace

std::optional<std::vector<Token>> transposed(std::span<const Token> tokens, int semitones) {
  const auto [least, greatest] = transposition_range(tokens);
  if (semitones < least || semitones > greatest) return std::nullopt;
  std::vector<Token> out(tokens.begin(), tokens.end());
  for (Token& token : out) {
    const TokenKind kind = kind_of(token);
    const int value = value_of(token);
    if (kind == TokenKind::pitch) token = to_token(kind, value + semitones);
    if (kind == TokenKind::key)
      token = to_token(kind, to_key(turned(tonic_of(value), semitones, 12), is_minor_key(value)));
    if (kind == TokenKind::chord)
      token = to_token(kind, to_chord(turned(root_of(value), semitones, 12), quality_of(value)));
  }
  return out;
}

std::pair<int, int> transposition_range(std::span<const Token> tokens) {
  int lowest = 127, highest = 0;
  bool has_pitch = false;
  for (const Token token : tokens) {
    if (kind_of(token) != TokenKind::pitch) continue;
    has_pitch = true;
    lowest = std::min(lowest, value_of(token));
    highest = std::max(highest, value_of(token));
  }
  return has_pitch ? std::pair{-lowest, 127 - highest} : std::pair{-127, 127};
}

std::optional<std::vector<Token>> at_tempo(std::span<const Token> tokens, int steps) {
  std::vector<Token> out(tokens.begin(), tokens.end());
  for (Token& token : out) {
    if (kind_of(token) != TokenKind::tempo) continue;
    const int value = value_of(token) + steps;
    if (value < 0 || value >= kNumTempi) return std::nullopt;
    token = to_token(TokenKind::tempo, value);
  }
  return out;
}

}  // namespace songscape
