#include "run/partition.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "cluster/gaussian_mixture.h"
#include "cluster/graph_partition.h"
#include "cluster/kmeans.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"

namespace songscape {
namespace {

at::Tensor one_hot(const std::vector<int32_t>& labels, int64_t k) {
  at::Tensor out = at::zeros({static_cast<int64_t>(labels.size()), k}, at::kFloat);
  float* to = out.data_ptr<float>();
  for (size_t i = 0; i < labels.size(); ++i) to[static_cast<int64_t>(i) * k + labels[i]] = 1;
  return out;
}

at::Tensor by_graph(MatrixView x, const PartitionRequest& request) {
  const GraphPartition found = fit_graph_partition(x, {.k = request.k, .seed = request.seed});
  log_info("graph partition: normalised cut " + format_number(found.normalised_cut, 5) + " by " +
           std::to_string(found.n_eigenvectors) + " eigenvectors");
  return one_hot(found.labels, request.k);
}

at::Tensor by_mixture(MatrixView x, const PartitionRequest& request) {
  const GaussianMixture found =
      fit_gaussian_mixture(x, {.k = request.k, .n_init = static_cast<int>(request.n_starts), .seed = request.seed});
  log_info("mixture start: mean log-likelihood " + format_number(found.mean_log_likelihood, 7) + ", the best of " +
           std::to_string(request.n_starts));
  const Matrix q = responsibilities(found, x);
  at::Tensor out = at::zeros({q.n_rows, request.k}, at::kFloat);  // fewer components where rows repeat
  for (int64_t i = 0; i < q.n_rows; ++i) std::ranges::copy(q.row(i), out.data_ptr<float>() + i * request.k);
  return out;
}

}  // namespace

at::Tensor partition(const at::Tensor& points, const PartitionRequest& request) {
  const at::Tensor values = points.to(at::kFloat).contiguous();
  const MatrixView x{values.const_data_ptr<float>(), values.size(0), values.size(1)};
  if (request.method == "graph") return by_graph(x, request);
  if (request.method == "gmm") return by_mixture(x, request);
  check(request.method == "kmeans", "the method of a partition is known");
  return one_hot(
      fit_kmeans(x, {.k = request.k, .n_init = static_cast<int>(request.n_starts), .seed = request.seed}).labels,
      request.k);
}

}  // namespace songscape
