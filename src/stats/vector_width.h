// Which vectors the CPU has, for kernels that are compiled once for each width and chosen at run time.
#pragma once

namespace songscape {

enum class VectorWidth { base, avx2, avx512 };

// The widest that the CPU has and limit_vector_bits() allows.
VectorWidth vector_width();

// For tests: no wider vectors than these from now on (128, 256 or 512 bits).  Not while other threads work.
void limit_vector_bits(int most_bits);

// What a kernel's function is marked with for a width; the code that it shares with the others is inlined into it.
#if defined(__x86_64__)
#define SONGSCAPE_TARGET(isa) __attribute__((target(isa)))
#else
#define SONGSCAPE_TARGET(isa)
#endif
#define SONGSCAPE_AVX512 SONGSCAPE_TARGET("avx512f,avx512vl,avx512dq,avx512bw,fma,prefer-vector-width=512")
#define SONGSCAPE_AVX2 SONGSCAPE_TARGET("avx2,fma")
#define SONGSCAPE_INLINE inline __attribute__((always_inline))

// The function of `width` out of three.
template <class Function>
Function for_width(VectorWidth width, Function avx512, Function avx2, Function base) {
  return width == VectorWidth::avx512 ? avx512 : width == VectorWidth::avx2 ? avx2 : base;
}

}  // namespace songscape
