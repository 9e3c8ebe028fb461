// Trustworthiness of a map (Venna and Kaski 2001): how few rows are neighbours on the map that are not in the data.
#pragma once

#include <cstdint>

#include "core/matrix.h"

namespace songscape {

// On [0, 1].  x [n × d] the data, map [n × m].  n_neighbours is lowered to below n / 2; NaN for fewer than 3 rows.
double trustworthiness(MatrixView x, MatrixView map, int64_t n_neighbours = 5);

}  // namespace songscape
