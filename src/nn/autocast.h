// Matrix products in bf16, sums and losses in f32, on the CPU and on a GPU: LibTorch's autocast, switched by scope.
#pragma once

namespace songscape {

// Within its life, convolutions and matrix products of this thread run in bf16 (is_on) or as their tensors are.
class Autocast {
 public:
  explicit Autocast(bool is_on);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool was_on_, was_on_gpu_;
};

// Whether this thread is within one that is on.
bool is_autocast_on();

// Whether this CPU multiplies bf16 in hardware (AVX512-BF16 or AMX).
bool cpu_has_bf16();

}  // namespace songscape
