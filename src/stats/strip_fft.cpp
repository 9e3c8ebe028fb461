#include "stats/strip_fft.h"

#include <cmath>
#include <numbers>

#include "core/error.h"

namespace songscape {

FftPlan::FftPlan(int64_t length) : n(length) {
  check(length > 0, "a transform has a length");
  int64_t left = length;
  if (left % 3 == 0) {
    radices.push_back(3);
    left /= 3;
  }
  for (; left % 4 == 0; left /= 4) radices.push_back(4);
  if (left == 2) radices.push_back(2);
  check(left == 1 || left == 2, "a transform's length is 2ᵃ or 3 · 2ᵃ");
  for (int64_t k = 0; k < n; ++k) {
    const double angle = -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
    cosine.push_back(static_cast<float>(std::cos(angle)));
    sine.push_back(static_cast<float>(std::sin(angle)));
  }
}

}  // namespace songscape
