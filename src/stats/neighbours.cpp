#include "stats/neighbours.h"

#include <algorithm>
#include <cmath>

#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kQueryBlock = 128;
constexpr int64_t kReferenceBlock = 1024;

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
    for (size_t j = 0; j < squared.size(); ++j) {
      if (heap_.size() == k_ && squared[j] >= heap_.front().squared) continue;
      const int64_t index = first + static_cast<int64_t>(j);
      if (index == left_out) continue;
      heap_.push_back({squared[j], static_cast<int32_t>(index)});
      std::push_heap(heap_.begin(), heap_.end());
      if (heap_.size() <= k_) continue;
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
    }
  }
  std::span<const Candidate> sorted() {
    std::sort_heap(heap_.begin(), heap_.end());
    return heap_;
  }

 private:
  size_t k_;
  std::vector<Candidate> heap_;
};

Neighbours search(MatrixView reference, MatrixView queries, int64_t k, bool is_self) {
  check(k >= 0 && reference.n_rows <= INT32_MAX, "k is not negative and rows fit 32 bits");
  Neighbours out;
  out.n_rows = queries.n_rows;
  out.k = std::min(k, std::max<int64_t>(0, reference.n_rows - is_self));
  out.index.resize(static_cast<size_t>(out.n_rows * out.k));
  out.distance = Matrix(out.n_rows, out.k);
  if (out.k == 0) return out;
  for_each_block(queries.n_rows, kQueryBlock, [&](int64_t first, int64_t n) {
    std::vector<Nearest> nearest(static_cast<size_t>(n), Nearest(out.k));
    std::vector<float> squared(static_cast<size_t>(n * kReferenceBlock));
    for (int64_t other = 0; other < reference.n_rows; other += kReferenceBlock) {
      const int64_t n_others = std::min(kReferenceBlock, reference.n_rows - other);
      squared_distances(rows_of(queries, first, n), rows_of(reference, other, n_others), squared.data());
      for (int64_t i = 0; i < n; ++i)
        nearest[static_cast<size_t>(i)].offer({squared.data() + i * n_others, static_cast<size_t>(n_others)}, other,
                                              is_self ? first + i : -1);
    }
    for (int64_t i = 0; i < n; ++i) {
      const auto found = nearest[static_cast<size_t>(i)].sorted();
      for (int64_t j = 0; j < out.k; ++j) {
        out.index[static_cast<size_t>((first + i) * out.k + j)] = found[static_cast<size_t>(j)].index;
        out.distance(first + i, j) = std::sqrt(found[static_cast<size_t>(j)].squared);
      }
    }
  });
  return out;
}

}  // namespace

Neighbours find_neighbours(MatrixView x, int64_t k) { return search(x, x, k, true); }
Neighbours find_neighbours(MatrixView reference, MatrixView queries, int64_t k) {
  return search(reference, queries, k, false);
}

}  // namespace songscape
