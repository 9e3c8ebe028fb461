#include "nn/vae.h"

#include <ATen/ops/empty.h>

#include "core/error.h"

namespace songscape {

at::Tensor Vae::class_log_scores(const at::Tensor&, Pass&) {
  check(false, "the model has a condition");
  return {};
}

at::Tensor Vae::sample_prior(int64_t n, Pass& pass) {
  return at::empty({n, latent_dim()}, at::kFloat).normal_(0, 1, pass.noise);
}

}  // namespace songscape
