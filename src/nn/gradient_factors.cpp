#include "nn/gradient_factors.h"

#include <utility>

#include "nn/units.h"

namespace songscape {
namespace {

thread_local GradientFactors* innermost = nullptr;

}  // namespace

GradientFactors::Scope::Scope(GradientFactors& factors) : previous_(std::exchange(innermost, &factors)) {}
GradientFactors::Scope::~Scope() { innermost = previous_; }

GradientFactors* GradientFactors::current() { return innermost; }

const std::vector<FactoredGradient>& GradientFactors::of(const float* weight) const {
  static const std::vector<FactoredGradient> none;
  const auto it = of_weight_.find(weight);
  return it == of_weight_.end() ? none : it->second;
}

void add_product(const FactoredGradient& factors, float* gradient) {
  constexpr int64_t kRows = 64;
  for_ranges(factors.shape.n_out, kRows,
             [&](int64_t first, int64_t last, int64_t) { add_gradient(factors, first, last, gradient); });
}

}  // namespace songscape
