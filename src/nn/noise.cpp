#include "nn/noise.h"

#include <ATen/CPUGeneratorImpl.h>

#include "core/random.h"

namespace songscape {

at::Generator noise_for(uint64_t seed, std::string_view purpose, uint64_t a, uint64_t b) {
  return at::make_generator<at::CPUGeneratorImpl>(Random(seed, stream_id(purpose, a, b)).next_u64());
}

}  // namespace songscape
