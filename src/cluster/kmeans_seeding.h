// k-means++ (Arthur and Vassilvitskii 2007): each next centre is drawn by its squared distance to the nearest so far,
// the best of 2 + ln k draws.
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"
#include "core/random.h"

namespace songscape {

// For each start rows of x, all distinct: k of them, or as many distinct rows as there are.  A start depends on its own
// random numbers only; they go side by side because reading the rows is what a single one's time would be.
std::vector<std::vector<int64_t>> seed_centres(MatrixView x, int64_t k, std::vector<Random>& starts);

}  // namespace songscape
