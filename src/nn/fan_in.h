// First weights as PyTorch draws them: U(−b, b).
#pragma once

#include <cmath>
#include <cstdint>

namespace songscape {

inline double fan_in_bound(int64_t fan_in) { return 1.0 / std::sqrt(static_cast<double>(fan_in)); }

}  // namespace songscape
