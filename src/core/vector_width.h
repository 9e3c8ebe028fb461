// Which vectors the CPU has, for kernels that are compiled once for each width and chosen at run time.
#pragma once

namespace songscape {

// In rising order; each has all that the ones before it have.
enum class VectorWidth {
  base,         // what every x86-64 has, and every other CPU
  avx2,         // with FMA
  avx512,       // F, BW, VL, DQ
  avx512_bf16,  // and products of bf16 pairs
};

// The widest that the CPU has, limit_vector_width() allows, and SONGSCAPE_VECTOR_WIDTH in the environment: 4, 8 or 16
// floats (none of them with products of bf16 pairs).
VectorWidth vector_width();

// For tests: nothing wider from now on.  Not while other threads work.
void limit_vector_width(VectorWidth most);

// Whether the CPU has matrix tiles (AMX) for bf16, several times as fast as AVX512-BF16.
bool has_matrix_tiles();

// What a kernel's function is marked with for a width; the code that it shares with the others is inlined into it.
#if defined(__x86_64__)
#define SONGSCAPE_TARGET(isa) __attribute__((target(isa)))
// Between these all functions are compiled for avx512_bf16, templates and intrinsics of included headers too.
#define SONGSCAPE_BEGIN_AVX512_BF16 \
  _Pragma("GCC push_options")       \
      _Pragma("GCC target(\"avx512f,avx512vl,avx512dq,avx512bw,fma,avx512bf16,prefer-vector-width=512\")")
#define SONGSCAPE_END_AVX512_BF16 _Pragma("GCC pop_options")
#else
#define SONGSCAPE_TARGET(isa)
#endif
#define SONGSCAPE_AVX512 SONGSCAPE_TARGET("avx512f,avx512vl,avx512dq,avx512bw,fma,prefer-vector-width=512")
#define SONGSCAPE_AVX2 SONGSCAPE_TARGET("avx2,fma")
#define SONGSCAPE_INLINE inline __attribute__((always_inline))

// The function of `width` out of three.
template <class Function>
Function for_width(VectorWidth width, Function avx512, Function avx2, Function base) {
  return width >= VectorWidth::avx512 ? avx512 : width == VectorWidth::avx2 ? avx2 : base;
}

}  // namespace songscape
