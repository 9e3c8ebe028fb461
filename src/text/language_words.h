// What language_guess.h knows of each language.
#pragma once

#include <span>

namespace songscape {

enum class Script { latin, arabic, bangla, devanagari, other };

struct LanguageWords {
  const char* code;  // ISO 639-1
  Script script;
  bool is_default;      // what a text of this script is taken for without any evidence
  const char* words;    // its most frequent words, most frequent first
  const char* letters;  // letters that few others of the script have
};

std::span<const LanguageWords> language_words();

}  // namespace songscape
