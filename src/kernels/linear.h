// Products of a fully connected layer whose weight is far larger than a batch: what they cost is reading the weight, so
// it is read once, as the f32 that it is, and rounded to bf16 on the way.  Sums in f32, by AVX512-BF16.
//
// y = x Wᵀ + b.  W: f32 [n_out, n_in]; x: bf16 [batch, n_in]; y: f32 [batch, n_out].  The gradient of W, [n_out, n_in]
// of rank `batch`, is Σ over songs of dy xᵀ: kept as its two factors, it can be added up where Adam wants it and never
// be written.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/adam_update.h"
#include "kernels/bf16.h"

namespace songscape {

struct LinearShape {
  int64_t batch, n_in, n_out;
};

bool has_linear_kernels();

// Pairs of inputs (k, k + 1) of all songs side by side, in panels of 32 songs: [panel][n_in / 2][32], pairs first …
// last − 1 of n_in / 2.  n_in is even.
int64_t packed_songs_size(const LinearShape& shape);
void pack_songs(const LinearShape& shape, const Bf16* x, int64_t first, int64_t last, uint32_t* out);
// Outputs first … last − 1 of all songs; y: f32 [batch, n_out], without bias.
void linear_forward(const LinearShape& shape, const float* weight, const uint32_t* packed_x, int64_t first,
                    int64_t last, float* y);

// Pairs of outputs (j, j + 1) of all songs side by side: [n_out / 2][batch], pairs first … last − 1.  n_out is even.
void pack_outputs(const LinearShape& shape, const Bf16* dy, int64_t first, int64_t last, uint32_t* out);
// dx = dy W, inputs first … last − 1 of all songs; dx: f32 [batch, n_in].
void linear_towards_input(const LinearShape& shape, const float* weight, const uint32_t* packed_dy, int64_t first,
                          int64_t last, float* dx);

// Σ over songs of dy xᵀ in factors.
struct FactoredGradient {
  LinearShape shape;
  std::vector<uint32_t> dy;   // pairs of songs: [⌈batch / 2⌉][n_out]
  std::vector<uint32_t> x;    // [⌈batch / 2⌉][n_in]
  double sum_of_squares = 0;  // of the gradient's entries
};
// Values first … last − 1 of pairs of songs; x: bf16 [batch, n] → [⌈batch / 2⌉][n].
void pair_songs(const Bf16* x, int64_t batch, int64_t n, int64_t first, int64_t last, uint32_t* out);
// Adds the products of every two songs over values first … last − 1 to out [batch, batch].  The squares of dy xᵀ sum to
// the sum of the products of dy's entries with x's.
void add_gram(const Bf16* x, int64_t batch, int64_t n, int64_t first, int64_t last, double* out);

// A part of a weight that one thread takes at a time.
struct WeightBlock {
  int64_t first_row, n_rows, first_column, n_columns;
};
inline constexpr int64_t kBlockRows = 512, kBlockColumns = 2048;
// One step of Adam for a part of a weight of this gradient.  run: of the whole weight; its gradient is not used.
void adam_update_factored(const AdamStep& step, const FactoredGradient& factors, const AdamRun& run,
                          const WeightBlock& part);
// Rows first … last − 1 of the gradient itself, added to out f32 [n_out, n_in].
void add_gradient(const FactoredGradient& factors, int64_t first, int64_t last, float* out);

}  // namespace songscape
