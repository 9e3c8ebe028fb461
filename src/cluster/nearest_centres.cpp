#include "cluster/nearest_centres.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 2048;
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kRoundedUp = 1 + 1e-6f;

// How far each centre moved, at least; and the farthest of all, and of all but that one.
struct Movement {
  std::vector<float> of;
  size_t farthest = 0;
  float most = 0, most_of_others = 0;
};
Movement movement(const Matrix& from, const Matrix& to) {
  Movement out;
  for (int64_t c = 0; c < to.n_rows; ++c) {
    double squared = 0;
    for (int64_t j = 0; j < to.n_cols; ++j) squared += std::pow(double{to(c, j)} - from(c, j), 2);
    out.of.push_back(static_cast<float>(std::sqrt(squared)) * kRoundedUp);
    if (out.of.back() > out.most) {
      out.most_of_others = out.most;
      out.most = out.of.back();
      out.farthest = static_cast<size_t>(c);
    } else {
      out.most_of_others = std::max(out.most_of_others, out.of.back());
    }
  }
  return out;
}

}  // namespace

NearestCentres::NearestCentres(const Matrix& rows, const std::vector<float>& squared)
    : rows_(rows),
      squared_(squared),
      labels_(squared.size(), 0),
      upper_(squared.size(), kInfinity),
      lower_(squared.size(), 0) {}

void NearestCentres::put(int64_t row, int32_t label) {
  labels_[static_cast<size_t>(row)] = label;
  upper_[static_cast<size_t>(row)] = kInfinity;
}

void NearestCentres::update(const Matrix& centres) {
  if (centres_.n_rows == 0) centres_ = centres;
  const Movement moved = movement(centres_, centres);
  centres_ = centres;
  std::vector<float> half_squares;
  for (int64_t c = 0; c < centres.n_rows; ++c) {
    double sum = 0;
    for (const float v : centres.row(c)) sum += double{v} * v;
    half_squares.push_back(static_cast<float>(sum / 2));
  }
  for_each_block(rows_.n_rows, kBlock, [&](int64_t first, int64_t n) {
    std::vector<int64_t> open;
    for (size_t i = static_cast<size_t>(first); i < static_cast<size_t>(first + n); ++i) {
      const size_t own = static_cast<size_t>(labels_[i]);
      upper_[i] = (upper_[i] + moved.of[own]) * kRoundedUp;
      lower_[i] = (lower_[i] - (own == moved.farthest ? moved.most_of_others : moved.most)) / kRoundedUp;
      if (!(upper_[i] < lower_[i])) open.push_back(static_cast<int64_t>(i));
    }
    if (!open.empty()) compare(open, centres, half_squares);
  });
}

void NearestCentres::compare(const std::vector<int64_t>& rows, const Matrix& centres,
                             const std::vector<float>& half_squares) {
  const size_t k = half_squares.size();
  const float largest = *std::max_element(half_squares.begin(), half_squares.end());
  std::vector<float> products(rows.size() * k);
  const bool is_together = rows.back() - rows.front() + 1 == static_cast<int64_t>(rows.size());
  const Matrix selected = is_together ? Matrix() : select_rows(rows_, rows);
  dot_products(is_together ? rows_of(rows_, rows.front(), static_cast<int64_t>(rows.size())) : MatrixView(selected),
               centres, products.data());
  for (size_t r = 0; r < rows.size(); ++r) {
    const std::span scores(products.data() + r * k, k);
    for (size_t c = 0; c < k; ++c) scores[c] = half_squares[c] - scores[c];
    const size_t i = static_cast<size_t>(rows[r]), best = static_cast<size_t>(index_of_least(scores));
    const float least = scores[best];
    scores[best] = kInfinity;
    const float next = scores[static_cast<size_t>(index_of_least(scores))];
    const float rounding =
        static_cast<float>(rows_.n_cols + 16) * std::numeric_limits<float>::epsilon() * (squared_[i] + 2 * largest);
    labels_[i] = static_cast<int32_t>(best);
    upper_[i] = std::sqrt(std::max(0.0f, squared_[i] + 2 * least) + rounding);
    lower_[i] = std::sqrt(std::max(0.0f, squared_[i] + 2 * next - rounding));
  }
}

}  // namespace songscape
