// Nearest neighbours by Euclidean distance, brute force in blocks: in 100 dimensions trees visit nearly every
// point.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct Neighbours {
  int64_t n_rows = 0;
  int64_t k = 0;
  std::vector<int32_t> index;  // [n_rows × k], nearest first; equal distances by lower index
  Matrix distance;             // [n_rows × k], Euclidean

  std::span<const int32_t> of(int64_t row) const { return {index.data() + row * k, static_cast<size_t>(k)}; }
};

// The k nearest other rows of every row; k is lowered to n − 1.
Neighbours find_neighbours(MatrixView x, int64_t k);
// The k nearest rows of `reference` for every row of `queries`; k is lowered to reference.n_rows.
Neighbours find_neighbours(MatrixView reference, MatrixView queries, int64_t k);

// For maps of many rows: as find_neighbours(x, k), but above 30,000 rows, where the CPU has products of bf16, a few may
// be other rows that are nearly as near.  On 256 rows at least .98 of the neighbours are the nearest, or all are sought
// again exactly.  Distances are exact, and nothing depends on the number of threads.
Neighbours find_near_neighbours(MatrixView x, int64_t k);

// The share of the nearest that `found` has for n_checked of the rows, evenly taken.
double recall_of(const Neighbours& found, MatrixView x, int64_t n_checked);

}  // namespace songscape
