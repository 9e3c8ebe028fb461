// Weighted sums of rows by segment, and back, in one pass over the rows each.  For AVX-512, AVX2 and plain C++, chosen
// at run time.
#pragma once

#include <cstdint>

namespace songscape {

struct SegmentSums {
  int64_t n_rows, width, n_weights;
  const float* rows;       // [n_rows][width]
  const float* weights;    // [n_rows][n_weights]
  const int64_t* segment;  // [n_rows]
};

// out [n_segments][n_weights][width] += weight · row, columns first … last − 1 of all rows, in their order.
void add_segment_sums(const SegmentSums& s, int64_t first, int64_t last, float* out);

// of_sums: as `out`.  Rows first … last − 1: of_rows = Σ weight · of_sum, of_weights = row · of_sum.
void segment_sums_gradient(const SegmentSums& s, const float* of_sums, int64_t first, int64_t last, float* of_rows,
                           float* of_weights);

}  // namespace songscape
