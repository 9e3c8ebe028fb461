// Which vector instructions the kernels of this layer use: the best that the CPU has, chosen at run time.
#pragma once

namespace songscape {

// In rising order; each has all that the ones before it have.
enum class Isa {
  base,         // what every x86-64 has, and every other CPU: no kernel of its own
  avx2,         // with FMA
  avx512,       // F, BW, VL, DQ
  avx512_bf16,  // and products of bf16 pairs
};

Isa isa();
// For tests: nothing better than this from now on.  Not while other threads work.
void limit_isa(Isa most);

// Whether the CPU has matrix tiles (AMX) for bf16, several times as fast as AVX512-BF16.
bool has_matrix_tiles();

}  // namespace songscape
