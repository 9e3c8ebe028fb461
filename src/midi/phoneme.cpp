#include "midi/phoneme.h"

#include "core/error.h"

namespace songscape {
namespace {

constexpr Phoneme vowel(char symbol, double f1, double f2, double f3) {
  return {symbol, true, {f1, f2, f3}, 1, 0.01, 2500, 2000, 0, 0};
}
constexpr Phoneme plosive(char symbol, double f2, double burst_hz, double voicing, double burst_sec) {
  return {symbol, false, {300, f2, 2600}, voicing, 0.5, burst_hz, burst_hz * 0.4, burst_sec, 0.045};
}
constexpr Phoneme fricative(char symbol, double f2, double hz, double width_hz, double level, double voicing) {
  return {symbol, false, {320, f2, 2600}, voicing, level, hz, width_hz, 0.085, 0};
}
constexpr Phoneme sonorant(char symbol, double f1, double f2, double f3, double duration_sec) {
  return {symbol, false, {f1, f2, f3}, 0.55, 0, 2500, 2000, duration_sec, 0};
}

constexpr std::array kPhonemes = {
    vowel('i', 285, 2290, 3010),
    vowel('I', 400, 1990, 2550),
    vowel('e', 430, 2120, 2650),
    vowel('E', 560, 1820, 2500),
    vowel('&', 690, 1680, 2420),
    vowel('a', 760, 1270, 2500),
    vowel('A', 710, 1070, 2440),
    vowel('O', 570, 850, 2420),
    vowel('o', 440, 840, 2400),
    vowel('U', 440, 1030, 2250),
    vowel('u', 310, 800, 2250),
    vowel('V', 630, 1200, 2400),
    vowel('@', 490, 1400, 2450),
    vowel('3', 480, 1330, 1690),
    plosive('p', 900, 900, 0, .02),
    plosive('b', 900, 800, .25, .012),
    plosive('t', 1750, 4200, 0, .025),
    plosive('d', 1750, 3800, .25, .014),
    plosive('T', 1400, 2500, 0, .022),
    plosive('D', 1400, 2300, .25, .014),
    plosive('k', 2000, 1900, 0, .03),
    plosive('g', 2000, 1800, .25, .018),
    plosive('q', 1100, 1250, 0, .03),
    plosive('?', 1400, 1200, 0, .008),
    plosive('c', 1900, 3300, 0, .075),
    plosive('j', 1900, 3000, .25, .05),
    fricative('f', 1000, 5200, 4500, .16, 0),
    fricative('v', 1000, 4500, 4000, .08, .45),
    fricative('8', 1500, 5800, 4500, .14, 0),
    fricative('9', 1500, 4500, 4000, .05, .5),
    fricative('s', 1700, 6600, 1800, .6, 0),
    fricative('z', 1700, 6400, 1800, .3, .4),
    fricative('S', 1900, 3400, 1300, .6, 0),
    fricative('Z', 1900, 3200, 1300, .3, .4),
    fricative('x', 1500, 1500, 700, .5, 0),
    fricative('G', 1400, 1350, 600, .15, .5),
    fricative('H', 1300, 1750, 900, .4, 0),
    fricative('h', 1500, 1500, 1800, .25, .1),
    sonorant('m', 260, 1000, 2200, .07),
    sonorant('n', 260, 1500, 2450, .065),
    sonorant('N', 260, 1900, 2500, .07),
    sonorant('l', 350, 1150, 2700, .06),
    sonorant('r', 420, 1350, 2100, .035),
    sonorant('R', 440, 1300, 1650, .07),
    sonorant('w', 310, 720, 2300, .06),
    sonorant('y', 290, 2150, 2900, .055),
    sonorant('Q', 680, 1150, 2450, .075),
};

}  // namespace

const Phoneme& find_phoneme(char symbol) {
  for (const Phoneme& phoneme : kPhonemes)
    if (phoneme.symbol == symbol) return phoneme;
  fail(ExitCode::failed, {.what = "no such phoneme",
                          .where = "synthesiser",
                          .seen = std::string(1, symbol),
                          .wanted = "a symbol of the phoneme table",
                          .fix = "correct the word list"});
}

bool is_vowel(char symbol) { return find_phoneme(symbol).is_vowel; }

namespace {

// Of the consonants between two vowels, how many begin the second syllable: the last one, and with it a plosive that
// it colours (aspiration, or a liquid or glide after it).
size_t onset_length(std::string_view consonants) {
  const size_t n = consonants.size();
  if (n < 2) return n;
  const bool colours = std::string_view("hrlwy").find(consonants[n - 1]) != std::string_view::npos;
  const bool is_plosive = std::string_view("pbtdTDkgcj").find(consonants[n - 2]) != std::string_view::npos;
  return colours && is_plosive ? 2 : 1;
}

}  // namespace

std::vector<Syllable> parse_syllables(std::string_view word) {
  std::vector<Syllable> syllables;
  std::string consonants;
  bool stress_is_next = false;
  for (const char c : word) {
    if (c == '\'') {
      stress_is_next = true;
    } else if (c == ':' || c == '~') {
      check(!syllables.empty() && consonants.empty(), "a length or nasal mark follows a vowel");
      (c == ':' ? syllables.back().is_long : syllables.back().is_nasal) = true;
    } else if (!is_vowel(c)) {
      consonants.push_back(c);
    } else {
      Syllable syllable;
      const size_t n_coda = syllables.empty() ? 0 : consonants.size() - onset_length(consonants);
      if (n_coda > 0) syllables.back().coda = consonants.substr(0, n_coda);
      syllable.onset = consonants.substr(n_coda);
      syllable.vowel = c;
      syllable.is_stressed = stress_is_next;
      stress_is_next = false;
      consonants.clear();
      syllables.push_back(syllable);
    }
  }
  check(!syllables.empty(), "a word has a vowel");
  syllables.back().coda = consonants;
  return syllables;
}

}  // namespace songscape
