#include "kernels/adam_update.h"

#include <algorithm>
#include <cmath>

#include "kernels/isa.h"

#if defined(__x86_64__)
#define SONGSCAPE_TARGET(isa) __attribute__((target(isa)))
#else
#define SONGSCAPE_TARGET(isa)
#endif
#define SONGSCAPE_AVX512 SONGSCAPE_TARGET("avx512f,avx512vl,avx512dq,avx512bw,fma,prefer-vector-width=512")
#define SONGSCAPE_AVX2 SONGSCAPE_TARGET("avx2,fma")
#define SONGSCAPE_INLINE inline __attribute__((always_inline))

namespace songscape {
namespace {

SONGSCAPE_INLINE void update(const AdamStep& s, const AdamRun& run) {
  float* __restrict p = run.parameter;
  float* __restrict m = run.exp_avg;
  float* __restrict v = run.exp_avg_sq;
  const float* __restrict g = run.gradient;
  const float rate = s.lr / s.correction1, root = 1 / std::sqrt(s.correction2);
  for (int64_t i = 0; i < run.n; ++i) {
    const float gradient = g[i] * s.gradient_scale + s.weight_decay * p[i];
    m[i] += (1 - s.beta1) * (gradient - m[i]);
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * gradient * gradient;
    p[i] -= rate * m[i] / (__builtin_sqrtf(v[i]) * root + s.epsilon);
  }
}

SONGSCAPE_INLINE float squares(const float* x, int64_t n) {
  constexpr int64_t kLanes = 64;
  float sums[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t lane = 0; lane < kLanes; ++lane) sums[lane] += x[i + lane] * x[i + lane];
  for (; i < n; ++i) sums[0] += x[i] * x[i];
  float total = 0;
  for (const float s : sums) total += s;
  return total;
}

SONGSCAPE_AVX512 void update_avx512(const AdamStep& s, const AdamRun& run) { update(s, run); }
SONGSCAPE_AVX2 void update_avx2(const AdamStep& s, const AdamRun& run) { update(s, run); }
void update_base(const AdamStep& s, const AdamRun& run) { update(s, run); }
SONGSCAPE_AVX512 float squares_avx512(const float* x, int64_t n) { return squares(x, n); }
SONGSCAPE_AVX2 float squares_avx2(const float* x, int64_t n) { return squares(x, n); }
float squares_base(const float* x, int64_t n) { return squares(x, n); }

}  // namespace

AdamStep adam_step(double lr, int64_t t, double weight_decay, double gradient_scale) {
  AdamStep s{.lr = static_cast<float>(lr),
             .weight_decay = static_cast<float>(weight_decay),
             .gradient_scale = static_cast<float>(gradient_scale),
             .correction1 = 1,
             .correction2 = 1};
  const auto n = static_cast<double>(t);
  s.correction1 = static_cast<float>(1 - std::pow(.9, n));
  s.correction2 = static_cast<float>(1 - std::pow(.999, n));
  return s;
}

void adam_update(const AdamStep& step, const AdamRun& run) {
  if (isa() >= Isa::avx512) return update_avx512(step, run);
  if (isa() == Isa::avx2) return update_avx2(step, run);
  update_base(step, run);
}

double sum_of_squares(const float* x, int64_t n) {
  constexpr int64_t kBlock = 4096;
  double total = 0;
  for (int64_t i = 0; i < n; i += kBlock) {
    const int64_t m = std::min(kBlock, n - i);
    total += isa() >= Isa::avx512   ? squares_avx512(x + i, m)
             : isa() == Isa::avx2 ? squares_avx2(x + i, m)
                                  : squares_base(x + i, m);
  }
  return total;
}

}  // namespace songscape
