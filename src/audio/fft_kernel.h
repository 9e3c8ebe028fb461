// The inside of the transforms of audio/fft.h: 1024 complex points as 32 × 32, on vectors of any width.  For kernels of
// this layer only.
#pragma once

#include <array>

#include "audio/fft.h"

namespace songscape {

inline constexpr int kHalf = kFftSize / 2;  // a real transform of 2048 is a complex one of 1024
inline constexpr int kSide = 32;            // 1024 = 32 × 32
inline constexpr int kRow = kSide + 1;

struct FftTables {
  std::array<float, kFftSize> window;
  std::array<float, kSide> side_re, side_im;      // e^(−2πi n / 32)
  std::array<float, kHalf> middle_re, middle_im;  // e^(−2πi n₂ k₁ / 1024) at [n₂ · 32 + k₁]
  std::array<float, kHalf> split_re, split_im;    // e^(−2πi k / 2048)

  FftTables();
};

const FftTables& fft_tables();

// Where fft32 leaves the coefficient k = q₁ + 4 q₂ + 16 q₃.
constexpr int fft32_place(int k) { return (k % 4) * 8 + (k / 4 % 4) * 2 + k / 16; }

// Decimation in frequency by 4 of groups of `length` values; the four parts stay in place, twiddled.
template <int length, class V>
SONGSCAPE_INLINE void radix4(V* re, V* im, const FftTables& t) {
  constexpr int quarter = length / 4;
#pragma GCC unroll 8
  for (int group = 0; group < kSide; group += length) {
#pragma GCC unroll 8
    for (int j = 0; j < quarter; ++j) {
      V* const r = re + group + j;
      V* const i = im + group + j;
      const V sum02_re = r[0] + r[2 * quarter], sum02_im = i[0] + i[2 * quarter];
      const V dif02_re = r[0] - r[2 * quarter], dif02_im = i[0] - i[2 * quarter];
      const V sum13_re = r[quarter] + r[3 * quarter], sum13_im = i[quarter] + i[3 * quarter];
      const V dif13_re = r[quarter] - r[3 * quarter], dif13_im = i[quarter] - i[3 * quarter];
      const auto put = [&](int part, const V& x_re, const V& x_im) __attribute__((always_inline)) {
        const int turn = part * j * (kSide / length);
        const float w_re = t.side_re[turn], w_im = t.side_im[turn];
        r[part * quarter] = turn ? x_re * w_re - x_im * w_im : x_re;
        i[part * quarter] = turn ? x_re * w_im + x_im * w_re : x_im;
      };
      put(0, sum02_re + sum13_re, sum02_im + sum13_im);
      put(1, dif02_re + dif13_im, dif02_im - dif13_re);
      put(2, sum02_re - sum13_re, sum02_im - sum13_im);
      put(3, dif02_re - dif13_im, dif02_im + dif13_re);
    }
  }
}

template <class V>
SONGSCAPE_INLINE void fft32(V* re, V* im, const FftTables& t) {
  radix4<32>(re, im, t);
  radix4<8>(re, im, t);
#pragma GCC unroll 16
  for (int k = 0; k < kSide; k += 2) {
    const V a_re = re[k], a_im = im[k];
    re[k] = a_re + re[k + 1], im[k] = a_im + im[k + 1];
    re[k + 1] = a_re - re[k + 1], im[k + 1] = a_im - im[k + 1];
  }
}

// For vectors of any width: Z(k₁ + 32 k₂) at [k₁ · 33 + k₂], in vectors without gaps.
template <class V>
struct Grid {
  V* re;
  V* im;
};

// Transforms over n₁ what read(32 n₁ + n₂, re, im) gives.
template <class V, class Read>
SONGSCAPE_INLINE void transform_columns(const Read& read, const Grid<V>& z, const FftTables& t) {
  for (int n2 = 0; n2 < kSide; ++n2) {
    V re[kSide], im[kSide];
    for (int n1 = 0; n1 < kSide; ++n1) read(kSide * n1 + n2, re[n1], im[n1]);
    fft32(re, im, t);
#pragma GCC unroll 32
    for (int k1 = 0; k1 < kSide; ++k1) {
      const V x_re = re[fft32_place(k1)], x_im = im[fft32_place(k1)];
      const float w_re = t.middle_re[n2 * kSide + k1], w_im = t.middle_im[n2 * kSide + k1];
      z.re[k1 * kRow + n2] = x_re * w_re - x_im * w_im;
      z.im[k1 * kRow + n2] = x_re * w_im + x_im * w_re;
    }
  }
}

template <class V>
SONGSCAPE_INLINE void transform_rows(const Grid<V>& z, const FftTables& t) {
  for (int k1 = 0; k1 < kSide; ++k1) {
    V re[kSide], im[kSide];
    std::memcpy(re, z.re + k1 * kRow, sizeof re);
    std::memcpy(im, z.im + k1 * kRow, sizeof im);
    fft32(re, im, t);
#pragma GCC unroll 32
    for (int k2 = 0; k2 < kSide; ++k2) {
      z.re[k1 * kRow + k2] = re[fft32_place(k2)];
      z.im[k1 * kRow + k2] = im[fft32_place(k2)];
    }
  }
}

// Where the transform leaves value k of 0 … 1023.
constexpr int transformed_place(int k) { return (k % kSide) * kRow + k / kSide; }

// The windowed frames as complex numbers (even samples real, odd ones imaginary), transformed.
template <class V>
SONGSCAPE_INLINE void transform_frames(const float* samples, const Grid<V>& z, const FftTables& t) {
  const auto read = [&](int pair, V& re, V& im) __attribute__((always_inline)) {
    const int sample = 2 * pair;
    const float* const from = samples + (sample % kHopLength) * kHopsInTile + sample / kHopLength;
    re = load<V>(from) * t.window[sample];
    im = load<V>(from + kHopsInTile) * t.window[sample + 1];
  };
  transform_columns<V>(read, z, t);
  transform_rows<V>(z, t);
}

}  // namespace songscape
