// Which language a text is probably in: a guess, stated as such, that no training ever sees.
//
// The script comes first: that of most letters.  Within a script, the most frequent words of each language that is
// known to be written in it (text/language_words.cpp) speak: a word of one language counts by how frequent it is there
// and how few others share it.  Known: Arabic, Persian and Urdu; Bangla and Assamese; Hindi, Marathi and Nepali;
// English, Spanish, German, French, Italian, Portuguese and Dutch.  The first of each script is what a text without any
// of the words is taken for, except in Latin script, where that is "unknown", as everything is in other scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace songscape {

struct LanguageGuess {
  std::string language = "unknown";  // ISO 639-1
  double confidence = 0;             // 0 … 1: how far the evidence lies above that for the next language
};

// "ar", "as", … "ur", sorted.
std::vector<std::string> known_languages();

LanguageGuess guess_language(std::string_view utf8);

// The label column that ingest fills where a song has lyrics.
inline constexpr const char* kLanguageGuessColumn = "language_guess";

}  // namespace songscape
