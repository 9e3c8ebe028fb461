// Where opened models are put, and trained ones trained.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

// Of run/device.h; the CPU until a command chooses.
at::Device model_device();

}  // namespace songscape
