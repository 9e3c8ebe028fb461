// A way between two points over others, in steps as even as they can be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

// How far along the straight line from row `from` (0) to row `to` (1) each row of x lies; 0 where both are one place.
std::vector<double> progress_along(MatrixView x, int64_t from, int64_t to);

// `from`, n − 2 different rows of `between`, `to`.  Of all such ways that only go forward (progress_along, at equal
// progress by lower row), those whose largest step is the least possible; of these, the one with the least sum of
// squared steps.  Found exactly, by dynamic programming: time n · between.size()², memory between.size()² floats.
// Rows of `between` that are not strictly between both ends are left out; where fewer than n − 2 remain, all of them
// are taken.  n ≥ 2.
std::vector<int64_t> even_path(MatrixView x, std::span<const int64_t> between, int64_t from, int64_t to, int64_t n);

}  // namespace songscape
