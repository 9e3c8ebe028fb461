#include "library/corpus_verse.h"

namespace songscape {
namespace {

void add_word(const Word& word, Verse& verse) {
  std::vector<Syllable> syllables = parse_syllables(word.sound);
  for (size_t i = 0; i < syllables.size(); ++i)
    verse.syllables.push_back({syllables[i], i == 0 ? std::string(word.text) : std::string()});
  verse.text += word.text;
}

}  // namespace

Verse write_verse(const Vocabulary& vocabulary, int theme, int64_t n_syllables, Random& random) {
  const auto wanted = static_cast<size_t>(n_syllables);
  Verse verse;
  int64_t last = -1;
  while (verse.syllables.size() < wanted) {
    int64_t word = random.below(kWordsPerTheme);
    if (word == last) word = (word + 1) % kWordsPerTheme;
    last = word;
    if (!verse.text.empty() && verse.text.back() != ' ' && verse.text.find(' ') == std::string::npos) verse.text += ' ';
    add_word(vocabulary.words[static_cast<size_t>(theme * kWordsPerTheme + word)], verse);
    if (verse.syllables.size() + 2 >= wanted) break;
    verse.text += ' ';
    if (random.uniform() < 0.75)
      add_word(vocabulary.connectors[static_cast<size_t>(random.below(kNumConnectors))], verse);
  }
  if (verse.syllables.size() > wanted) verse.syllables.resize(wanted);
  return verse;
}

}  // namespace songscape
