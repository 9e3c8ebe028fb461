#include "nn/importance_bound.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/logsumexp.h>

#include <algorithm>
#include <cmath>

#include "nn/noise.h"

namespace songscape {

at::Tensor importance_bound(const ImportanceBoundJob& job, at::Generator& noise) {
  const at::NoGradGuard no_grad;
  const at::Tensor mean = job.posterior.mean.unsqueeze(1), log_var = job.posterior.log_var.unsqueeze(1);
  const int64_t batch = mean.size(0), latent_dim = mean.size(2);
  at::Tensor total;  // [batch]
  for (int64_t done = 0; done < job.n_samples; done += job.n_at_once) {
    const int64_t n = std::min(job.n_at_once, job.n_samples - done);
    const at::Tensor epsilon = normal_noise({batch, n, latent_dim}, noise, mean.device());
    const at::Tensor z = mean + (0.5 * log_var).exp() * epsilon;
    // Of both densities log 2π is left out: it cancels, unless the prior brings its own.
    const at::Tensor log_q = -0.5 * (epsilon.square() + log_var).sum(2);
    const double log_two_pi = std::log(2 * M_PI) * static_cast<double>(latent_dim);
    const at::Tensor log_p = job.log_prior ? job.log_prior(z) + 0.5 * log_two_pi : -0.5 * z.square().sum(2);
    const at::Tensor weights = at::logsumexp(job.log_likelihood(z) + log_p - log_q, {1});
    total = total.defined() ? at::logaddexp(total, weights) : weights;
  }
  return total - std::log(static_cast<double>(job.n_samples));
}

}  // namespace songscape
