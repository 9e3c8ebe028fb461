// Random numbers for tensors, keyed by what they are for: the same in any order and after any interruption.
#pragma once

#include <ATen/core/Generator.h>

#include <cstdint>
#include <string_view>

namespace songscape {

// A CPU generator at the start of the stream (seed, purpose, a, b); for training steps a is the epoch, b the step.
at::Generator noise_for(uint64_t seed, std::string_view purpose, uint64_t a = 0, uint64_t b = 0);

}  // namespace songscape
