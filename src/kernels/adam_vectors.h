// Adam's update of sixteen parameters at a time, for kernels of AVX-512.
#pragma once

#include <immintrin.h>

#include <cmath>
#include <limits>

#include "core/vector_width.h"
#include "kernels/adam_update.h"

namespace songscape {

struct AdamVectors {
  __m512 scale, decay, share1, beta2, share2, rate, root, epsilon;
};

SONGSCAPE_AVX512 SONGSCAPE_INLINE AdamVectors adam_vectors(const AdamStep& s) {
  return {.scale = _mm512_set1_ps(s.gradient_scale),
          .decay = _mm512_set1_ps(s.weight_decay),
          .share1 = _mm512_set1_ps(s.share1),
          .beta2 = _mm512_set1_ps(s.beta2),
          .share2 = _mm512_set1_ps(s.share2),
          .rate = _mm512_set1_ps(s.lr / s.correction1),
          .root = _mm512_set1_ps(1 / std::sqrt(s.correction2)),
          .epsilon = _mm512_set1_ps(s.epsilon)};
}

// Root and quotient by the CPU's estimates of 14 bits and a step of Newton's each: within 2 units in the last place, at
// a fifth of the cycles, which else are more than the memory takes.
SONGSCAPE_AVX512 SONGSCAPE_INLINE void adam_update_vector(const AdamVectors& s, __m512 gradient, float* parameter,
                                                          float* exp_avg, float* exp_avg_sq) {
  const __m512 p = _mm512_loadu_ps(parameter), m = _mm512_loadu_ps(exp_avg);
  const __m512 g = _mm512_fmadd_ps(s.decay, p, _mm512_mul_ps(gradient, s.scale));
  const __m512 mean = _mm512_fmadd_ps(s.share1, _mm512_sub_ps(g, m), m);
  const __m512 square =
      _mm512_fmadd_ps(s.beta2, _mm512_loadu_ps(exp_avg_sq), _mm512_mul_ps(_mm512_mul_ps(s.share2, g), g));
  const __m512 v = _mm512_max_ps(_mm512_set1_ps(std::numeric_limits<float>::min()), square);  // a NaN stays
  __m512 y = _mm512_rsqrt14_ps(v);
  y = _mm512_mul_ps(y,
                    _mm512_fnmadd_ps(_mm512_mul_ps(_mm512_set1_ps(.5f), v), _mm512_mul_ps(y, y), _mm512_set1_ps(1.5f)));
  const __m512 divisor = _mm512_fmadd_ps(_mm512_mul_ps(v, y), s.root, s.epsilon);
  __m512 r = _mm512_rcp14_ps(divisor);
  r = _mm512_mul_ps(r, _mm512_fnmadd_ps(divisor, r, _mm512_set1_ps(2)));
  _mm512_storeu_ps(exp_avg, mean);
  _mm512_storeu_ps(exp_avg_sq, square);
  _mm512_storeu_ps(parameter, _mm512_fnmadd_ps(_mm512_mul_ps(s.rate, mean), r, p));
}

}  // namespace songscape
