// Sums over tokens that units of work take apart and that are added in the units' order: the gradients of biases.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>

namespace songscape {

class UnitSums {
 public:
  // n_values of all that are summed, one after the other.
  UnitSums(int64_t n_units, int64_t n_values)
      : n_values_(n_values),
        of_units_(at::zeros({n_units, n_values}, at::kFloat)),
        data_(of_units_.data_ptr<float>()) {}
  // Of a unit: `values` places behind those taken before.
  float* of(int64_t unit, int64_t first) const { return data_ + unit * n_values_ + first; }
  at::Tensor total() const {
    at::Tensor sum = at::zeros({n_values_}, at::kFloat);
    auto* const out = sum.data_ptr<float>();
    for (const float* row = data_; row < data_ + of_units_.numel(); row += n_values_)
      for (int64_t i = 0; i < n_values_; ++i) out[i] += row[i];
    return sum;
  }

 private:
  int64_t n_values_;
  at::Tensor of_units_;
  float* data_;
};

}  // namespace songscape
