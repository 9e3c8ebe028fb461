#include "proof/latent_summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace songscape {

std::vector<int64_t> LatentSummary::active() const {
  std::vector<int64_t> out;
  for (size_t j = 0; j < kl.size(); ++j)
    if (sd[j] * sd[j] > .01 && kl[j] >= .1) out.push_back(static_cast<int64_t>(j));
  return out;
}

std::vector<int64_t> LatentSummary::by_kl() const {
  std::vector<int64_t> order(kl.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return kl[static_cast<size_t>(a)] > kl[static_cast<size_t>(b)]; });
  return order;
}

LatentSummary summarise(const Encoded& encoded, bool has_standard_prior) {
  const int64_t n = encoded.mean.n_rows, d = encoded.mean.n_cols;
  check(n > 0, "there is a song to summarise");
  LatentSummary s;
  for (int64_t j = 0; j < d; ++j) {
    double sum = 0, squares = 0, variances = 0, logs = 0;
    for (int64_t i = 0; i < n; ++i) {
      const double m = encoded.mean(i, j), l = encoded.log_var(i, j);
      sum += m, squares += m * m, variances += std::exp(l), logs += l;
    }
    const auto count = static_cast<double>(n);
    const double mean = sum / count, variance = std::max(0.0, squares / count - mean * mean);
    const double noise = variances / count, prior_mean = has_standard_prior ? 0 : mean;
    const double prior_variance = has_standard_prior ? 1 : std::max(variance + noise, 1e-12);
    const double spread = variance + (mean - prior_mean) * (mean - prior_mean);
    s.mean.push_back(mean);
    s.sd.push_back(std::sqrt(variance));
    s.kl.push_back(.5 * ((noise + spread) / prior_variance - 1 + std::log(prior_variance) - logs / count));
  }
  return s;
}

bool has_standard_prior(const Vae& model) {
  if (model.mixture()) return false;
  for (const ConfigRow& row : model.config_rows())
    if (const auto* value = std::get_if<std::string>(&row.value); row.key == "prior" && value)
      return *value == "standard";
  return true;
}

}  // namespace songscape
