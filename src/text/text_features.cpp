#include "text/text_features.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/error.h"
#include "core/log.h"
#include "core/parallel.h"
#include "text/words.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 64;  // texts a thread takes at once

void check_config(const TextFeatureConfig& c) {
  const auto refuse = [](std::string what, std::string seen) {
    fail(ExitCode::usage,
         {.what = std::move(what), .where = "text features", .seen = std::move(seen), .wanted = {}, .fix = {}});
  };
  if (c.ngram_low > c.ngram_high)
    refuse("the shortest n-grams are longer than the longest",
           std::to_string(c.ngram_low) + " and " + std::to_string(c.ngram_high));
  if (c.max_words == 0 && c.max_ngrams == 0) refuse("neither words nor n-grams are kept", "max_words and max_ngrams 0");
}

void count_ngrams(const std::string& word, int64_t times, const TextFeatureConfig& config, TermCounts& counts) {
  const std::string padded = " " + word + " ";
  const std::vector<std::string_view> letters = letters_of(padded);
  const auto n = static_cast<int64_t>(letters.size());
  for (int64_t length = config.ngram_low; length <= config.ngram_high; ++length) {
    // As char_wb: a word shorter than the n-gram counts once, whole.
    for (int64_t i = 0; i + length <= std::max(n, length); ++i) {
      const std::string_view last = letters[static_cast<size_t>(std::min(i + length, n) - 1)];
      const char* first = letters[static_cast<size_t>(i)].data();
      counts[std::string(first, static_cast<size_t>(last.data() + last.size() - first))] += times;
    }
    if (n <= length) break;
  }
}

struct Counts {
  TermCounts words, ngrams;
};

Counts count_text(const std::string& text, const TextFeatureConfig& config, WordReader& reader) {
  Counts out;
  for (std::string& word : reader.words(text)) ++out.words[std::move(word)];
  if (config.max_ngrams == 0) return out;
  for (const auto& [word, times] : out.words) count_ngrams(word, times, config, out.ngrams);
  return out;
}

// job(reader, first, last) for the texts first … last − 1 of each block.
template <class Job>
void for_each_block(size_t n_texts, int n_threads, const Job& job) {
  const auto n = static_cast<int64_t>(n_texts);
  parallel_for((n + kBlock - 1) / kBlock, n_threads, [&](int64_t block) {
    WordReader reader;
    job(reader, static_cast<size_t>(block * kBlock), static_cast<size_t>(std::min(n, (block + 1) * kBlock)));
  });
}

struct Totals {
  TermTotals words, ngrams;
};

Totals count_all(std::span<const std::string> texts, const TextFeatureConfig& config, int n_threads) {
  Totals out;
  std::mutex mutex;
  for_each_block(texts.size(), n_threads, [&](WordReader& reader, size_t first, size_t last) {
    Totals part;
    for (size_t i = first; i < last; ++i) {
      const Counts counts = count_text(texts[i], config, reader);
      part.words.add(counts.words);
      part.ngrams.add(counts.ngrams);
    }
    const std::lock_guard lock(mutex);  // sums of whole numbers: the order does not matter
    out.words.add(part.words);
    out.ngrams.add(part.ngrams);
  });
  return out;
}

void keep_strongest(std::vector<TextTerm>& terms, int64_t n) {
  std::stable_sort(terms.begin(), terms.end(),
                   [](const TextTerm& a, const TextTerm& b) { return std::abs(a.weight) > std::abs(b.weight); });
  if (static_cast<int64_t>(terms.size()) > n) terms.resize(static_cast<size_t>(n));
}

void say_rank(const SparsePca& pca, size_t n_texts) {
  const int64_t n = pca.components.n_rows;
  if (pca.rank < n)
    log_warning("text features: " + std::to_string(n_texts) + " training texts span " + std::to_string(pca.rank) +
                " components; the other " + std::to_string(n - pca.rank) + " are 0");
}

}  // namespace

TextFeatures TextFeatures::fit(std::span<const std::string> texts, const TextFeatureConfig& config, uint64_t seed,
                               int n_threads) {
  check_config(config);
  TextFeatures out;
  out.config_ = config;
  {
    const Totals totals = count_all(texts, config, n_threads);
    out.words_ = Tfidf::fit(totals.words, {config.min_df, config.max_words, config.sublinear_tf});
    out.ngrams_ = Tfidf::fit(totals.ngrams, {config.min_df, config.max_ngrams, config.sublinear_tf});
  }
  out.pca_ = fit_sparse_pca(out.weights(texts, n_threads), config.n_components, seed, n_threads);
  say_rank(out.pca_, texts.size());
  return out;
}

SparseMatrix TextFeatures::weights(std::span<const std::string> texts, int n_threads) const {
  using Row = std::vector<std::pair<int32_t, float>>;
  std::vector<Row> words(texts.size()), ngrams(texts.size());
  for_each_block(texts.size(), n_threads, [&](WordReader& reader, size_t first, size_t last) {
    for (size_t i = first; i < last; ++i) {
      const Counts counts = count_text(texts[i], config_, reader);
      words[i] = words_.weigh(counts.words);
      ngrams[i] = ngrams_.weigh(counts.ngrams);
    }
  });
  SparseMatrix out;
  out.n_cols = n_terms();
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto take = [&](Row& row, int64_t first_column) {
      for (const auto& [term, weight] : row) {
        out.column.push_back(static_cast<int32_t>(first_column + term));
        out.value.push_back(weight);
      }
      Row().swap(row);
    };
    take(words[i], 0);
    take(ngrams[i], n_words());
    out.first.push_back(static_cast<int64_t>(out.column.size()));
  }
  return out;
}

Matrix TextFeatures::transform(std::span<const std::string> texts, int n_threads) const {
  return pca_.transform(weights(texts, n_threads), n_threads);
}

TextTerm TextFeatures::term(int64_t column, double weight) const {
  check(column >= 0 && column < n_terms(), "the term exists");
  const bool is_word = column < n_words();
  return {
      is_word ? words_.terms()[static_cast<size_t>(column)] : ngrams_.terms()[static_cast<size_t>(column - n_words())],
      is_word, weight};
}

std::vector<TextTerm> TextFeatures::strongest_terms(int64_t component, int64_t n) const {
  check(component >= 0 && component < n_components(), "the component exists");
  std::vector<TextTerm> out;
  for (int64_t j = 0; j < n_terms(); ++j)
    if (const float v = pca_.components(component, j); v != 0) out.push_back(term(j, v));
  keep_strongest(out, n);
  return out;
}

}  // namespace songscape
