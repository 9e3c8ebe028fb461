// A trained model used on plain arrays, wherever it is: encode, decode and reconstruct, in evaluation mode, without
// gradients, batch by batch.  For `encode`, reports and proofs, which need no tensor of LibTorch.
#pragma once

#include <span>
#include <vector>

#include "core/matrix.h"
#include "data/batch_source.h"
#include "nn/vae.h"

namespace songscape {

// Posterior means as one tensor, [rows, latent_dim].
at::Tensor encode_means(Vae& model, const BatchSource& source, const std::vector<int64_t>& rows, int64_t batch = 16);

struct Encoded {
  Matrix mean;     // [rows, latent_dim]
  Matrix log_var;  // [rows, latent_dim]
};
Encoded encode_rows(Vae& model, const BatchSource& source, std::span<const int64_t> rows, int64_t batch = 16);

// [n, product(input_shape)] on [0, 1].
Matrix decode_rows(Vae& model, MatrixView z, int64_t batch = 16);

struct Reconstruction {
  Matrix x, from_mean;     // [rows, product(input_shape)]
  std::vector<float> mse;  // of each row over its valid values, from the mean
};
Reconstruction reconstruct_rows(Vae& model, const BatchSource& source, std::span<const int64_t> rows,
                                int64_t batch = 16);

// The same errors alone, for many rows in bounded memory.
std::vector<float> reconstruction_mse(Vae& model, const BatchSource& source, std::span<const int64_t> rows,
                                      int64_t batch = 16);

}  // namespace songscape
