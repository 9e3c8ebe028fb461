#include "audio/lanes.h"

#include <algorithm>
#include <cstdlib>

namespace songscape {
namespace {

int processor_width() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd"))
    return 16;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return 8;
#endif
  return 4;
}

}  // namespace

int vector_width() {
  const char* const lower = std::getenv("SONGSCAPE_VECTOR_WIDTH");
  const int width = processor_width();
  return lower && std::atoi(lower) >= 4 ? std::min(width, std::atoi(lower)) : width;
}

}  // namespace songscape
