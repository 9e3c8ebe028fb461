#include "core/vector_width.h"

#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace songscape {
namespace {

VectorWidth widest() {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return VectorWidth::base;
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (!has_avx512) return VectorWidth::avx2;
  return __builtin_cpu_supports("avx512bf16") ? VectorWidth::avx512_bf16 : VectorWidth::avx512;
#else
  return VectorWidth::base;
#endif
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
