#include "nn/total_correlation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>

#include <algorithm>
#include <cmath>

#include "nn/autocast.h"

namespace songscape {
namespace {

const double kLogTwoPi = std::log(2 * M_PI);

// log w, [batch, batch]: row of z, column of posterior.
at::Tensor log_weights(int64_t batch, int64_t n_train, const std::string& sampling, at::Device device) {
  const auto n = static_cast<double>(std::max(n_train, batch)), b = static_cast<double>(batch);
  const auto f32 = at::TensorOptions(device).dtype(at::kFloat);
  if (sampling == "weighted") return at::full({batch, batch}, -std::log(n * b), f32);
  if (batch == 1) return at::full({1, 1}, 0.0, f32);
  at::Tensor w = at::full({batch, batch}, std::log((n - 1) / (n * (b - 1))), f32);
  w.diagonal().fill_(-std::log(n));
  return w;
}

}  // namespace

KlParts kl_parts(const Posterior& posterior, const at::Tensor& z, int64_t n_train, const std::string& sampling) {
  const Autocast f32(false);
  const at::Tensor difference = z.unsqueeze(1) - posterior.mean.unsqueeze(0);  // [batch, batch, latent_dim]
  const at::Tensor log_q =
      -0.5 * (kLogTwoPi + posterior.log_var + difference.square() * (-posterior.log_var).exp()).contiguous();
  const at::Tensor log_w = log_weights(z.size(0), n_train, sampling, z.device());
  const at::Tensor log_q_own = log_q.diagonal().sum(0);                               // log q(z|n), [batch]
  const at::Tensor log_q_all = (log_w + log_q.sum(2)).logsumexp(1);                   // log q(z)
  const at::Tensor log_q_product = (log_w.unsqueeze(2) + log_q).logsumexp(1).sum(1);  // Σ_j log q(z_j)
  const at::Tensor log_prior = -0.5 * (kLogTwoPi + z.square()).sum(1);
  return {(log_q_own - log_q_all).mean(), (log_q_all - log_q_product).mean(), (log_q_product - log_prior).mean()};
}

}  // namespace songscape
