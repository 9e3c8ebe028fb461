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
  const at::Tensor moved = a - b, wanted = (columns_of(of_a) - columns_of(of_b)) * std::numbers::sqrt3;
  const at::Tensor taught = (moved.narrow(1, 0, kNumViewAxes) - wanted).square().sum(1);
  return (taught + moved.narrow(1, kNumViewAxes, moved.size(1) - kNumViewAxes).square().sum(1)).mean();
}

}  // namespace songscape
