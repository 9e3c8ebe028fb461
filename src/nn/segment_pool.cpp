#include "nn/segment_pool.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/error.h"
#include "kernels/segment_sums.h"
#include "nn/units.h"

namespace songscape {
namespace {

constexpr double kMostLogWeight = 8;  // so that no maximum need be taken off

SegmentSums segment_sums_of(const at::Tensor& values, const at::Tensor& weight, const at::Tensor& segment) {
  check(segment.is_contiguous() && segment.scalar_type() == at::kLong && segment.size(0) == values.size(0),
        "each token has a segment");
  return {.n_rows = values.size(0),
          .width = values.size(1),
          .n_weights = weight.size(1),
          .rows = values.const_data_ptr<float>(),
          .weights = weight.const_data_ptr<float>(),
          .segment = segment.const_data_ptr<int64_t>()};
}

// Σ weight · value by segment, [n_segments, n_weights · width], on the CPU.
struct SegmentSumsFunction : torch::autograd::Function<SegmentSumsFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& values,
                            const at::Tensor& weight, const at::Tensor& segment, int64_t n_segments) {
    constexpr int64_t kColumns = 64;
    const SegmentSums s = segment_sums_of(values, weight, segment);
    at::Tensor out = at::zeros({n_segments, s.n_weights * s.width}, values.options());
    for_ranges(s.width, kColumns,
               [&](int64_t first, int64_t last, int64_t) { add_segment_sums(s, first, last, out.data_ptr<float>()); });
    context->save_for_backward({values, weight, segment});
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    constexpr int64_t kRows = 256;
    const auto saved = context->get_saved_variables();
    const SegmentSums s = segment_sums_of(saved[0], saved[1], saved[2]);
    const at::Tensor of_sums = gradients[0].to(at::kFloat).contiguous();
    at::Tensor of_values = at::empty_like(saved[0]), of_weight = at::empty_like(saved[1]);
    for_ranges(s.n_rows, kRows, [&](int64_t first, int64_t last, int64_t) {
      segment_sums_gradient(s, of_sums.const_data_ptr<float>(), first, last, of_values.data_ptr<float>(),
                            of_weight.data_ptr<float>());
    });
    return {of_values, of_weight, {}, {}};
  }
};

}  // namespace

SegmentPool::SegmentPool(const Scope& scope, int64_t width, int64_t n_queries)
    : n_out_(width * n_queries), to_scores_(scope / "to_scores", width, n_queries) {}

at::Tensor SegmentPool::operator()(const at::Tensor& h, const at::Tensor& segment, int64_t n_segments) const {
  const at::Tensor values = h.to(at::kFloat), scores = to_scores_(h).to(at::kFloat);
  const at::Tensor weight = (at::tanh(scores / kMostLogWeight) * kMostLogWeight).exp();
  const at::Tensor sum = at::zeros({n_segments, weight.size(1)}, weight.options()).index_add(0, segment, weight);
  const at::Tensor share = weight / sum.index_select(0, segment);
  if (h.device().is_cpu())
    return SegmentSumsFunction::apply(values.contiguous(), share.contiguous(), segment.contiguous(), n_segments);
  std::vector<at::Tensor> pooled;
  for (int64_t q = 0; q < share.size(1); ++q)
    pooled.push_back(at::zeros({n_segments, values.size(1)}, values.options())
                         .index_add(0, segment, values * share.narrow(1, q, 1)));
  return at::cat(pooled, 1);
}

}  // namespace songscape
