// In many columns candidates come from dot products of data moved to mean 0, some more than asked for; their distances
// are then taken by differences.  Rows whose candidates rounding could have kept from the list are searched again by
// differences alone, so the result is that of differences throughout.
#include "stats/neighbours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "stats/near_pairs.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kQueryBlock = 128;
constexpr int64_t kReferenceBlock = 1024;
constexpr int64_t kFewColumns = 16;  // differences cost no more there
constexpr int64_t kSpare = 8;        // candidates beside those asked for
constexpr int64_t kManyRows = 30000, kChecked = 256;
constexpr double kLeastRecall = .98;
constexpr int64_t kMostTiles = 5;  // of kTileAlignment rows, in a block that stays in cache

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
  float limit() const { return heap_.size() == k_ ? heap_.front().score : std::numeric_limits<float>::infinity(); }
  std::span<const Candidate> sorted() {
    std::sort_heap(heap_.begin(), heap_.end());
    return heap_;
  }

 private:
  size_t k_;
  std::vector<Candidate> heap_;
};

std::vector<double> mean_row(MatrixView x) {
  std::vector<double> mean(static_cast<size_t>(x.n_cols), 0);
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t j = 0; j < mean.size(); ++j) mean[j] += x.row(i)[j];
  for (double& m : mean) m /= static_cast<double>(x.n_rows);
  return mean;
}

Matrix centred(MatrixView x, const std::vector<double>& mean) {
  Matrix out(x.n_rows, x.n_cols);
  for_each_block(x.n_rows, kReferenceBlock, [&](int64_t first, int64_t n) {
    for (int64_t i = first; i < first + n; ++i)
      for (int64_t j = 0; j < x.n_cols; ++j) out(i, j) = static_cast<float>(x(i, j) - mean[static_cast<size_t>(j)]);
  });
  return out;
}

struct Job {
  MatrixView reference, queries;
  bool is_self;
};

void store(Neighbours& out, int64_t row, std::span<const Candidate> found) {
  for (int64_t j = 0; j < out.k; ++j) {
    out.index[static_cast<size_t>(row * out.k + j)] = found[static_cast<size_t>(j)].index;
    out.distance(row, j) = std::sqrt(found[static_cast<size_t>(j)].score);
  }
}

// For some of the queries, on one thread.
void find_by_differences(const Job& job, std::span<const int64_t> rows, Neighbours& out) {
  const Matrix own = select_rows(job.queries, rows);
  std::vector<Nearest> nearest(rows.size(), Nearest(out.k));
  std::vector<float> squared(rows.size() * static_cast<size_t>(kReferenceBlock));
  for (int64_t other = 0; other < job.reference.n_rows; other += kReferenceBlock) {
    const int64_t n_others = std::min(kReferenceBlock, job.reference.n_rows - other);
    squared_distances(own, rows_of(job.reference, other, n_others), squared.data());
    for (size_t i = 0; i < rows.size(); ++i)
      nearest[i].offer({squared.data() + static_cast<int64_t>(i) * n_others, static_cast<size_t>(n_others)}, other,
                       job.is_self ? rows[i] : -1);
  }
  for (size_t i = 0; i < rows.size(); ++i) store(out, rows[i], nearest[i].sorted());
}

class SearchByProducts {
 public:
  SearchByProducts(const Job& job, int64_t k, Rounding rounding = Rounding::none) : job_(job) {
    const std::vector<double> mean = mean_row(job.reference);
    reference_ = std::make_unique<PackedRows>(centred(job.reference, mean), rounding);
    if (!job.is_self) queries_ = std::make_unique<PackedRows>(centred(job.queries, mean), rounding);
    nearest_ = std::make_unique<NearestLists>(job.queries.n_rows, k + kSpare);
  }

  // Of what the products found near, by differences.
  void find_about(Neighbours& out) {
    compare();
    for_each_block(out.n_rows, kQueryBlock, [&](int64_t first, int64_t n) {
      for (int64_t i = first; i < first + n; ++i) store(out, i, candidates_of(i));
    });
  }

  // Returns the rows that it leaves open.
  std::vector<int64_t> find(Neighbours& out) {
    compare();
    std::vector<char> is_open(static_cast<size_t>(out.n_rows), 0);
    for_each_block(out.n_rows, kQueryBlock, [&](int64_t first, int64_t n) {
      for (int64_t i = first; i < first + n; ++i) is_open[static_cast<size_t>(i)] = !settle(i, out);
    });
    std::vector<int64_t> open;
    for (size_t i = 0; i < is_open.size(); ++i)
      if (is_open[i]) open.push_back(static_cast<int64_t>(i));
    return open;
  }

 private:
  void compare() { job_.is_self ? compare_among_themselves() : compare_with_reference(); }

  // Every pair of blocks once.  In a round each block is in one pair, so no two threads offer to the same rows.
  void compare_among_themselves() {
    const PackedRows& rows = *reference_;
    const int64_t block = std::clamp(rows.n_packed() / 16 / kTileAlignment, int64_t{1}, kMostTiles) * kTileAlignment;
    const int64_t n_blocks = (rows.n_packed() + block - 1) / block;
    const auto range = [&](int64_t b) { return RowRange{b * block, std::min(block, rows.n_packed() - b * block)}; };
    for (int64_t round = 0; round < n_blocks; ++round) {
      std::vector<int64_t> lower;
      for (int64_t i = 0; i < n_blocks; ++i)
        if (i <= (round - i + n_blocks) % n_blocks) lower.push_back(i);
      for_each_block(static_cast<int64_t>(lower.size()), 1, [&](int64_t p, int64_t) {
        const int64_t i = lower[static_cast<size_t>(p)], j = (round - i + n_blocks) % n_blocks;
        offer_near_pairs(rows, range(i), rows, range(j), *nearest_, i == j ? nullptr : nearest_.get());
      });
    }
  }
  void compare_with_reference() {
    constexpr int64_t kBlock = kMostTiles * kTileAlignment;
    for_each_block(queries_->n_packed(), kBlock, [&](int64_t first, int64_t n) {
      for (int64_t other = 0; other < reference_->n_packed(); other += kBlock)
        offer_near_pairs(*queries_, {first, n}, *reference_, {other, std::min(kBlock, reference_->n_packed() - other)},
                         *nearest_, nullptr);
    });
  }

  // By rising difference.
  std::vector<Candidate> candidates_of(int64_t row) {
    std::vector<int64_t> rows;
    for (const Candidate& c : nearest_->take(row)) rows.push_back(c.index);
    std::vector<float> squared(rows.size());
    squared_distances(rows_of(job_.queries, row, 1), select_rows(job_.reference, rows), squared.data());
    std::vector<Candidate> candidates;
    for (size_t j = 0; j < rows.size(); ++j) candidates.push_back({squared[j], static_cast<int32_t>(rows[j])});
    std::sort(candidates.begin(), candidates.end());
    return candidates;
  }

  // Whether the nearest by differences are surely among the candidates.
  bool settle(int64_t row, Neighbours& out) {
    const std::vector<Candidate> candidates = candidates_of(row);
    const double squared_length = 2 * double{(queries_ ? *queries_ : *reference_).half_square(row)};
    const double longest = reference_->longest(), length = std::sqrt(squared_length);
    const double rounding = static_cast<double>(job_.reference.n_cols + 16) * std::numeric_limits<float>::epsilon() *
                            longest * (longest + length);
    if (candidates[static_cast<size_t>(out.k - 1)].score >= squared_length + 2 * (*nearest_->limits(row) - rounding))
      return false;
    store(out, row, candidates);
    return true;
  }

  const Job& job_;
  std::unique_ptr<PackedRows> reference_, queries_;
  std::unique_ptr<NearestLists> nearest_;
};

Neighbours unfilled(const Job& job, int64_t k) {
  check(k >= 0 && job.reference.n_rows <= INT32_MAX, "k is not negative and rows fit 32 bits");
  Neighbours out;
  out.n_rows = job.queries.n_rows;
  out.k = std::min(k, std::max<int64_t>(0, job.reference.n_rows - job.is_self));
  out.index.resize(static_cast<size_t>(out.n_rows * out.k));
  out.distance = Matrix(out.n_rows, out.k);
  return out;
}

Neighbours search(const Job& job, int64_t k) {
  Neighbours out = unfilled(job, k);
  if (out.k == 0) return out;
  std::vector<int64_t> open;
  if (job.reference.n_cols >= kFewColumns && out.k + kSpare < job.reference.n_rows) {
    open = SearchByProducts(job, out.k).find(out);
  } else {
    open.resize(static_cast<size_t>(out.n_rows));
    std::iota(open.begin(), open.end(), 0);
  }
  for_each_block(static_cast<int64_t>(open.size()), kQueryBlock, [&](int64_t first, int64_t n) {
    find_by_differences(job, std::span(open).subspan(static_cast<size_t>(first), static_cast<size_t>(n)), out);
  });
  return out;
}

}  // namespace

Neighbours find_neighbours(MatrixView x, int64_t k) { return search({x, x, true}, k); }
Neighbours find_neighbours(MatrixView reference, MatrixView queries, int64_t k) {
  return search({reference, queries, false}, k);
}

double recall_of(const Neighbours& found, MatrixView x, int64_t n_checked) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < n_checked; ++i) rows.push_back(i * x.n_rows / n_checked);
  const Neighbours exact = find_neighbours(x, select_rows(x, rows), found.k + 1);  // with the row itself
  int64_t n_found = 0;
  for (int64_t i = 0; i < n_checked; ++i) {
    const int64_t row = rows[static_cast<size_t>(i)];
    int64_t n_own = 0;
    for (const int32_t j : exact.of(i)) n_own += j != row && std::ranges::find(found.of(row), j) != found.of(row).end();
    n_found += std::min(n_own, found.k);
  }
  return static_cast<double>(n_found) / static_cast<double>(n_checked * found.k);
}

Neighbours find_near_neighbours(MatrixView x, int64_t k) {
  const bool is_worth_it = x.n_rows > kManyRows && x.n_cols >= kFewColumns && k > 0 && k + kSpare < x.n_rows;
  if (!is_worth_it || !has_bf16_products()) return find_neighbours(x, k);
  const Job job{x, x, true};
  Neighbours out = unfilled(job, k);
  SearchByProducts(job, k, Rounding::bf16).find_about(out);
  return recall_of(out, x, kChecked) >= kLeastRecall ? out : find_neighbours(x, k);
}

}  // namespace songscape
