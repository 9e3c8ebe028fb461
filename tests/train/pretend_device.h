// A device that is not the CPU, for machines without a GPU: its memory is the host's, its operations LibTorch's on the
// CPU, but like a GPU it refuses an operation on tensors that lie on different devices, and what the host reads from it
// is counted, since on a GPU that would be a wait.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

// Registered at the first call.
at::Device pretend_device();
// How often the host has read values from it so far.
int64_t n_reads_of_host();

}  // namespace songscape
