// Power to decibel, as librosa.power_to_db does it: 10 log₁₀ of the power, of which 1e-10 is the least.
#pragma once

#include <span>

namespace songscape {

inline constexpr float kLeastPower = 1e-10f;

// In place: 10 log₁₀ max(1e-10, power).  power ≥ 0, finite.
void to_decibel(std::span<float> power);

// The mean of max(value, least) over `values`, which are not empty.
double mean_above(std::span<const float> values, float least);

// The greatest of `values`, which are not empty.
float greatest(std::span<const float> values);

// In place: min(1, max(0, (value − zero) / range)).
void to_unit_range(std::span<float> values, float zero, float range);

}  // namespace songscape
