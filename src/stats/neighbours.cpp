// In many columns candidates come from dot products of data moved to mean 0, some more than asked for; their distances
// are then taken by differences.  Rows whose candidates rounding could have kept from the list are searched again by
// differences alone, so the result is that of differences throughout.
#include "stats/neighbours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kQueryBlock = 128;
constexpr int64_t kReferenceBlock = 1024;
constexpr int64_t kFewColumns = 16;  // differences cost no more there
constexpr int64_t kSpare = 8;        // candidates beside those asked for

struct Candidate {
  float squared;
  int32_t index;
  bool operator<(const Candidate& other) const {
    return squared != other.squared ? squared < other.squared : index < other.index;
  }
};

// The k least candidates seen, as a heap whose front is the worst of them.
class Nearest {
 public:
  explicit Nearest(int64_t k) : k_(static_cast<size_t>(k)) { heap_.reserve(k_ + 1); }

  // Candidates first, first + 1, …, of which `left_out` is skipped.
  void offer(std::span<const float> squared, int64_t first, int64_t left_out) {
    const int64_t n = static_cast<int64_t>(squared.size());
    for (int64_t j = index_below(squared, limit(), 0); j < n; j = index_below(squared, limit(), j + 1)) {
      if (first + j == left_out) continue;
      heap_.push_back({squared[static_cast<size_t>(j)], static_cast<int32_t>(first + j)});
      std::push_heap(heap_.begin(), heap_.end());
      if (heap_.size() <= k_) continue;
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
    }
  }
  // What a candidate must be below.
  float limit() const { return heap_.size() == k_ ? heap_.front().squared : std::numeric_limits<float>::infinity(); }
  std::span<const Candidate> sorted() {
    std::sort_heap(heap_.begin(), heap_.end());
    return heap_;
  }

 private:
  size_t k_;
  std::vector<Candidate> heap_;
};

// The rows moved by −mean, and half their squared lengths.
struct Centred {
  Matrix rows;
  std::vector<float> half_squares;
  float longest = 0;
};

Centred centre(MatrixView x, const std::vector<double>& mean) {
  Centred out{.rows = Matrix(x.n_rows, x.n_cols), .half_squares = std::vector<float>(static_cast<size_t>(x.n_rows))};
  for_each_block(x.n_rows, kReferenceBlock, [&](int64_t first, int64_t n) {
    for (int64_t i = first; i < first + n; ++i) {
      double squared = 0;
      for (int64_t j = 0; j < x.n_cols; ++j) {
        const float v = static_cast<float>(x(i, j) - mean[static_cast<size_t>(j)]);
        out.rows(i, j) = v;
        squared += double{v} * v;
      }
      out.half_squares[static_cast<size_t>(i)] = static_cast<float>(squared / 2);
    }
  });
  for (const float h : out.half_squares) out.longest = std::max(out.longest, std::sqrt(2 * h));
  return out;
}

std::vector<double> mean_row(MatrixView x) {
  std::vector<double> mean(static_cast<size_t>(x.n_cols), 0);
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t j = 0; j < mean.size(); ++j) mean[j] += x.row(i)[j];
  for (double& m : mean) m /= static_cast<double>(x.n_rows);
  return mean;
}

class Search {
 public:
  Search(MatrixView reference, MatrixView queries, bool is_self, Neighbours& out)
      : reference_(reference), queries_(queries), is_self_(is_self), out_(out) {
    if (reference.n_cols < kFewColumns) return;
    const std::vector<double> mean = mean_row(reference);
    centred_reference_ = centre(reference, mean);
    if (!is_self) centred_queries_ = centre(queries, mean);
  }

  void find(int64_t first, int64_t n) const {
    if (reference_.n_cols >= kFewColumns && out_.k + kSpare < reference_.n_rows)
      return find_by_differences(find_by_products(first, n));
    std::vector<int64_t> rows(static_cast<size_t>(n));
    std::iota(rows.begin(), rows.end(), first);
    find_by_differences(rows);
  }

 private:
  void find_by_differences(const std::vector<int64_t>& rows) const {
    if (rows.empty()) return;
    const Matrix own = select_rows(queries_, rows);
    std::vector<Nearest> nearest(rows.size(), Nearest(out_.k));
    std::vector<float> squared(rows.size() * static_cast<size_t>(kReferenceBlock));
    for (int64_t other = 0; other < reference_.n_rows; other += kReferenceBlock) {
      const int64_t n_others = std::min(kReferenceBlock, reference_.n_rows - other);
      squared_distances(own, rows_of(reference_, other, n_others), squared.data());
      for (size_t i = 0; i < rows.size(); ++i)
        nearest[i].offer({squared.data() + static_cast<int64_t>(i) * n_others, static_cast<size_t>(n_others)}, other,
                         is_self_ ? rows[i] : -1);
    }
    for (size_t i = 0; i < rows.size(); ++i) store(rows[i], nearest[i].sorted());
  }

  // Returns the rows that it leaves open.
  std::vector<int64_t> find_by_products(int64_t first, int64_t n) const {
    const Centred& queries = is_self_ ? centred_reference_ : centred_queries_;
    std::vector<Nearest> nearest(static_cast<size_t>(n), Nearest(out_.k + kSpare));
    std::vector<float> scores(static_cast<size_t>(n * kReferenceBlock));  // (distance² − ‖query‖²) / 2
    for (int64_t other = 0; other < reference_.n_rows; other += kReferenceBlock) {
      const int64_t n_others = std::min(kReferenceBlock, reference_.n_rows - other);
      dot_products(rows_of(queries.rows, first, n), rows_of(centred_reference_.rows, other, n_others), scores.data());
      const float* half_squares = centred_reference_.half_squares.data() + other;
      for (int64_t i = 0; i < n; ++i) {
        float* own = scores.data() + i * n_others;
        for (int64_t j = 0; j < n_others; ++j) own[j] = half_squares[j] - own[j];
        nearest[static_cast<size_t>(i)].offer({own, static_cast<size_t>(n_others)}, other, is_self_ ? first + i : -1);
      }
    }
    std::vector<int64_t> open;
    for (int64_t i = first; i < first + n; ++i)
      if (!settle(i, 2 * double{queries.half_squares[static_cast<size_t>(i)]}, nearest[static_cast<size_t>(i - first)]))
        open.push_back(i);
    return open;
  }

  // Whether the nearest by differences are surely among the candidates.
  bool settle(int64_t row, double squared_length, Nearest& nearest) const {
    const float limit = nearest.limit();
    std::vector<int64_t> rows;
    for (const Candidate& c : nearest.sorted()) rows.push_back(c.index);
    std::vector<float> squared(rows.size());
    squared_distances(rows_of(queries_, row, 1), select_rows(reference_, rows), squared.data());
    std::vector<Candidate> candidates;
    for (size_t j = 0; j < rows.size(); ++j) candidates.push_back({squared[j], static_cast<int32_t>(rows[j])});
    std::sort(candidates.begin(), candidates.end());
    const double longest = centred_reference_.longest, length = std::sqrt(squared_length);
    const double rounding = static_cast<double>(reference_.n_cols + 16) * std::numeric_limits<float>::epsilon() *
                            longest * (longest + length);
    if (candidates[static_cast<size_t>(out_.k - 1)].squared >= squared_length + 2 * (limit - rounding)) return false;
    store(row, candidates);
    return true;
  }

  void store(int64_t row, std::span<const Candidate> found) const {
    for (int64_t j = 0; j < out_.k; ++j) {
      out_.index[static_cast<size_t>(row * out_.k + j)] = found[static_cast<size_t>(j)].index;
      out_.distance(row, j) = std::sqrt(found[static_cast<size_t>(j)].squared);
    }
  }

  MatrixView reference_, queries_;
  bool is_self_;
  Neighbours& out_;
  Centred centred_reference_, centred_queries_;
};

Neighbours search(MatrixView reference, MatrixView queries, int64_t k, bool is_self) {
  check(k >= 0 && reference.n_rows <= INT32_MAX, "k is not negative and rows fit 32 bits");
  Neighbours out;
  out.n_rows = queries.n_rows;
  out.k = std::min(k, std::max<int64_t>(0, reference.n_rows - is_self));
  out.index.resize(static_cast<size_t>(out.n_rows * out.k));
  out.distance = Matrix(out.n_rows, out.k);
  if (out.k == 0) return out;
  const Search job(reference, queries, is_self, out);
  for_each_block(queries.n_rows, kQueryBlock, [&](int64_t first, int64_t n) { job.find(first, n); });
  return out;
}

}  // namespace

Neighbours find_neighbours(MatrixView x, int64_t k) { return search(x, x, k, true); }
Neighbours find_neighbours(MatrixView reference, MatrixView queries, int64_t k) {
  return search(reference, queries, k, false);
}

}  // namespace songscape
