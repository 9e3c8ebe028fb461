#include "nn/collapse.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace songscape {
namespace {

constexpr double kActiveVariance = 0.01, kActiveKl = 0.1;
constexpr uint64_t kSampleSeed = 20240501;

std::vector<double> to_vector(const at::Tensor& t) {
  const at::Tensor values = t.to(at::kDouble).contiguous();
  return {values.const_data_ptr<double>(), values.const_data_ptr<double>() + values.numel()};
}

// Σ_d log N(z; mean, exp(log_var)), the constant left out: it cancels.
at::Tensor log_density(const at::Tensor& z, const at::Tensor& mean, const at::Tensor& log_var) {
  return -0.5 * ((z - mean).square() * (-log_var).exp() + log_var).sum(-1);
}

double mutual_information(const Posterior& q) {
  at::Generator noise = at::make_generator<at::CPUGeneratorImpl>(kSampleSeed);
  const at::Tensor z = sample(q, noise);
  const int64_t n = z.size(0);
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    const at::Tensor all = log_density(z[i].unsqueeze(0), q.mean, q.log_var);  // [n]
    const double log_q_z = all.logsumexp(0).item<double>() - std::log(static_cast<double>(n));
    sum += all[i].item<double>() - log_q_z;
  }
  return std::max(0.0, sum / static_cast<double>(n));
}

}  // namespace

void CollapseMonitor::add(const Posterior& posterior) {
  means_.push_back(posterior.mean.detach().to(at::kCPU, at::kDouble));
  log_vars_.push_back(posterior.log_var.detach().to(at::kCPU, at::kDouble));
}

CollapseReport CollapseMonitor::report(int64_t n_for_information) const {
  check(!means_.empty(), "posteriors were gathered");
  const Posterior all{at::cat(means_), at::cat(log_vars_)};
  CollapseReport report;
  report.kl_per_dim = to_vector(kl_per_dim(all).mean(0));
  report.mean_variance = to_vector(all.mean.var(0, /*unbiased=*/false));
  for (size_t d = 0; d < report.kl_per_dim.size(); ++d) {
    report.kl += report.kl_per_dim[d];
    report.n_active += report.mean_variance[d] > kActiveVariance && report.kl_per_dim[d] >= kActiveKl;
  }
  const int64_t n = std::min(all.mean.size(0), n_for_information);
  report.mutual_information = mutual_information({all.mean.narrow(0, 0, n), all.log_var.narrow(0, 0, n)});
  return report;
}

}  // namespace songscape
