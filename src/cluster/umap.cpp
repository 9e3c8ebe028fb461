#include "cluster/umap.h"

#include <algorithm>
#include <umappp/umappp.hpp>

#include "core/parallel.h"
#include "stats/neighbours.h"

namespace songscape {
namespace {

constexpr int64_t kFewRows = 1000;  // below it, starting threads costs more than they save

umappp::NeighborList<int, float> neighbour_list(MatrixView x, int64_t k) {
  const Neighbours found = find_neighbours(x, k);
  umappp::NeighborList<int, float> out(static_cast<size_t>(x.n_rows));
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (int64_t j = 0; j < found.k; ++j)
      out[static_cast<size_t>(i)].emplace_back(found.of(i)[static_cast<size_t>(j)], found.distance(i, j));
  return out;
}

}  // namespace

Matrix umap(MatrixView x, const UmapOptions& options) {
  Matrix out(x.n_rows, 2);
  if (x.n_rows < 4) {
    for (int64_t i = 0; i < x.n_rows; ++i) out(i, 0) = static_cast<float>(i);
    return out;
  }
  umappp::Options settings;
  settings.min_dist = options.min_dist;
  if (options.n_epochs > 0) settings.num_epochs = options.n_epochs;
  settings.initialize_seed = options.seed;
  settings.optimize_seed = options.seed + 1;
  settings.num_threads = x.n_rows < kFewRows ? 1 : worker_threads();
  // Row-major [n × 2] is umappp's column-major [2 × n].
  auto status = umappp::initialize(neighbour_list(x, options.n_neighbours), 2, out.values.data(), settings);
  status.run(out.values.data());
  return out;
}

}  // namespace songscape
