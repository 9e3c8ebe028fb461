// Trustworthiness of a map of many rows, judged on some of them.
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"

namespace songscape {

// trustworthiness() of metrics, its sum taken over `rows` (distinct) against all rows, not over all: the same where
// rows are all of them.  x [n × d], map [n × m], n > 2 · n_neighbours.
double trustworthiness_of(const std::vector<int64_t>& rows, MatrixView x, MatrixView map, int64_t n_neighbours = 5);

}  // namespace songscape
