// The sounds of the sung line: a table of vowels and consonants by one-letter symbols, as formant targets and noise.
// Values follow textbook averages for adult voices (Peterson & Barney 1952; Klatt 1980, "Software for a
// cascade/parallel formant synthesizer"); they are a simulation and claim no accent.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace songscape {

struct Phoneme {
  char symbol;
  bool is_vowel;
  std::array<double, 3> formants_hz;  // of the voiced part
  double voicing;                     // 0 … 1
  double noise;                       // level of the noise part
  double noise_hz, noise_width_hz;    // its centre and width
  double duration_sec;                // consonants; a vowel fills its syllable
  double closure_sec;                 // silence (or a faint voice bar) before a plosive's burst
};

// Throws Error for an unknown symbol.
const Phoneme& find_phoneme(char symbol);
bool is_vowel(char symbol);

// A syllable of a word: consonants before the vowel, the vowel, consonants after it.
struct Syllable {
  std::string onset, coda;
  char vowel = '@';
  bool is_long = false, is_stressed = false, is_nasal = false;
};

// A word in the notation of the word lists: phoneme symbols; ' before the stressed vowel's syllable, ":" after a long
// vowel, "~" after a nasal one.  "'ri:va" is two syllables.  Throws Error where there is no vowel.
std::vector<Syllable> parse_syllables(std::string_view word);

}  // namespace songscape
