#include "core/vector_width.h"

#include <algorithm>
#include <cstdlib>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace songscape {
namespace {

VectorWidth of_processor() {
#if defined(__x86_64__)
  // x86-64-v3 and -v4, as compilers name what such CPUs have in common.
  const auto all = [](auto... has) { return (has && ...); };
  if (!all(__builtin_cpu_supports("avx2"), __builtin_cpu_supports("fma"), __builtin_cpu_supports("bmi2"),
           __builtin_cpu_supports("f16c")))
    return VectorWidth::base;
  if (!all(__builtin_cpu_supports("avx512f"), __builtin_cpu_supports("avx512bw"), __builtin_cpu_supports("avx512cd"),
           __builtin_cpu_supports("avx512dq"), __builtin_cpu_supports("avx512vl")))
    return VectorWidth::avx2;
  return __builtin_cpu_supports("avx512bf16") ? VectorWidth::avx512_bf16 : VectorWidth::avx512;
#else
  return VectorWidth::base;
#endif
}

VectorWidth widest() {
  const char* const n_lanes = std::getenv("SONGSCAPE_VECTOR_WIDTH");
  const int most = n_lanes ? std::atoi(n_lanes) : 0;
  const VectorWidth allowed = most == 4    ? VectorWidth::base
                              : most == 8  ? VectorWidth::avx2
                              : most == 16 ? VectorWidth::avx512
                                           : VectorWidth::avx512_bf16;
  return std::min(allowed, of_processor());
}

VectorWidth& chosen_width() {
  static VectorWidth chosen = widest();
  return chosen;
}

}  // namespace

VectorWidth vector_width() { return chosen_width(); }

void limit_vector_width(VectorWidth most) { chosen_width() = std::min(most, widest()); }

bool has_matrix_tiles() {
#if defined(__x86_64__)
  constexpr unsigned kAmxBf16 = 1u << 22;  // leaf 7, EDX
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kAmxBf16) != 0;
#else
  return false;
#endif
}

}  // namespace songscape
