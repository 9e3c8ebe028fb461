// Passes of a model over plain arrays where a conditional model is told its classes.  Evaluation mode, no gradients.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"
#include "data/batch_source.h"
#include "nn/vae.h"
#include "train/inference.h"

namespace songscape {

// A class a row, or empty: then encode() infers it, and an unconditional model needs none.
using ToldClasses = std::span<const int64_t>;

Encoded encode_told(Vae& model, const BatchSource& source, std::span<const int64_t> rows, ToldClasses classes,
                    int64_t batch = 16);
// [n, product(input_shape)]
Matrix decode_told(Vae& model, MatrixView z, ToldClasses classes, int64_t batch = 16);
// From the mean, both passes told; a conditional model without `classes` infers them first.
Reconstruction reconstruct_told(Vae& model, const BatchSource& source, std::span<const int64_t> rows,
                                ToldClasses classes, int64_t batch = 16);

// argmax over y of log p(y|x), by the model itself; empty for an unconditional model.
std::vector<int64_t> inferred_classes(Vae& model, const BatchSource& source, std::span<const int64_t> rows,
                                      int64_t batch = 16);

// z ~ p(z) [n × latent_dim], n = classes.size() or `n` where that is empty.
Matrix drawn_from_prior(Vae& model, int64_t n, ToldClasses classes, uint64_t seed);
// mean + exp(log_var / 2) · noise
Matrix sampled(const Encoded& encoded, uint64_t seed);

at::Tensor tensor_of(MatrixView x);     // [n, d], f32, a copy
Matrix matrix_of(const at::Tensor& x);  // of any shape [n, …], flattened to two axes

}  // namespace songscape
