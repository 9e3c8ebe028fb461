#include "metrics/assignment.h"

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "metrics/contingency.h"

namespace songscape {

// Rows and columns are counted from 1: row or column 0 stands for "none".
std::vector<int64_t> cheapest_assignment(std::span<const double> cost, int64_t n_rows, int64_t n_cols) {
  check(n_rows <= n_cols && static_cast<int64_t>(cost.size()) == n_rows * n_cols, "every row can have a column");
  const auto n = static_cast<size_t>(n_rows), m = static_cast<size_t>(n_cols);
  std::vector<double> row_price(n + 1, 0), column_price(m + 1, 0);
  std::vector<size_t> row_of(m + 1, 0), before(m + 1, 0);
  for (size_t i = 1; i <= n; ++i) {
    std::vector<double> least(m + 1, std::numeric_limits<double>::infinity());
    std::vector<bool> is_done(m + 1, false);
    size_t column = 0;
    row_of[0] = i;
    do {
      is_done[column] = true;
      const size_t row = row_of[column];
      double step = std::numeric_limits<double>::infinity();
      size_t next = 0;
      for (size_t j = 1; j <= m; ++j) {
        if (is_done[j]) continue;
        const double reduced = cost[(row - 1) * m + j - 1] - row_price[row] - column_price[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          before[j] = column;
        }
        if (least[j] < step) {
          step = least[j];
          next = j;
        }
      }
      for (size_t j = 0; j <= m; ++j) {
        if (is_done[j]) {
          row_price[row_of[j]] += step;
          column_price[j] -= step;
        } else {
          least[j] -= step;
        }
      }
      column = next;
    } while (row_of[column] != 0);
    for (; column != 0; column = before[column]) row_of[column] = row_of[before[column]];
  }
  std::vector<int64_t> column_of(n, -1);
  for (size_t j = 1; j <= m; ++j)
    if (row_of[j] != 0) column_of[row_of[j] - 1] = static_cast<int64_t>(j) - 1;
  return column_of;
}

double clustering_accuracy(std::span<const int32_t> truth, std::span<const int32_t> predicted) {
  if (truth.empty()) return std::numeric_limits<double>::quiet_NaN();
  const Contingency table = contingency(truth, predicted);
  const size_t n = std::max(table.classes.size(), table.clusters.size());
  std::vector<double> cost(n * n, 0);
  for (size_t i = 0; i < table.classes.size(); ++i)
    for (size_t j = 0; j < table.clusters.size(); ++j) cost[i * n + j] = -static_cast<double>(table.count(i, j));
  const auto size = static_cast<int64_t>(n);
  double right = 0;
  const std::vector<int64_t> column_of = cheapest_assignment(cost, size, size);
  for (size_t i = 0; i < n; ++i) right -= cost[i * n + static_cast<size_t>(column_of[i])];
  return right / static_cast<double>(truth.size());
}

}  // namespace songscape
