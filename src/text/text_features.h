// Texts as points: words and n-grams of letters within words (text/words.h), weighed by TF-IDF in two blocks side by
// side (text/tfidf.h), and the principal components of both (stats/sparse_pca.h).  Fitted on training texts, applied to
// any.
//
// n-grams are those of scikit-learn's `char_wb`, of letters in place of characters: each word between two spaces.
// Every text has a place.  One without a known term, empty or not, has the place of the empty text: the one that a row
// of zeros gives, −mean · componentsᵀ, which lies where all of the training texts' weight is missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/matrix.h"
#include "stats/sparse_pca.h"
#include "text/tfidf.h"

namespace songscape {

struct TextFeatureConfig {
  int64_t n_components = 64;
  int64_t min_df = 2;
  bool sublinear_tf = true;
  int64_t max_words = 20000;
  int64_t max_ngrams = 30000;
  int64_t ngram_low = 2, ngram_high = 4;
  template <class V>
  void visit(V&& v) {
    v("n_components", n_components, "numbers a text", Range{1, 1024});
    v("min_df", min_df, "words and n-grams of fewer training texts are left out", Range{1, 1000000});
    v("sublinear_tf", sublinear_tf, "1 + ln of a term's count in place of the count: a chorus is no new text");
    v("max_words", max_words, "words kept, the most frequent ones (0: none)", Range{0, 1000000});
    v("max_ngrams", max_ngrams, "n-grams of letters kept, the most frequent ones (0: none)", Range{0, 1000000});
    v("ngram_low", ngram_low, "letters of the shortest n-grams", Range{1, 8});
    v("ngram_high", ngram_high, "letters of the longest n-grams", Range{1, 8});
  }
};

struct TextTerm {
  std::string term;  // as text/words.h spells it; an n-gram at a word's edge begins or ends with a space
  bool is_word;      // else an n-gram
  double weight;
};

class TextFeatures {
 public:
  // Warns once where there are fewer components than asked for (the others are 0).  No texts at all, or none that share
  // a term (min_df): every text then lies at 0.  Error `usage` for n-grams that are shorter than they are long, neither
  // words nor n-grams, or a text above kMaxTextBytes.  Deterministic for a seed, whatever the number of threads.
  static TextFeatures fit(std::span<const std::string> texts, const TextFeatureConfig& config, uint64_t seed,
                          int n_threads);
  // [texts.size() × n_components], f32.
  Matrix transform(std::span<const std::string> texts, int n_threads) const;
  // The rows that transform() projects: words, then n-grams.  [texts.size() × n_terms]
  SparseMatrix weights(std::span<const std::string> texts, int n_threads) const;

  int64_t n_components() const { return pca_.components.n_rows; }
  int64_t rank() const { return pca_.rank; }
  int64_t n_terms() const { return words_.n_terms() + ngrams_.n_terms(); }
  int64_t n_words() const { return words_.n_terms(); }
  const TextFeatureConfig& config() const { return config_; }
  const SparsePca& pca() const { return pca_; }
  TextTerm term(int64_t column, double weight = 0) const;

  // The terms that a component is made of, by magnitude; weights have signs.
  std::vector<TextTerm> strongest_terms(int64_t component, int64_t n) const;

  // One safetensors file with the settings as JSON, a version and a SHA-256 over all of it.
  void save(const std::filesystem::path& path) const;
  // Error `damaged` for a file that is none, of a newer version, or changed anywhere.
  static TextFeatures load(const std::filesystem::path& path);

 private:
  TextFeatureConfig config_;
  Tfidf words_, ngrams_;
  SparsePca pca_;
};

}  // namespace songscape
