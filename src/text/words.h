// Words of any script, in one spelling, and the letters that they are made of.
//
// Spelling: NFKC_Casefold (Unicode Standard, chapter 3.13): compatibility forms, case and ignorable characters (ZWJ,
// ZWNJ, soft hyphens, variation selectors, bidi controls, tags) make no difference, nor do NFC and NFD. Words: between
// the boundaries of UAX #29 as ICU finds them (with its dictionaries for Thai, Khmer, Lao, Burmese, Chinese and
// Japanese), those that hold a letter or a digit; marks stay with their letters, "don't" and "l'amour" are one word,
// punctuation, symbols and emoji are none. Letters: a code point with the marks (general category M) that follow it, so
// that no vowel sign or nukta is ever cut off.  Not UAX #29's grapheme clusters: these changed for Indic conjuncts in
// Unicode 15.1, and features must not.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace songscape {

// A text of more bytes is refused (as files of lyrics are: text/lyrics.h).
inline constexpr size_t kMaxTextBytes = size_t{8} << 20;
// Marks beyond these on one letter ("Zalgo") and letters beyond these in one word are left out.
inline constexpr int kMaxMarks = 8, kMaxLetters = 64;

// Holds ICU's machinery: one a thread.
class WordReader {
 public:
  WordReader();
  ~WordReader();
  // In the order of the text.  Malformed UTF-8 counts as U+FFFD, which is no word.  Error `usage` above kMaxTextBytes.
  std::vector<std::string> words(std::string_view utf8);

 private:
  struct Icu;
  std::unique_ptr<Icu> icu_;
};

// The letters of a word that WordReader gave.
std::vector<std::string_view> letters_of(std::string_view word);

// The version of Unicode that ICU knows, as "15.0".
std::string unicode_version();

}  // namespace songscape
