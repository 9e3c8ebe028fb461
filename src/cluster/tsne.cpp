#include "cluster/tsne.h"

#include <algorithm>
#include <cmath>
#include <qdtsne/qdtsne.hpp>

#include "core/parallel.h"
#include "core/random.h"
#include "stats/neighbours.h"
#include "stats/pca.h"

namespace songscape {
namespace {

constexpr int64_t kFewRows = 1000;  // below it, starting threads costs more than they save

constexpr double kStartSpread = 1e-4;
constexpr int kEarlyIterations = 250;
constexpr double kExaggeration = 12;

// Row-major [n × 2] is qdtsne's column-major [2 × n].
std::vector<double> start(MatrixView x, uint64_t seed) {
  const Pca pca = fit_pca(x, 2);
  const Matrix z = pca.transform(x);
  const double deviation = std::sqrt(pca.explained_variance[0]);
  Random random(seed, stream_id("tsne"));
  std::vector<double> out(static_cast<size_t>(2 * x.n_rows));
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (int64_t j = 0; j < 2; ++j)
      out[static_cast<size_t>(2 * i + j)] =
          kStartSpread * (j < z.n_cols && deviation > 0 ? z(i, j) / deviation : random.normal());
  return out;
}

qdtsne::NeighborList<int, double> neighbour_list(MatrixView x, int64_t k) {
  const Neighbours found = find_neighbours(x, k);
  qdtsne::NeighborList<int, double> out(static_cast<size_t>(x.n_rows));
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (int64_t j = 0; j < found.k; ++j)
      out[static_cast<size_t>(i)].emplace_back(found.of(i)[static_cast<size_t>(j)], found.distance(i, j));
  return out;
}

}  // namespace

Matrix tsne(MatrixView x, const TsneOptions& options) {
  Matrix out(x.n_rows, 2);
  if (x.n_rows < 4) {
    for (int64_t i = 0; i < x.n_rows; ++i) out(i, 0) = static_cast<float>(i);
    return out;
  }
  const double perplexity = std::min(options.perplexity, static_cast<double>(x.n_rows - 1) / 3);
  qdtsne::Options settings;
  settings.perplexity = perplexity;
  settings.infer_perplexity = false;
  settings.max_iterations = options.n_iterations;
  settings.early_exaggeration_iterations = std::min(kEarlyIterations, options.n_iterations);
  settings.momentum_switch_iterations = settings.early_exaggeration_iterations;
  settings.exaggeration_factor = kExaggeration;
  // Belkina et al. 2019: a rate that grows with the data, or large maps never unfold.
  settings.eta = std::max(200.0, static_cast<double>(x.n_rows) / kExaggeration);
  settings.theta = options.theta;
  settings.num_threads = x.n_rows < kFewRows ? 1 : worker_threads();
  std::vector<double> map = start(x, options.seed);
  auto status = qdtsne::initialize<2>(neighbour_list(x, static_cast<int64_t>(std::ceil(3 * perplexity))), settings);
  status.run(map.data());
  std::copy(map.begin(), map.end(), out.values.begin());
  return out;
}

}  // namespace songscape
