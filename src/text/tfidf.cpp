#include "text/tfidf.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace songscape {

void TermTotals::add(const TermCounts& text) {
  ++n_texts_;
  for (const auto& [term, n] : text) {
    Total& total = totals_[term];
    ++total.n_texts;
    total.n_times += n;
  }
}

void TermTotals::add(const TermTotals& others) {
  n_texts_ += others.n_texts_;
  for (const auto& [term, other] : others.totals_) {
    Total& total = totals_[term];
    total.n_texts += other.n_texts;
    total.n_times += other.n_times;
  }
}

Tfidf Tfidf::fit(const TermTotals& texts, const Limits& limits) {
  using Entry = std::pair<std::string, TermTotals::Total>;
  std::vector<Entry> kept;
  for (const auto& [term, total] : texts.totals())
    if (total.n_texts >= limits.min_df) kept.emplace_back(term, total);
  std::sort(kept.begin(), kept.end(), [](const Entry& a, const Entry& b) {
    return a.second.n_times != b.second.n_times ? a.second.n_times > b.second.n_times : a.first < b.first;
  });
  if (static_cast<int64_t>(kept.size()) > limits.max_terms) kept.resize(static_cast<size_t>(limits.max_terms));
  std::sort(kept.begin(), kept.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
  std::vector<std::string> terms;
  std::vector<float> idf;
  for (auto& [term, total] : kept) {
    terms.push_back(std::move(term));
    idf.push_back(static_cast<float>(
        std::log((1 + static_cast<double>(texts.n_texts())) / (1 + static_cast<double>(total.n_texts))) + 1));
  }
  return {std::move(terms), std::move(idf), limits.is_sublinear};
}

Tfidf::Tfidf(std::vector<std::string> terms, std::vector<float> idf, bool is_sublinear)
    : terms_(std::move(terms)), idf_(std::move(idf)), is_sublinear_(is_sublinear) {
  check(terms_.size() == idf_.size(), "every term has its idf");
  for (size_t t = 0; t < terms_.size(); ++t) number_.emplace(terms_[t], static_cast<int32_t>(t));
}

std::vector<std::pair<int32_t, float>> Tfidf::weigh(const TermCounts& text) const {
  std::vector<std::pair<int32_t, double>> weights;
  for (const auto& [term, n] : text)
    if (const auto it = number_.find(term); it != number_.end()) {
      const double tf = is_sublinear_ ? 1 + std::log(static_cast<double>(n)) : static_cast<double>(n);
      weights.emplace_back(it->second, tf * idf_[static_cast<size_t>(it->second)]);
    }
  std::sort(weights.begin(), weights.end());
  double squared = 0;
  for (const auto& [term, weight] : weights) squared += weight * weight;
  std::vector<std::pair<int32_t, float>> out;
  for (const auto& [term, weight] : weights) out.emplace_back(term, static_cast<float>(weight / std::sqrt(squared)));
  return out;
}

}  // namespace songscape
