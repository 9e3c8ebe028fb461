// Adam's update of one run of parameters in one pass over memory: parameter, gradient and both moments are read once
// and written once.  Kingma & Ba 2015, algorithm 1.  For AVX-512, AVX2 and plain C++, chosen at run time.
#pragma once

#include <cstdint>

namespace songscape {

struct AdamStep {
  float lr;
  float share1 = .1f;                   // 1 − β₁
  float beta2 = .999f, share2 = .001f;  // 1 − β₂: from beta2 in f32 it would be wrong by 1e-5
  float epsilon = 1e-8f;
  float weight_decay = 0;          // L2 penalty, added to the gradient
  float gradient_scale = 1;        // what the gradient is multiplied by first
  float correction1, correction2;  // 1 − β₁ᵗ, 1 − β₂ᵗ
};

struct AdamRun {
  float* parameter;
  float* exp_avg;
  float* exp_avg_sq;
  const float* gradient;
  int64_t n;
};

// lr, and bias corrections of a parameter's step t ≥ 1.
AdamStep adam_step(double lr, int64_t t, double weight_decay, double gradient_scale, double beta1 = .9);
// Gradients below 1e20: the squares of larger ones overflow.
void adam_update(const AdamStep& step, const AdamRun& run);

// Σ x², each 4096 values in f32, these in double.  NaN and infinity stay.
double sum_of_squares(const float* x, int64_t n);

}  // namespace songscape
