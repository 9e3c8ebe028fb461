// Is something more frequent in a part than chance would have it?  Fisher's exact test, one-sided.
#pragma once

#include <cstdint>

namespace songscape {

// A part of n_part things out of n_whole; n_having of the whole have something, and n_having_in_part of the part.
struct PartCounts {
  int64_t n_having_in_part = 0, n_part = 0, n_having = 0, n_whole = 0;
};

// ln P(that many or more), were the part drawn at random: the upper tail of the hypergeometric distribution; ≤ 0.
double log_chance_of_as_many(const PartCounts& counts);

}  // namespace songscape
