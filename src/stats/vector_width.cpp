#include "stats/vector_width.h"

namespace songscape {
namespace {

VectorWidth widest([[maybe_unused]] int most_bits) {
#if defined(__x86_64__)
  if (most_bits >= 512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return VectorWidth::avx512;
  if (most_bits >= 256 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return VectorWidth::avx2;
#endif
  return VectorWidth::base;
}

VectorWidth& chosen_width() {
  static VectorWidth chosen = widest(512);
  return chosen;
}

}  // namespace

VectorWidth vector_width() { return chosen_width(); }
void limit_vector_bits(int most_bits) { chosen_width() = widest(most_bits); }

}  // namespace songscape
