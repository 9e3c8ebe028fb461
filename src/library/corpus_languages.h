// The five languages of the built-in corpus: small word lists of our own writing, and how each language's sung line
// moves: the rhythm of its syllables, the bends of its pitch.  A caricature of each, told apart by what it has, not
// by what instruments play.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace songscape {

struct Word {
  std::string_view text;   // in the language's script
  std::string_view sound;  // as parse_syllables() reads it
};

inline constexpr int kNumThemes = 6, kWordsPerTheme = 10, kNumWords = kNumThemes * kWordsPerTheme;
inline constexpr int kNumConnectors = 6, kNumGivenNames = 10, kNumLanguages = 5;

// Love, weather and water, night, the road, home, the feast: ten words each, in this order.
struct Vocabulary {
  std::array<Word, kNumWords> words;
  std::array<Word, kNumConnectors> connectors;  // "and", "in", "without" …: text ends with a blank where one follows
  std::array<std::string_view, kNumGivenNames> given_names;
};

// Weights are relative lengths of syllables; bends are semitones at a syllable's start, middle and end.
struct Prosody {
  double syllables_per_sec;
  double stressed_weight, long_weight, closed_weight, final_weight;
  std::array<double, 3> stressed_bend, plain_bend, final_bend;
  double ornament_rate, ornament_semitones;  // share of long notes with a neighbour-note turn
  // Course of a phrase's melody in semitones at its start, quarter points and end; mean about 0.
  std::array<double, 5> contour;
  double zigzag_semitones;  // up and down with every word
  double vibrato_hz, vibrato_cents, glide_sec;
};

struct Language {
  std::string_view name;
  Prosody prosody;
  const Vocabulary* vocabulary;
};

std::span<const Language, kNumLanguages> corpus_languages();

namespace corpus_vocabulary {
extern const Vocabulary kArabic, kBangla, kEnglish, kHindi, kSpanish;
}

}  // namespace songscape
