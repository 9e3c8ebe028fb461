#include "nn/activation.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>

namespace songscape {

at::Tensor activate(at::Tensor x, const std::string& name) {
  if (name == "relu") return x.relu_();
  if (name == "leaky_relu") return at::leaky_relu_(x, kLeakySlope);
  if (name == "tanh") return x.tanh();
  return at::gelu(x);
}

}  // namespace songscape
