#include "cluster/umap.h"

#include <algorithm>
#include <cmath>

#include "cluster/umap_layout.h"
#include "core/random.h"
#include "stats/leading_eigenvectors.h"
#include "stats/neighbour_graph.h"

namespace songscape {
namespace {

constexpr float kStartSize = 10;
constexpr double kStartNoise = 1e-4;  // tells equal rows apart
constexpr double kStartTolerance = 1e-2;
constexpr int64_t kManyRows = 10000;
constexpr int kEpochs = 500, kEpochsOfMany = 400;

// The eigenvectors of the graph next to the first, scaled to ±10.
Matrix start(const Graph& graph, uint64_t seed) {
  const Eigenvectors found = leading_eigenvectors(graph, 3, seed, kStartTolerance);
  float largest = 0;
  for (int64_t i = 0; i < found.vectors.n_rows; ++i)
    for (int64_t j = 1; j < 3; ++j) largest = std::max(largest, std::abs(found.vectors(i, j)));
  Random random(seed, stream_id("umap"));
  Matrix out(found.vectors.n_rows, 2);
  for (int64_t i = 0; i < out.n_rows; ++i)
    for (int64_t j = 0; j < 2; ++j)
      out(i, j) = kStartSize / std::max(largest, 1e-30f) * found.vectors(i, j + 1) +
                  static_cast<float>(kStartNoise * random.normal());
  return out;
}

}  // namespace

Matrix umap(MatrixView x, const UmapOptions& options) {
  if (x.n_rows < 4) {
    Matrix out(x.n_rows, 2);
    for (int64_t i = 0; i < x.n_rows; ++i) out(i, 0) = static_cast<float>(i);
    return out;
  }
  const Graph graph = neighbour_graph(x, options.n_neighbours);
  Matrix map = start(graph, options.seed);
  const int n_epochs = options.n_epochs > 0 ? options.n_epochs : x.n_rows > kManyRows ? kEpochsOfMany : kEpochs;
  optimise_umap_layout(graph, {.curve = fit_umap_curve(options.min_dist), .n_epochs = n_epochs, .seed = options.seed},
                       map);
  return map;
}

}  // namespace songscape
