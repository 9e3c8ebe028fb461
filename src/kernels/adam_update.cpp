#include "kernels/adam_update.h"

#include <algorithm>
#include <cmath>

#include "core/vector_width.h"

#if defined(__x86_64__)
#include "kernels/adam_vectors.h"
#endif

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
    m[i] += s.share1 * (gradient - m[i]);
    v[i] = s.beta2 * v[i] + s.share2 * gradient * gradient;
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

#if defined(__x86_64__)
SONGSCAPE_AVX512 void update_avx512(const AdamStep& s, const AdamRun& run) {
  const AdamVectors vectors = adam_vectors(s);
  int64_t i = 0;
  for (; i + 16 <= run.n; i += 16)
    adam_update_vector(vectors, _mm512_loadu_ps(run.gradient + i), run.parameter + i, run.exp_avg + i,
                       run.exp_avg_sq + i);
  update(s, {run.parameter + i, run.exp_avg + i, run.exp_avg_sq + i, run.gradient + i, run.n - i});
}
#else
void update_avx512(const AdamStep& s, const AdamRun& run) { update(s, run); }
#endif
SONGSCAPE_AVX2 void update_avx2(const AdamStep& s, const AdamRun& run) { update(s, run); }
void update_base(const AdamStep& s, const AdamRun& run) { update(s, run); }
SONGSCAPE_AVX512 float squares_avx512(const float* x, int64_t n) { return squares(x, n); }
SONGSCAPE_AVX2 float squares_avx2(const float* x, int64_t n) { return squares(x, n); }
float squares_base(const float* x, int64_t n) { return squares(x, n); }

}  // namespace

AdamStep adam_step(double lr, int64_t t, double weight_decay, double gradient_scale, double beta1) {
  AdamStep s{.lr = static_cast<float>(lr),
             .share1 = static_cast<float>(1 - beta1),
             .weight_decay = static_cast<float>(weight_decay),
             .gradient_scale = static_cast<float>(gradient_scale),
             .correction1 = 1,
             .correction2 = 1};
  const auto n = static_cast<double>(t);
  s.correction1 = static_cast<float>(1 - std::pow(beta1, n));
  s.correction2 = static_cast<float>(1 - std::pow(.999, n));
  return s;
}

void adam_update(const AdamStep& step, const AdamRun& run) {
  for_width(vector_width(), update_avx512, update_avx2, update_base)(step, run);
}

double sum_of_squares(const float* x, int64_t n) {
  constexpr int64_t kBlock = 4096;
  const auto squares_of = for_width(vector_width(), squares_avx512, squares_avx2, squares_base);
  double total = 0;
  for (int64_t i = 0; i < n; i += kBlock) total += squares_of(x + i, std::min(kBlock, n - i));
  return total;
}

}  // namespace songscape
