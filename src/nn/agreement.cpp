#include "nn/agreement.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>

namespace songscape {

at::Tensor nt_xent(const at::Tensor& a, const at::Tensor& b, double temperature) {
  const int64_t n = a.size(0);
  at::Tensor z = at::cat({a, b}, 0);  // [2 · batch, latent_dim]
  z = z / z.norm(2, 1, true).clamp_min(1e-8);
  at::Tensor similarity = at::matmul(z, z.t()) / temperature;                               // [2 · batch, 2 · batch]
  similarity = similarity.masked_fill(at::eye(2 * n, z.options().dtype(at::kBool)), -1e9);  // not with itself
  const at::Tensor partner = (at::arange(2 * n, z.options().dtype(at::kLong)) + n).remainder(2 * n);
  return at::cross_entropy_loss(similarity, partner);
}

Agreement::Agreement(const AgreementConfig& config, int64_t n_bands) : config_(config), views_(config.views, n_bands) {}

void Agreement::add_to(VaeLoss& loss, Vae& model, const Batch& batch, Pass& pass) const {
  pass.labels = batch.labels;
  const at::Tensor a = model.encode(views_(batch, pass.noise), pass).mean;
  const at::Tensor b = model.encode(views_(batch, pass.noise), pass).mean;
  loss.terms.push_back({"agreement", nt_xent(a, b, config_.temperature), config_.weight, batch.size()});
  loss.total = loss.total + config_.weight * loss.terms.back().value;
}

}  // namespace songscape
