// The vocabulary of music as tokens, version 1: exactly 774 (docs/vocabulary.md).
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace songscape {

inline constexpr int kVocabularyVersion = 1, kVocabularySize = 774;

using Token = uint16_t;

// In the order of their numbers.
enum class TokenKind {
  pad,
  bos,
  eos,
  mask,      // an input of the decoder that is left out in training
  any,       // an attribute that is not known, or not asked for
  no_chord,  // no chord from here on
  bar,
  position,
  pitch,
  drum,
  velocity,
  duration,
  program,
  tempo,
  time_signature,
  key,
  chord
};

struct TokenRange {
  int first, size;
};

inline constexpr std::array<TokenRange, 17> kTokenRanges = {{{0, 1},
                                                             {1, 1},
                                                             {2, 1},
                                                             {3, 1},
                                                             {4, 1},
                                                             {5, 1},
                                                             {6, 1},
                                                             {7, 96},
                                                             {103, 128},
                                                             {231, 128},
                                                             {359, 32},
                                                             {391, 96},
                                                             {487, 129},
                                                             {616, 64},
                                                             {680, 22},
                                                             {702, 24},
                                                             {726, 48}}};

constexpr TokenRange token_range(TokenKind kind) { return kTokenRanges[static_cast<size_t>(kind)]; }
// The `value`th token of its kind, 0 … size − 1.
constexpr Token to_token(TokenKind kind, int value = 0) { return static_cast<Token>(token_range(kind).first + value); }
constexpr TokenKind kind_of(Token token) {  // token < kVocabularySize
  size_t kind = kTokenRanges.size() - 1;
  while (kTokenRanges[kind].first > token) --kind;
  return static_cast<TokenKind>(kind);
}
constexpr int value_of(Token token) { return token - token_range(kind_of(token)).first; }

// "POSITION", and with its value "PITCH 60", "DURATION 24" (24ths of a quarter), "TEMPO 120.3", "KEY A minor",
// "CHORD G:dom7"; "777" for what is no token.
std::string to_text(TokenKind kind);
std::string to_text(Token token);

// --- What values mean ---

inline constexpr int kStepsPerQuarter = 24;  // of durations, and of positions in bars of at most four quarters
inline constexpr int kDrumProgram = 128;
inline constexpr int kNumPrograms = 129, kNumDurations = 96, kNumTempi = 64, kNumTimeSignatures = 22, kNumKeys = 24,
                     kNumChords = 48, kNumVelocities = 32;

// Durations in 24ths of a quarter: 1 … 48 by 1, to 96 by 2, to 192 by 8, to 384 by 16.
int duration_of(int value);
int nearest_duration(double steps);  // value; the lower of two equally near
int longest_duration(int steps);     // value of the longest that is at most `steps` ≥ 1

// 32 bins of 4 velocities; a bin is played at its middle.
constexpr int velocity_of(int value) { return 4 * value + 2; }
constexpr int velocity_bin(int velocity) { return velocity / 4; }

// 64 tempi from 30 to 240 quarters a minute, each 3.36 % above the one before.
double tempo_of(int value);
int nearest_tempo(double quarters_per_min);

struct TimeSignature {
  int numerator = 4, denominator = 4;
  constexpr int steps() const { return numerator * 4 * kStepsPerQuarter / denominator; }  // 24ths of a bar
  constexpr int steps_per_position() const { return steps() > 4 * kStepsPerQuarter ? 2 : 1; }
  constexpr int n_positions() const { return steps() / steps_per_position(); }  // at most 96
  bool operator==(const TimeSignature&) const = default;
};
// 1/4 … 8/4, 2/8 … 12/8, 2/2, 3/2, 4/2.
const TimeSignature& time_signature_of(int value);
// Its value; for one that is not among them the one with as long a bar and the nearest denominator, else −1.
int find_time_signature(TimeSignature signature);
inline constexpr int kFourFour = 3;

// Keys: tonic's pitch class, 12 more for minor.
constexpr int to_key(int pitch_class, bool is_minor) { return pitch_class + (is_minor ? 12 : 0); }
constexpr int tonic_of(int key) { return key % 12; }
constexpr bool is_minor_key(int key) { return key >= 12; }
std::string key_name(int key);  // "F# minor"

// Chords: 4 · root + quality.
enum class ChordQuality { major, minor, diminished, dominant7 };
constexpr int to_chord(int root, ChordQuality quality) { return 4 * root + static_cast<int>(quality); }
constexpr int root_of(int chord) { return chord / 4; }
constexpr ChordQuality quality_of(int chord) { return static_cast<ChordQuality>(chord % 4); }
// Bit p is set where pitch class p belongs to the chord; to the key's scale (minor: natural).
unsigned chord_tones(int chord);
unsigned key_tones(int key);
std::string chord_name(int chord);  // "F#:min"

}  // namespace songscape
