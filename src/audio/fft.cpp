#include "audio/fft.h"

#include <cmath>
#include <numbers>

#include "audio/fft_kernel.h"

namespace songscape {
namespace {

// e^(−i angle)
void set_turn(float& re, float& im, double angle) {
  re = static_cast<float>(std::cos(angle));
  im = static_cast<float>(-std::sin(angle));
}

// From the transform Z of even + i·odd samples to |X(k)|² and |X(1024 − k)|².
template <class V>
SONGSCAPE_INLINE void split_powers(const Grid<V>& z, const FftTables& t, float* power) {
  const V sum = z.re[0] + z.im[0], difference = z.re[0] - z.im[0];
  store<V>(sum * sum, power);
  store<V>(difference * difference, power + kHalf * kLanes);
  for (int k = 1; k <= kHalf / 2; ++k) {
    const int a = transformed_place(k), b = transformed_place(kHalf - k);
    const V even_re = 0.5f * (z.re[a] + z.re[b]), even_im = 0.5f * (z.im[a] - z.im[b]);
    const V odd_re = 0.5f * (z.im[a] + z.im[b]), odd_im = 0.5f * (z.re[b] - z.re[a]);
    const V turned_re = odd_re * t.split_re[k] - odd_im * t.split_im[k];
    const V turned_im = odd_re * t.split_im[k] + odd_im * t.split_re[k];
    const V low_re = even_re + turned_re, low_im = even_im + turned_im;
    const V high_re = even_re - turned_re, high_im = even_im - turned_im;
    store<V>(low_re * low_re + low_im * low_im, power + k * kLanes);
    store<V>(high_re * high_re + high_im * high_im, power + (kHalf - k) * kLanes);
  }
}

struct PowerSpectra {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const FftTables* t, const float* samples, FftBuffer* buffer,
                                   Lanes* power) {
    const Grid<V> z{reinterpret_cast<V*>(buffer->re), reinterpret_cast<V*>(buffer->im)};
    transform_frames<V>(samples + lane, z, *t);
    split_powers<V>(z, *t, power->values + lane);
  }
};

}  // namespace

FftTables::FftTables() {
  constexpr double kTurn = 2 * std::numbers::pi;
  for (int n = 0; n < kFftSize; ++n) window[n] = static_cast<float>(0.5 - 0.5 * std::cos(kTurn * n / kFftSize));
  for (int n = 0; n < kSide; ++n) set_turn(side_re[n], side_im[n], kTurn * n / kSide);
  for (int n = 0; n < kHalf; ++n) {
    set_turn(middle_re[n], middle_im[n], kTurn * ((n / kSide) * (n % kSide)) / kHalf);
    set_turn(split_re[n], split_im[n], kTurn * n / kFftSize);
  }
}

const FftTables& fft_tables() {
  static const FftTables tables;
  return tables;
}

void power_spectra(const HopTile& tile, FftBuffer& buffer, Lanes* power) {
  run_kernel<PowerSpectra>(&fft_tables(), tile.samples, &buffer, power);
}

}  // namespace songscape
