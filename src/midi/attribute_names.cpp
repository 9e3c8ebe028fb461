#include "midi/attribute_names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace songscape {
namespace {

// Takes `part` off the front of `text`.
bool take(std::string_view& text, std::string_view part) {
  if (!text.starts_with(part)) return false;
  text.remove_prefix(part.size());
  return true;
}

void take_spaces(std::string_view& text) {
  while (take(text, " ")) {
  }
}

constexpr std::array<int, 7> kPitchOfLetter = {9, 11, 0, 2, 4, 5, 7};  // A … G

// In lower case, "M" for major kept.
std::optional<bool> is_minor_mode(std::string_view mode) {
  if (mode == "M") return false;
  std::string lower(mode);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* minor : {"m", "min", "minor"})
    if (lower == minor) return true;
  for (const char* major : {"", "maj", "major"})
    if (lower == major) return false;
  return std::nullopt;
}

}  // namespace

std::optional<int> parse_key(std::string_view text) {
  take_spaces(text);
  if (text.empty()) return std::nullopt;
  const int letter = std::toupper(static_cast<unsigned char>(text.front())) - 'A';
  if (letter < 0 || letter > 6) return std::nullopt;
  text.remove_prefix(1);
  take_spaces(text);
  const bool is_sharp = take(text, "#") || take(text, "♯") || take(text, "sharp");
  const bool is_flat = !is_sharp && (take(text, "b") || take(text, "♭") || take(text, "flat"));
  take_spaces(text);
  const std::optional<bool> is_minor = is_minor_mode(text.substr(0, text.find_last_not_of(' ') + 1));
  if (!is_minor) return std::nullopt;
  return to_key((kPitchOfLetter[static_cast<size_t>(letter)] + is_sharp - is_flat + 12) % 12, *is_minor);
}

std::vector<std::string> key_names() {
  std::vector<std::string> names;
  for (int key = 0; key < kNumKeys; ++key) names.push_back(key_name(key));
  for (const char* tonic : {"Db", "Eb", "Gb", "Ab", "Bb"})
    for (const char* mode : {" major", " minor"}) names.push_back(std::string(tonic) + mode);
  return names;
}

std::optional<int> parse_time_signature(std::string_view text) {
  for (int value = 0; value < kNumTimeSignatures; ++value)
    if (text == time_signature_name(value)) return value;
  return std::nullopt;
}

std::string time_signature_name(int value) {
  const TimeSignature& signature = time_signature_of(value);
  return std::to_string(signature.numerator) + "/" + std::to_string(signature.denominator);
}

std::vector<std::string> time_signature_names() {
  std::vector<std::string> names;
  for (int value = 0; value < kNumTimeSignatures; ++value) names.push_back(time_signature_name(value));
  return names;
}

std::string program_family(int program) {
  constexpr std::array kFamilies = {"piano",         "chromatic percussion",
                                    "organ",         "guitar",
                                    "bass",          "strings",
                                    "ensemble",      "brass",
                                    "reed",          "pipe",
                                    "synth lead",    "synth pad",
                                    "synth effects", "ethnic",
                                    "percussive",    "sound effects"};
  return program == kDrumProgram ? "drums" : kFamilies[static_cast<size_t>(program / 8)];
}

}  // namespace songscape
