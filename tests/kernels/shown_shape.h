// How a failed test names the shape of a layer.
#pragma once

#include <ostream>

#include "kernels/linear.h"

namespace songscape {

inline void PrintTo(const LinearShape& s, std::ostream* out) {
  *out << s.batch << " songs, " << s.n_in << " to " << s.n_out;
}

}  // namespace songscape
