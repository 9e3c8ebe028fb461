// For comparing an autograd function with the composed form of LibTorch: values, and gradients of every input.
#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <vector>

namespace songscape {

using Tensors = std::vector<at::Tensor>;

// N(0, 1), f32 of values that bf16 holds.
inline at::Tensor random_bf16_values(at::IntArrayRef shape, uint64_t seed) {
  const at::Tensor x = at::empty(shape, at::kFloat);
  return x.normal_(0, 1, at::make_generator<at::CPUGeneratorImpl>(seed)).to(at::kBFloat16).to(at::kFloat);
}

// A leaf of the same values and order in memory.
inline at::Tensor leaf(const at::Tensor& x) { return x.detach().clone().set_requires_grad(true); }

// `result` of leaves, then backward from dy: the result and each leaf's gradient.
template <class Function>
Tensors run_backward(const Function& function, Tensors inputs, const at::Tensor& dy) {
  for (at::Tensor& x : inputs) x = leaf(x);
  const at::Tensor y = function(inputs);
  y.backward(dy.to(y.scalar_type()));
  Tensors results{y.detach()};
  for (const at::Tensor& x : inputs) results.push_back(x.grad());
  return results;
}

struct Tolerance {
  double relative, absolute;
};

inline void expect_close(const at::Tensor& seen, const at::Tensor& wanted, const Tolerance& t, const char* what) {
  ASSERT_EQ(seen.sizes(), wanted.sizes()) << what;
  const at::Tensor a = seen.to(at::kDouble), b = wanted.to(at::kDouble);
  const at::Tensor excess = (a - b).abs() - t.relative * b.abs() - t.absolute;
  const auto worst = excess.argmax().item<int64_t>();
  EXPECT_LE(excess.max().item<double>(), 0) << what << ' ' << worst << ": " << a.flatten()[worst].item<double>()
                                            << ", wanted " << b.flatten()[worst].item<double>();
}

}  // namespace songscape
