#include "nn/view_axes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>

#include <numbers>

#include "core/error.h"

namespace songscape {
namespace {

at::Tensor columns_of(const ViewChanges& c) { return at::stack({c.gain, c.tilt, c.transposition}, 1); }

}  // namespace

at::Tensor view_axes_error(const at::Tensor& a, const at::Tensor& b, const ViewChanges& of_a, const ViewChanges& of_b) {
  check(a.dim() == 2 && a.sizes() == b.sizes() && a.size(1) >= kNumViewAxes, "two means with the taught dimensions");
  const auto error_of = [](const at::Tensor& z, const ViewChanges& c) {
    return (z.narrow(1, 0, kNumViewAxes) - columns_of(c) * std::numbers::sqrt3).square().sum(1);
  };
  const int64_t n_others = a.size(1) - kNumViewAxes;
  const at::Tensor others = (a - b).narrow(1, kNumViewAxes, n_others).square().sum(1);
  return (0.5 * (error_of(a, of_a) + error_of(b, of_b)) + others).mean();
}

}  // namespace songscape
