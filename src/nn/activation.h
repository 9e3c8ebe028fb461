// Activations by name, in place: normalisation's result is needed by nobody else.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/config.h"

namespace songscape {

// relu; leaky_relu with slope .01 below 0; gelu; tanh.
inline constexpr double kLeakySlope = .01;
inline OneOf activation_names() { return {"relu", "leaky_relu", "gelu", "tanh"}; }
at::Tensor activate(at::Tensor x, const std::string& name);

}  // namespace songscape
