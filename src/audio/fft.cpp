#include "audio/fft.h"

#include <array>
#include <cmath>
#include <numbers>

namespace songscape {
namespace {

constexpr int kHalf = kFftSize / 2;  // a real transform of 2048 is a complex one of 1024
constexpr int kSide = 32;            // 1024 = 32 × 32

struct FftTables {
  std::array<float, kFftSize> window;
  std::array<float, kSide> side_re, side_im;      // e^(−2πi n / 32)
  std::array<float, kHalf> middle_re, middle_im;  // e^(−2πi n₂ k₁ / 1024) at [n₂ · 32 + k₁]
  std::array<float, kHalf> split_re, split_im;    // e^(−2πi k / 2048)

  FftTables() {
    constexpr double kTurn = 2 * std::numbers::pi;
    for (int n = 0; n < kFftSize; ++n) window[n] = static_cast<float>(0.5 - 0.5 * std::cos(kTurn * n / kFftSize));
    for (int n = 0; n < kSide; ++n) set(side_re[n], side_im[n], kTurn * n / kSide);
    for (int n = 0; n < kHalf; ++n) {
      set(middle_re[n], middle_im[n], kTurn * ((n / kSide) * (n % kSide)) / kHalf);
      set(split_re[n], split_im[n], kTurn * n / kFftSize);
    }
  }
  static void set(float& re, float& im, double angle) {
    re = static_cast<float>(std::cos(angle));
    im = static_cast<float>(-std::sin(angle));
  }
};

const FftTables& fft_tables() {
  static const FftTables tables;
  return tables;
}

// Where fft32 leaves the coefficient k = q₁ + 4 q₂ + 16 q₃.
constexpr int fft32_place(int k) { return (k % 4) * 8 + (k / 4 % 4) * 2 + k / 16; }

// Decimation in frequency by 4 of groups of `length` values; the four parts stay in place, twiddled.
template <int length>
SONGSCAPE_INLINE void radix4(Lanes* re, Lanes* im, const FftTables& t) {
  constexpr int quarter = length / 4;
#pragma GCC unroll 8
  for (int group = 0; group < kSide; group += length) {
#pragma GCC unroll 8
    for (int j = 0; j < quarter; ++j) {
      Lanes* const r = re + group + j;
      Lanes* const i = im + group + j;
      const Lanes sum02_re = r[0] + r[2 * quarter], sum02_im = i[0] + i[2 * quarter];
      const Lanes dif02_re = r[0] - r[2 * quarter], dif02_im = i[0] - i[2 * quarter];
      const Lanes sum13_re = r[quarter] + r[3 * quarter], sum13_im = i[quarter] + i[3 * quarter];
      const Lanes dif13_re = r[quarter] - r[3 * quarter], dif13_im = i[quarter] - i[3 * quarter];
      const auto put = [&](int part, Lanes x_re, Lanes x_im) {
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

SONGSCAPE_INLINE void fft32(Lanes* re, Lanes* im, const FftTables& t) {
  radix4<32>(re, im, t);
  radix4<8>(re, im, t);
  for (int k = 0; k < kSide; k += 2) {
    const Lanes a_re = re[k], a_im = im[k];
    re[k] = a_re + re[k + 1], im[k] = a_im + im[k + 1];
    re[k + 1] = a_re - re[k + 1], im[k + 1] = a_im - im[k + 1];
  }
}

// Reads the windowed frames as complex numbers (even samples real, odd ones imaginary) and transforms over n₁.
SONGSCAPE_INLINE void transform_columns(const HopTile& tile, FftBuffer& w, const FftTables& t) {
  for (int n2 = 0; n2 < kSide; ++n2) {
    Lanes re[kSide], im[kSide];
    for (int n1 = 0; n1 < kSide; ++n1) {
      const int sample = 2 * (kSide * n1 + n2);
      const float* const from = tile.samples + (sample % kHopLength) * kTileStride + sample / kHopLength;
      re[n1] = load_lanes(from) * t.window[sample];
      im[n1] = load_lanes(from + kTileStride) * t.window[sample + 1];
    }
    fft32(re, im, t);
    for (int k1 = 0; k1 < kSide; ++k1) {
      const Lanes x_re = re[fft32_place(k1)], x_im = im[fft32_place(k1)];
      const float w_re = t.middle_re[n2 * kSide + k1], w_im = t.middle_im[n2 * kSide + k1];
      w.re[k1 * kSide + n2] = x_re * w_re - x_im * w_im;
      w.im[k1 * kSide + n2] = x_re * w_im + x_im * w_re;
    }
  }
}

SONGSCAPE_INLINE void transform_rows(FftBuffer& w, const FftTables& t) {
  for (int k1 = 0; k1 < kSide; ++k1) {
    Lanes re[kSide], im[kSide];
    std::memcpy(re, w.re + k1 * kSide, sizeof re);
    std::memcpy(im, w.im + k1 * kSide, sizeof im);
    fft32(re, im, t);
    for (int k2 = 0; k2 < kSide; ++k2) {
      w.re[k1 * kSide + k2] = re[fft32_place(k2)];
      w.im[k1 * kSide + k2] = im[fft32_place(k2)];
    }
  }
}

// From the transform Z of even + i·odd samples to |X(k)|² and |X(1024 − k)|².
SONGSCAPE_INLINE void split_powers(const FftBuffer& w, const FftTables& t, Lanes* power) {
  const auto place = [](int k) { return (k % kSide) * kSide + k / kSide; };
  const Lanes sum = w.re[0] + w.im[0], difference = w.re[0] - w.im[0];
  power[0] = sum * sum;
  power[kHalf] = difference * difference;
  for (int k = 1; k <= kHalf / 2; ++k) {
    const int a = place(k), b = place(kHalf - k);
    const Lanes even_re = 0.5f * (w.re[a] + w.re[b]), even_im = 0.5f * (w.im[a] - w.im[b]);
    const Lanes odd_re = 0.5f * (w.im[a] + w.im[b]), odd_im = 0.5f * (w.re[b] - w.re[a]);
    const Lanes turned_re = odd_re * t.split_re[k] - odd_im * t.split_im[k];
    const Lanes turned_im = odd_re * t.split_im[k] + odd_im * t.split_re[k];
    const Lanes low_re = even_re + turned_re, low_im = even_im + turned_im;
    const Lanes high_re = even_re - turned_re, high_im = even_im - turned_im;
    power[k] = low_re * low_re + low_im * low_im;
    power[kHalf - k] = high_re * high_re + high_im * high_im;
  }
}

SONGSCAPE_CPU_CLONES void power_spectra_with(const FftTables& t, const HopTile& tile, FftBuffer& buffer, Lanes* power) {
  transform_columns(tile, buffer, t);
  transform_rows(buffer, t);
  split_powers(buffer, t, power);
}

}  // namespace

void power_spectra(const HopTile& tile, FftBuffer& buffer, Lanes* power) {
  power_spectra_with(fft_tables(), tile, buffer, power);
}

}  // namespace songscape
