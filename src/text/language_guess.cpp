#include "text/language_guess.h"

#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "core/text.h"
#include "text/language_words.h"
#include "text/words.h"

namespace songscape {
namespace {

constexpr size_t kReadBytes = 64 << 10;  // so much of a text tells its language
constexpr double kLeastShare = 0.08;     // of a text's words that must be known in the language
constexpr double kLeastDifferent = 2;    // and so many different ones
constexpr double kLetterShare = 0.02;    // weight of a telling letter beside a word
constexpr double kUnlisted = 1e-3;       // how frequent a word is taken to be in a language that does not list it

Script script_of(int32_t c) {
  UErrorCode code = U_ZERO_ERROR;
  switch (uscript_getScript(c, &code)) {
    case USCRIPT_LATIN:
      return Script::latin;
    case USCRIPT_ARABIC:
      return Script::arabic;
    case USCRIPT_BENGALI:
      return Script::bangla;
    case USCRIPT_DEVANAGARI:
      return Script::devanagari;
    default:
      return Script::other;
  }
}

template <class Visit>
void for_each_code_point(std::string_view utf8, const Visit& visit) {
  for (int32_t i = 0; i < static_cast<int32_t>(utf8.size());) {
    const int32_t start = i;
    UChar32 c;
    U8_NEXT_OR_FFFD(utf8.data(), i, static_cast<int32_t>(utf8.size()), c);
    visit(c, utf8.substr(static_cast<size_t>(start), static_cast<size_t>(i - start)));
  }
}

// A word, and what stands before and behind its apostrophe: "l'amour", "don't".
std::vector<std::string> parts_of(const std::string& word) {
  std::vector<std::string> out{word};
  for (const std::string_view mark : {"'", "\u2019"})
    if (const size_t at = word.find(mark); at != std::string::npos) {
      out[0] = word.substr(0, at) + "'" + word.substr(at + mark.size());
      out.push_back(word.substr(0, at));
      out.push_back(word.substr(at + mark.size()));
    }
  return out;
}

// ln of how much more frequent each word is in a language than where it is not listed; words of all lists.
class Knowledge {
 public:
  Knowledge() {
    WordReader reader;
    for (const LanguageWords& language : language_words()) {
      const size_t number = n_languages_++;
      double rank = 0;
      for (const std::string& listed : split(language.words, ' '))
        for (const std::string& word : reader.words(listed))
          weights_of(words_, word)[number] = std::log(0.5 / (rank++ + 10) / kUnlisted);
      for (const std::string& listed : split(language.letters, ' '))
        for (const std::string& letter : reader.words(listed)) weights_of(letters_, letter)[number] = 1;
    }
    for (auto& [letter, weights] : letters_) {
      double n = 0;
      for (const double w : weights) n += w;
      for (double& w : weights) w /= n;
    }
  }
  using Weights = std::vector<double>;  // one a language
  const Weights* word(const std::string& word) const { return find(words_, word); }
  const Weights* letter(const std::string& letter) const { return find(letters_, letter); }

 private:
  using Table = std::unordered_map<std::string, Weights>;
  Weights& weights_of(Table& table, const std::string& key) {
    return table.try_emplace(key, Weights(language_words().size(), 0)).first->second;
  }
  static const Weights* find(const Table& table, const std::string& key) {
    const auto it = table.find(key);
    return it == table.end() ? nullptr : &it->second;
  }
  size_t n_languages_ = 0;
  Table words_, letters_;
};

struct Evidence {
  std::vector<double> score = std::vector<double>(language_words().size(), 0);
  std::vector<double> n_known = score;      // words of the text that the language lists
  std::vector<double> n_different = score;  // and how many different ones
  std::array<int64_t, 5> n_letters{};       // by script
  double n_words = 0;

  bool speaks_for(size_t language) const {
    return n_different[language] >= kLeastDifferent && n_known[language] >= kLeastShare * n_words;
  }
  Script script() const {
    return static_cast<Script>(std::max_element(n_letters.begin(), n_letters.end()) - n_letters.begin());
  }
};

void add_letters(const std::string& word, const Knowledge& knowledge, Evidence& out) {
  for_each_code_point(word, [&](int32_t c, std::string_view letter) {
    ++out.n_letters[static_cast<size_t>(script_of(c))];
    if (const auto* weights = knowledge.letter(std::string(letter)))
      for (size_t l = 0; l < weights->size(); ++l) out.score[l] += 100 * kLetterShare * (*weights)[l];
  });
}

Evidence gather(std::string_view utf8) {
  static const Knowledge knowledge;
  Evidence out;
  thread_local WordReader reader;
  std::set<std::string> seen;
  for (const std::string& word : reader.words(utf8.substr(0, kReadBytes))) {
    if (word.find_first_not_of("0123456789") == std::string::npos) continue;
    ++out.n_words;
    add_letters(word, knowledge, out);
    for (const std::string& part : parts_of(word)) {
      const auto* weights = knowledge.word(part);
      if (!weights) continue;
      const bool is_new = seen.insert(part).second;
      for (size_t l = 0; l < weights->size(); ++l) {
        out.score[l] += (*weights)[l];
        out.n_known[l] += (*weights)[l] > 0;
        out.n_different[l] += is_new && (*weights)[l] > 0;
      }
      break;
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> known_languages() {
  std::set<std::string> names;
  for (const LanguageWords& l : language_words()) names.insert(l.code);
  return {names.begin(), names.end()};
}

LanguageGuess guess_language(std::string_view utf8) {
  const Evidence evidence = gather(utf8);
  const Script script = evidence.script();
  if (evidence.n_words == 0 || script == Script::other) return {};
  const auto languages = language_words();
  size_t best = languages.size();
  double best_score = 0, next_score = 0;
  for (size_t l = 0; l < languages.size(); ++l) {
    if (languages[l].script != script) continue;
    if (!languages[l].is_default && !evidence.speaks_for(l)) continue;
    const double score = evidence.score[l];
    if (best == languages.size() || score > best_score) {
      next_score = best_score;
      best_score = score;
      best = l;
    } else {
      next_score = std::max(next_score, score);
    }
  }
  if (best == languages.size()) return {};
  return {languages[best].code, best_score > 0 ? (best_score - next_score) / best_score : 0};
}

}  // namespace songscape
