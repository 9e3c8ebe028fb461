#include "nn/segment_pool.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros.h>

namespace songscape {
namespace {

constexpr double kMostLogWeight = 8;  // so that no maximum need be taken off

}  // namespace

SegmentPool::SegmentPool(const Scope& scope, int64_t width, int64_t n_queries)
    : n_out_(width * n_queries), to_scores_(scope / "to_scores", width, n_queries) {}

at::Tensor SegmentPool::operator()(const at::Tensor& h, const at::Tensor& segment, int64_t n_segments) const {
  const at::Tensor values = h.to(at::kFloat), scores = to_scores_(h).to(at::kFloat);
  const at::Tensor weight = (at::tanh(scores / kMostLogWeight) * kMostLogWeight).exp();
  const at::Tensor sum = at::zeros({n_segments, weight.size(1)}, weight.options()).index_add(0, segment, weight);
  const at::Tensor share = weight / sum.index_select(0, segment);
  std::vector<at::Tensor> pooled;
  for (int64_t q = 0; q < share.size(1); ++q)
    pooled.push_back(at::zeros({n_segments, values.size(1)}, values.options())
                         .index_add(0, segment, values * share.narrow(1, q, 1)));
  return at::cat(pooled, 1);
}

}  // namespace songscape
