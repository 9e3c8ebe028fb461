#include "nn/autocast.h"

#include <ATen/autocast_mode.h>

#include "core/vector_width.h"

namespace songscape {

Autocast::Autocast(bool is_on)
    : was_on_(at::autocast::is_autocast_enabled(at::kCPU)), was_on_gpu_(at::autocast::is_autocast_enabled(at::kCUDA)) {
  // A tensor heeds the one of its own device.
  for (const at::DeviceType device : {at::kCPU, at::kCUDA}) {
    at::autocast::set_autocast_enabled(device, is_on);
    if (is_on) at::autocast::set_autocast_dtype(device, at::kBFloat16);
  }
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  // The outermost scope drops the bf16 copies of weights: the optimiser is about to change these.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(at::kCPU, was_on_);
  at::autocast::set_autocast_enabled(at::kCUDA, was_on_gpu_);
}

bool is_autocast_on() { return at::autocast::is_autocast_enabled(at::kCPU); }

bool cpu_has_bf16() { return vector_width() == VectorWidth::avx512_bf16; }

}  // namespace songscape
