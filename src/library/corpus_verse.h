// Words for one phrase.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/random.h"
#include "library/corpus_languages.h"
#include "midi/phoneme.h"

namespace songscape {

struct PhraseSyllable {
  Syllable sound;
  std::string word;  // the text of the word that begins here; empty inside a word
};

struct Verse {
  std::vector<PhraseSyllable> syllables;
  std::string text;
};

// A theme's words joined by connectors, of n_syllables: the last word is cut short in song where it would be too long,
// not in the text.
Verse write_verse(const Vocabulary& vocabulary, int theme, int64_t n_syllables, Random& random);

}  // namespace songscape
