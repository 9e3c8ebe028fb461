// Rows by where they lie from a mean, and not how far: their dot products are cosines.
#pragma once

#include <cstdint>
#include <span>

#include "core/matrix.h"

namespace songscape {

// Rows of length 1 about the mean over the rows `of_mean` of x (at least one); zeros where a row is that mean.
Matrix directions_from_mean(MatrixView x, std::span<const int64_t> of_mean);

}  // namespace songscape
