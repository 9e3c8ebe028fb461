// Gradients of large weights kept as their factors, dy and x of each song, from backward until Adam's step: such a
// gradient is as large as the weight, and writing and reading it would cost as much as updating.
#pragma once

#include <map>
#include <vector>

#include "kernels/linear.h"

namespace songscape {

class GradientFactors {
 public:
  // Within its life, large layers that run forward on this thread will leave their weights' gradients in `factors`.
  class Scope {
   public:
    explicit Scope(GradientFactors& factors);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    GradientFactors* previous_;
  };
  // Of the innermost scope, or null.
  static GradientFactors* current();

  // weight: the address of its values.
  void add(const float* weight, FactoredGradient gradient) { of_weight_[weight].push_back(std::move(gradient)); }
  // One for each time that the layer ran; empty where it did not.
  const std::vector<FactoredGradient>& of(const float* weight) const;
  void drop(const float* weight) { of_weight_.erase(weight); }
  void clear() { of_weight_.clear(); }

 private:
  std::map<const float*, std::vector<FactoredGradient>> of_weight_;
};

// What the factors multiply to, added to gradient f32 [n_out, n_in], on all threads.
void add_product(const FactoredGradient& factors, float* gradient);

}  // namespace songscape
