// From a decoder's last layer to x̂, and the bias it starts from.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/config.h"
#include "nn/vae.h"

namespace songscape {

// sigmoid for values on [0, 1]; linear for any others.
inline OneOf output_names() { return {"sigmoid", "linear"}; }
at::Tensor to_output(const at::Tensor& last, const std::string& output);  // f32

// The last layer's value at which x̂ is `mean`: a decoder that starts there need not learn the average song first.
at::Tensor bias_for_mean(const at::Tensor& mean, const std::string& output);

// Error `usage` where sigmoid was asked for and the sample leaves [0, 1].
void check_range_of_data(const Batch& sample, const std::string& output);

}  // namespace songscape
