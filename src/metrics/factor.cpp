#include "metrics/factor.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/text.h"

namespace songscape {
namespace {

bool is_known(const Factor& factor, double value) {
  return std::isfinite(value) && (factor.kind == FactorKind::continuous || value >= 0);
}

// Known values, sorted, each once.
std::vector<double> distinct_values(const Factor& factor) {
  std::vector<double> out;
  for (const double v : factor.values)
    if (is_known(factor, v)) out.push_back(v);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

std::string why_unusable(const Factor& factor) {
  const auto n_known = std::ranges::count_if(factor.values, [&](double v) { return is_known(factor, v); });
  if (n_known == 0) return "is known for no row";
  if (n_known == 1) return "is known for 1 row";
  const std::vector<double> values = distinct_values(factor);
  if (values.size() == 1) return "has one value only: " + format_number(values[0]);
  return {};
}

std::vector<int64_t> known_rows(const Factor& factor) {
  std::vector<int64_t> out;
  for (size_t i = 0; i < factor.values.size(); ++i)
    if (is_known(factor, factor.values[i])) out.push_back(static_cast<int64_t>(i));
  return out;
}

std::vector<int32_t> factor_classes(const Factor& factor) {
  const std::vector<double> values = distinct_values(factor);
  std::vector<int32_t> out;
  for (const double v : factor.values)
    out.push_back(is_known(factor, v) ? static_cast<int32_t>(std::ranges::lower_bound(values, v) - values.begin())
                                      : -1);
  return out;
}

FactorScores with_means(std::vector<FactorScore> factors) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  FactorScores out;
  double n = 0;
  for (FactorScore& f : factors) {
    if (!f.excluded.empty()) {
      f.score = f.null_score = f.above_null = kNone;
      continue;
    }
    f.above_null = f.score - f.null_score;
    out.score += f.score;
    out.null_score += f.null_score;
    ++n;
  }
  out.score = n > 0 ? out.score / n : kNone;
  out.null_score = n > 0 ? out.null_score / n : kNone;
  out.above_null = out.score - out.null_score;
  out.factors = std::move(factors);
  return out;
}

}  // namespace songscape
