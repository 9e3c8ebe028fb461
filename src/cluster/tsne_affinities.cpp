#include "cluster/tsne_affinities.h"

#include <algorithm>
#include <cmath>

#include "stats/neighbours.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 512;
constexpr int kMostBisections = 100;
constexpr double kTolerance = 1e-5;

// Weights exp(−β (d² − the least d²)), which sum to 1; returns their entropy.
double fill_weights(std::span<const float> distance, double beta, std::span<double> weight) {
  const double least = double{distance[0]} * distance[0];
  double sum = 0, mean = 0;
  for (size_t j = 0; j < weight.size(); ++j) {
    const double squared = double{distance[j]} * distance[j] - least;
    weight[j] = std::exp(-beta * squared);
    sum += weight[j];
    mean += weight[j] * squared;
  }
  for (double& w : weight) w /= sum;
  return beta * mean / sum + std::log(sum);
}

void fit_row(std::span<const float> distance, double log_perplexity, std::span<double> weight) {
  const double least = double{distance[0]} * distance[0], range = double{distance.back()} * distance.back() - least;
  if (range <= 0) {
    std::fill(weight.begin(), weight.end(), 1 / static_cast<double>(weight.size()));
    return;
  }
  double low = 0, high = INFINITY, beta = 3 / range;
  for (int i = 0; i < kMostBisections; ++i) {
    const double excess = fill_weights(distance, beta, weight) - log_perplexity;
    if (std::abs(excess) < kTolerance) return;
    (excess > 0 ? low : high) = beta;
    beta = std::isinf(high) ? 2 * beta : (low + high) / 2;
    if (std::isinf(beta)) return;
  }
}

}  // namespace

Graph tsne_affinities(MatrixView x, double perplexity) {
  const Neighbours found = find_near_neighbours(x, static_cast<int64_t>(std::ceil(3 * perplexity)));
  check(found.k >= 1, "every row has a neighbour");
  Matrix share(found.n_rows, found.k);
  for_each_block(found.n_rows, kBlock, [&](int64_t first, int64_t n) {
    std::vector<double> weight(static_cast<size_t>(found.k));
    for (int64_t i = first; i < first + n; ++i) {
      fit_row(found.distance.row(i), std::log(perplexity), weight);
      for (int64_t j = 0; j < found.k; ++j)
        share(i, j) = static_cast<float>(weight[static_cast<size_t>(j)] / (2 * static_cast<double>(found.n_rows)));
    }
  });
  return join_directions(found, share, [](float a, float b) { return a + b; });
}

}  // namespace songscape
