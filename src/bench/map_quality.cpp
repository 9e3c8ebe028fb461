#include "bench/map_quality.h"

#include <algorithm>
#include <atomic>

#include "core/error.h"
#include "stats/neighbours.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

// The nearest rows of the map but the row itself, at most k.
std::vector<int32_t> others_of(std::span<const int32_t> nearest, int64_t row, int64_t k) {
  std::vector<int32_t> out;
  for (const int32_t j : nearest)
    if (j != row && static_cast<int64_t>(out.size()) < k) out.push_back(j);
  return out;
}

// Place of row j among the neighbours of `row` in the data, from 1; equal distances by lower index.
int64_t rank_of(std::span<const float> squared, int64_t row, int64_t j) {
  const float limit = squared[static_cast<size_t>(j)];
  int64_t rank = 1;
  for (int64_t i = 0; i < static_cast<int64_t>(squared.size()); ++i) {
    const float s = squared[static_cast<size_t>(i)];
    rank += i != row && (s < limit || (s == limit && i < j));
  }
  return rank;
}

}  // namespace

double trustworthiness_of(const std::vector<int64_t>& rows, MatrixView x, MatrixView map, int64_t n_neighbours) {
  const int64_t n = x.n_rows, k = n_neighbours;
  check(n == map.n_rows && n > 2 * k && !rows.empty(), "a map has rows to judge and neighbours for them");
  const Matrix some_x = select_rows(x, rows), some_map = select_rows(map, rows);
  const Neighbours on_map = find_neighbours(map, some_map, k + 1);
  std::atomic<int64_t> excess{0};
  for_each_block(some_x.n_rows, 32, [&](int64_t first, int64_t n_block) {
    std::vector<float> squared(static_cast<size_t>(n_block * n));
    squared_distances(rows_of(some_x, first, n_block), x, squared.data());
    int64_t sum = 0;
    for (int64_t i = 0; i < n_block; ++i) {
      const int64_t row = rows[static_cast<size_t>(first + i)];
      for (const int32_t j : others_of(on_map.of(first + i), row, k))
        sum += std::max<int64_t>(0, rank_of({squared.data() + i * n, static_cast<size_t>(n)}, row, j) - k);
    }
    excess += sum;
  });
  const auto m = static_cast<double>(rows.size()), nd = static_cast<double>(n), kd = static_cast<double>(k);
  return 1 - static_cast<double>(excess.load()) * 2 / (m * kd * (2 * nd - 3 * kd - 1));
}

}  // namespace songscape
