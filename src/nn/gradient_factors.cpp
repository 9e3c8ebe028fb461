#include "nn/gradient_factors.h"

#include <utility>

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

}  // namespace songscape
