// Batch normalisation (Ioffe & Szegedy 2015) and a leaky ReLU in two passes over the rows where the composed form takes
// four, and three backward where it takes seven.  Rows are pixels or songs, columns channels; elements f32 or bf16,
// sums in f32 over kNormRows rows and in double beyond.  For AVX-512, AVX2 and plain C++, chosen at run time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/bf16.h"

namespace songscape {

// Blocks of rows are the units of work; the caller shares them among threads and adds their sums in order.
inline constexpr int64_t kNormRows = 2048;

// y = leaky(scale x + shift) with slope below 0 (0: ReLU); scale and shift per column.
struct NormActivate {
  int64_t n_columns;
  const float *scale, *shift;
  float slope;
};

// sums[0 … C−1] = Σ (x − origin), sums[C … 2C−1] = Σ (x − origin)².  origin: a value near the column's mean.
void sum_moments(std::span<const float> x, const float* origin, int64_t n_columns, float* sums);
void sum_moments(std::span<const Bf16> x, const float* origin, int64_t n_columns, float* sums);

void norm_activate(const NormActivate& f, std::span<const float> x, float* y);
void norm_activate(const NormActivate& f, std::span<const Bf16> x, Bf16* y);

// With g = dy · leaky′: sums[0 … C−1] = Σ g, sums[C … 2C−1] = Σ g (x − mean).
void sum_norm_gradients(const NormActivate& f, std::span<const float> x, const float* dy, const float* mean,
                        float* sums);
void sum_norm_gradients(const NormActivate& f, std::span<const Bf16> x, const Bf16* dy, const float* mean, float* sums);

// dx = scale g + of_x x + constant.  of_x, constant: per column, what the batch's statistics give back.
void norm_gradient(const NormActivate& f, std::span<const float> x, const float* dy, const float* of_x,
                   const float* constant, float* dx);
void norm_gradient(const NormActivate& f, std::span<const Bf16> x, const Bf16* dy, const float* of_x,
                   const float* constant, Bf16* dx);

// sums[c] = Σ x.
void sum_rows(std::span<const Bf16> x, int64_t n_columns, float* sums);

}  // namespace songscape
