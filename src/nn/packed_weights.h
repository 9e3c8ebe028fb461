// Weights rounded to bf16 in the order that kernels read them, on all threads.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "kernels/panels.h"

namespace songscape {

inline const float* floats_of(const at::Tensor& x) { return x.const_data_ptr<float>(); }
inline Bf16* bf16_of(const at::Tensor& x) { return static_cast<Bf16*>(x.data_ptr()); }

class WeightPacker {
 public:
  // weight: f32 [n_out, n_in]; out: what it becomes, by run().
  void forward(const at::Tensor& weight, Panels& out) { add(weight, out, true); }
  void backward(const at::Tensor& weight, Panels& out) { add(weight, out, false); }
  void run() const;

 private:
  void add(const at::Tensor& weight, Panels& out, bool is_forward);
  struct Job {
    WeightView weight;
    const Panels* out;
    bool is_forward;
    int64_t panel;
  };
  std::vector<Job> jobs_;
};

// The gradients of weights out of panels of what stands before and behind their layers, on all threads.
class PanelProducts {
 public:
  // → where dyᵀ x will be, f32 [columns of dy, columns of x], by run().
  at::Tensor add(const Panels& dy, const Panels& x);
  void run() const;

 private:
  struct Job {
    const Panels *dy, *x;
    int64_t panel;
    float* out;
  };
  std::vector<Job> jobs_;
};

}  // namespace songscape
