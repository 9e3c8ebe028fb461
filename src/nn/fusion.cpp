#include "nn/fusion.h"

#include <ATen/TensorOperators.h>

#include "core/error.h"

namespace songscape {

Posterior product_of_experts(const std::vector<PartPosterior>& parts) {
  check(!parts.empty(), "there is a part");
  at::Tensor precision, weighted;
  for (const PartPosterior& p : parts) {
    const at::Tensor own = p.has.unsqueeze(1) * (-p.q.log_var).exp();
    precision = precision.defined() ? precision + own : own + 1;
    weighted = weighted.defined() ? weighted + own * p.q.mean : own * p.q.mean;
  }
  return {weighted / precision, -precision.log()};
}

Posterior moments_of_mixture(const std::vector<PartPosterior>& parts) {
  check(!parts.empty(), "there is a part");
  at::Tensor n, mean, square;
  for (const PartPosterior& p : parts) {
    const at::Tensor has = p.has.unsqueeze(1);
    const at::Tensor own = has * p.q.mean, own_square = has * (p.q.mean.square() + p.q.log_var.exp());
    n = n.defined() ? n + has : has;
    mean = mean.defined() ? mean + own : own;
    square = square.defined() ? square + own_square : own_square;
  }
  // A song without any part lies at the prior.
  const at::Tensor is_empty = (n == 0).to(n.scalar_type()), count = n + is_empty;
  mean = mean / count;
  return {mean, (square / count - mean.square() + is_empty).clamp_min(1e-8).log()};
}

}  // namespace songscape
