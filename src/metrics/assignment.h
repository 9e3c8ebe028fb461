// Clustering accuracy: the share of rows that are right when clusters are matched with classes, one to one, as well as
// they can be.  Kuhn 1955, "The Hungarian method for the assignment problem", in O(n³) by shortest augmenting paths.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

// The column of each row such that Σ cost(i, column(i)) is least; no column serves two rows.  cost: n_rows × n_cols,
// row-major, finite, n_rows ≤ n_cols.
std::vector<int64_t> cheapest_assignment(std::span<const double> cost, int64_t n_rows, int64_t n_cols);

// On [0, 1]; more clusters than classes: some stay without a class, and their rows are wrong.  NaN without rows.
double clustering_accuracy(std::span<const int32_t> truth, std::span<const int32_t> predicted);

}  // namespace songscape
