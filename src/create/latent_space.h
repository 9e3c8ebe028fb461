// Places in a run's latent space, and what the model makes of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"
#include "create/run_data.h"

namespace songscape {

// Means and variances of q(z|x) of rows of the data, conditional models being told the rows' labels where all of them
// are known, else inferring them.
struct EncodedRows {
  Matrix mean, variance;  // [rows × latent_dim]
};
EncodedRows encode_places(RunData& data, std::span<const int64_t> rows);

// The aggregate posterior, per dimension: the mean of μ, and √(variance of μ + mean of σ²), over at most n_rows of the
// training rows (spread evenly).
struct AggregatePosterior {
  std::vector<double> mean, deviation;  // [latent_dim]
};
AggregatePosterior aggregate_posterior(RunData& data, int64_t n_rows = 400);

// Class of a row: as the library has it, else the likeliest by the model itself; −1 for a model without condition.
int64_t class_of_row(RunData& data, int64_t row);

// z [n × latent_dim] → [n × values of an item] on [0, 1].  labels: one a row for a conditional model, else empty.
Matrix decode_places(RunData& data, MatrixView z, std::span<const int64_t> labels);

// n draws from the prior, under labels (one a draw) for a conditional model.  Equal for a seed.
Matrix sample_prior_places(RunData& data, int64_t n, std::span<const int64_t> labels, uint64_t seed);

// Components of the prior; 0 where it is no mixture.  Draws from one of them.
int64_t n_components(const RunData& data);
Matrix sample_component(const RunData& data, int64_t component, int64_t n, uint64_t seed);

}  // namespace songscape
