#include "stats/over_representation.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace songscape {
namespace {

double log_ways(int64_t n, int64_t k) {
  const auto log_factorial = [](int64_t m) { return std::lgamma(static_cast<double>(m) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

}  // namespace

double log_chance_of_as_many(const PartCounts& c) {
  check(0 <= c.n_having_in_part && c.n_having_in_part <= std::min(c.n_part, c.n_having) &&
            c.n_part - c.n_having_in_part <= c.n_whole - c.n_having,
        "a part lies within its whole");
  if (c.n_having_in_part <= std::max<int64_t>(0, c.n_part - (c.n_whole - c.n_having))) return 0;
  const double all = log_ways(c.n_whole, c.n_part);
  double sum = -INFINITY;
  for (int64_t k = c.n_having_in_part; k <= std::min(c.n_part, c.n_having); ++k) {
    const double term = log_ways(c.n_having, k) + log_ways(c.n_whole - c.n_having, c.n_part - k) - all;
    const double high = std::max(sum, term), low = std::min(sum, term);
    sum = high + std::log1p(std::exp(low - high));
  }
  return std::min(0.0, sum);
}

}  // namespace songscape
