// Weights of terms in texts, as scikit-learn's TfidfVectorizer gives them: tf (or 1 + ln tf) times
// idf = ln((1 + n) / (1 + df)) + 1, rows of length 1.  Terms are those of the fitted texts, in the order of their
// bytes.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stats/sparse_matrix.h"

namespace songscape {

using TermCounts = std::unordered_map<std::string, int64_t>;  // of one text

// How many texts have a term, and how often it stands in all of them.
class TermTotals {
 public:
  void add(const TermCounts& text);
  void add(const TermTotals& others);
  struct Total {
    int64_t n_texts = 0, n_times = 0;
  };
  int64_t n_texts() const { return n_texts_; }
  const std::unordered_map<std::string, Total>& totals() const { return totals_; }

 private:
  int64_t n_texts_ = 0;
  std::unordered_map<std::string, Total> totals_;
};

class Tfidf {
 public:
  struct Limits {
    int64_t min_df = 1;        // terms of fewer texts are left out
    int64_t max_terms = 1000;  // the most frequent ones stay, of equally frequent ones those first in order
    bool is_sublinear = false;
  };
  static Tfidf fit(const TermTotals& texts, const Limits& limits);
  // What fit() found, from a file; terms ascending, one idf each.
  Tfidf(std::vector<std::string> terms, std::vector<float> idf, bool is_sublinear);
  Tfidf() = default;

  // (number of the term, weight), ascending; empty where the text has no known term.
  std::vector<std::pair<int32_t, float>> weigh(const TermCounts& text) const;
  int64_t n_terms() const { return static_cast<int64_t>(terms_.size()); }
  const std::vector<std::string>& terms() const { return terms_; }
  const std::vector<float>& idf() const { return idf_; }

 private:
  std::vector<std::string> terms_;
  std::vector<float> idf_;
  bool is_sublinear_ = false;
  std::unordered_map<std::string, int32_t> number_;
};

}  // namespace songscape
