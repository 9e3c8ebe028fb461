#include "metrics/trustworthiness.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <vector>

#include "stats/neighbours.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

// How far beyond the k-th nearest the row's neighbours on the map lie in the data, added.
int64_t excess_ranks(std::span<const float> squared, int64_t row, std::span<const int32_t> map_neighbours) {
  int64_t sum = 0;
  for (const int32_t j : map_neighbours) {
    const float limit = squared[static_cast<size_t>(j)];
    int64_t rank = 1;
    for (const float s : squared) rank += s < limit;
    rank -= squared[static_cast<size_t>(row)] < limit;  // a row is not its own neighbour
    for (int64_t i = 0; i < j; ++i) rank += squared[static_cast<size_t>(i)] == limit && i != row;
    sum += std::max<int64_t>(0, rank - static_cast<int64_t>(map_neighbours.size()));
  }
  return sum;
}

}  // namespace

double trustworthiness(MatrixView x, MatrixView map, int64_t n_neighbours) {
  check(x.n_rows == map.n_rows && n_neighbours >= 1, "every row is on the map, and has neighbours");
  const int64_t n = x.n_rows;
  if (n < 3) return std::numeric_limits<double>::quiet_NaN();
  const int64_t k = std::min(n_neighbours, (n - 1) / 2);
  const Neighbours on_map = find_neighbours(map, k);
  std::atomic<int64_t> excess{0};
  for_each_block(n, 32, [&](int64_t first, int64_t n_block) {
    std::vector<float> squared(static_cast<size_t>(n_block * n));
    squared_distances(rows_of(x, first, n_block), x, squared.data());
    int64_t sum = 0;
    for (int64_t i = 0; i < n_block; ++i)
      sum += excess_ranks({squared.data() + i * n, static_cast<size_t>(n)}, first + i, on_map.of(first + i));
    excess += sum;
  });
  const double nd = static_cast<double>(n), kd = static_cast<double>(k);
  return 1 - static_cast<double>(excess.load()) * 2 / (nd * kd * (2 * nd - 3 * kd - 1));
}

}  // namespace songscape
