#include "data/half_array.h"

#include "core/error.h"
#include "core/half.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace songscape {
namespace {

#if defined(__x86_64__)
__attribute__((target("avx,f16c"))) void to_half_f16c(std::span<const float> values, std::span<uint16_t> out) {
  size_t i = 0;
  for (; i + 8 <= values.size(); i += 8) {
    const __m128i h = _mm256_cvtps_ph(_mm256_loadu_ps(&values[i]), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(&out[i]), h);
  }
  for (; i < values.size(); ++i) out[i] = half_from_float(values[i]);
}

__attribute__((target("avx,f16c"))) void from_half_f16c(std::span<const uint16_t> values, std::span<float> out) {
  size_t i = 0;
  for (; i + 8 <= values.size(); i += 8)
    _mm256_storeu_ps(&out[i], _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(&values[i]))));
  for (; i < values.size(); ++i) out[i] = float_from_half(values[i]);
}

const bool kHasF16c = __builtin_cpu_supports("f16c") && __builtin_cpu_supports("avx");
#endif

}  // namespace

void to_half(std::span<const float> values, std::span<uint16_t> out) {
  check(values.size() == out.size(), "both sides of a conversion are of one size");
#if defined(__x86_64__)
  if (kHasF16c) return to_half_f16c(values, out);
#endif
  for (size_t i = 0; i < values.size(); ++i) out[i] = half_from_float(values[i]);
}

void from_half(std::span<const uint16_t> values, std::span<float> out) {
  check(values.size() == out.size(), "both sides of a conversion are of one size");
#if defined(__x86_64__)
  if (kHasF16c) return from_half_f16c(values, out);
#endif
  for (size_t i = 0; i < values.size(); ++i) out[i] = float_from_half(values[i]);
}

}  // namespace songscape
