#include "midi/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/error.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr const char* kKindNames[] = {
    "PAD",  "BOS",      "EOS",      "MASK",    "ANY",   "NO_CHORD",       "BAR", "POSITION", "PITCH",
    "DRUM", "VELOCITY", "DURATION", "PROGRAM", "TEMPO", "TIME_SIGNATURE", "KEY", "CHORD"};
constexpr const char* kPitchClassNames[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
constexpr const char* kQualityNames[] = {"maj", "min", "dim", "dom7"};

constexpr std::array<int, kNumDurations> make_durations() {
  std::array<int, kNumDurations> out{};
  int steps = 0;
  for (int& duration : out) duration = steps += steps < 48 ? 1 : steps < 96 ? 2 : steps < 192 ? 8 : 16;
  return out;
}
constexpr auto kDurations = make_durations();
static_assert(kDurations.back() == 384);

constexpr std::array<TimeSignature, kNumTimeSignatures> make_time_signatures() {
  std::array<TimeSignature, kNumTimeSignatures> out{};
  size_t i = 0;
  for (int n = 1; n <= 8; ++n) out[i++] = {n, 4};
  for (int n = 2; n <= 12; ++n) out[i++] = {n, 8};
  for (int n = 2; n <= 4; ++n) out[i++] = {n, 2};
  return out;
}
constexpr auto kTimeSignatures = make_time_signatures();
static_assert(kTimeSignatures[kFourFour] == TimeSignature{4, 4});

constexpr double kSlowest = 30;
const double kTempoStep = std::log(8.0) / (kNumTempi - 1);

unsigned rotated(unsigned tones, int semitones) { return (tones << semitones | tones >> (12 - semitones)) & 0xFFFu; }

unsigned bits(std::initializer_list<int> tones) {
  unsigned out = 0;
  for (const int tone : tones) out |= 1u << tone;
  return out;
}

}  // namespace

std::string to_text(TokenKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::string to_text(Token token) {
  if (token >= kVocabularySize) return std::to_string(token);
  const TokenKind kind = kind_of(token);
  const int value = value_of(token);
  std::string name = to_text(kind);
  switch (kind) {
    case TokenKind::position:
    case TokenKind::pitch:
    case TokenKind::drum:
    case TokenKind::velocity:
      return name + " " + std::to_string(value);
    case TokenKind::duration:
      return name + " " + std::to_string(duration_of(value));
    case TokenKind::program:
      return name + " " + (value == kDrumProgram ? "drums" : std::to_string(value));
    case TokenKind::tempo:
      return name + " " + format_number(std::round(tempo_of(value) * 10) / 10);
    case TokenKind::time_signature: {
      const TimeSignature& signature = time_signature_of(value);
      return name + " " + std::to_string(signature.numerator) + "/" + std::to_string(signature.denominator);
    }
    case TokenKind::key:
      return name + " " + key_name(value);
    case TokenKind::chord:
      return name + " " + chord_name(value);
    default:
      return name;
  }
}

int duration_of(int value) {
  check(value >= 0 && value < kNumDurations, "a duration's value is in range");
  return kDurations[static_cast<size_t>(value)];
}

int longest_duration(int steps) {
  check(steps >= 1, "a duration is at least a step");
  return static_cast<int>(std::upper_bound(kDurations.begin(), kDurations.end(), steps) - kDurations.begin()) - 1;
}

int nearest_duration(double steps) {
  if (steps <= 1) return 0;
  if (steps >= kDurations.back()) return kNumDurations - 1;
  const int below = longest_duration(static_cast<int>(steps));
  return steps - duration_of(below) <= duration_of(below + 1) - steps ? below : below + 1;
}

double tempo_of(int value) { return kSlowest * std::exp(kTempoStep * value); }

int nearest_tempo(double quarters_per_min) {
  const double value = std::log(std::clamp(quarters_per_min, 1.0, 1e6) / kSlowest) / kTempoStep;
  return std::clamp(static_cast<int>(std::lround(value)), 0, kNumTempi - 1);
}

const TimeSignature& time_signature_of(int value) {
  check(value >= 0 && value < kNumTimeSignatures, "a time signature's value is in range");
  return kTimeSignatures[static_cast<size_t>(value)];
}

int find_time_signature(TimeSignature signature) {
  if (signature.numerator < 1 || signature.denominator < 1) return -1;
  int best = -1, least = 0;
  for (int i = 0; i < kNumTimeSignatures; ++i) {
    const TimeSignature& known = kTimeSignatures[static_cast<size_t>(i)];
    if (int64_t{known.numerator} * signature.denominator != int64_t{signature.numerator} * known.denominator) continue;
    const int distance = std::abs(known.denominator - signature.denominator);
    if (best < 0 || distance < least) best = i, least = distance;
  }
  return best;
}

std::string key_name(int key) {
  return std::string(kPitchClassNames[tonic_of(key)]) + (is_minor_key(key) ? " minor" : " major");
}

std::string chord_name(int chord) {
  return std::string(kPitchClassNames[root_of(chord)]) + ":" + kQualityNames[chord % 4];
}

unsigned chord_tones(int chord) {
  static const unsigned kTones[] = {bits({0, 4, 7}), bits({0, 3, 7}), bits({0, 3, 6}), bits({0, 4, 7, 10})};
  return rotated(kTones[chord % 4], root_of(chord));
}

unsigned key_tones(int key) {
  static const unsigned kMajor = bits({0, 2, 4, 5, 7, 9, 11}), kMinor = bits({0, 2, 3, 5, 7, 8, 10});
  return rotated(is_minor_key(key) ? kMinor : kMajor, tonic_of(key));
}

}  // namespace songscape
