#include "audio/complex_fft.h"

#include "audio/fft_kernel.h"

namespace songscape {
namespace {

constexpr int kComplexStride = sizeof(ComplexLanes) / sizeof(float);  // from bin to bin

// From the transform Z of even + i·odd samples to X(k) and X(1024 − k).
template <class V>
SONGSCAPE_INLINE void split_spectra(const Grid<V>& z, const FftTables& t, float* spectrum) {
  const auto put = [&](int k, const V& re, const V& im) __attribute__((always_inline)) {
    store<V>(re, spectrum + k * kComplexStride);
    store<V>(im, spectrum + k * kComplexStride + kLanes);
  };
  put(0, z.re[0] + z.im[0], V{});
  put(kHalf, z.re[0] - z.im[0], V{});
  for (int k = 1; k <= kHalf / 2; ++k) {
    const int a = transformed_place(k), b = transformed_place(kHalf - k);
    const V even_re = 0.5f * (z.re[a] + z.re[b]), even_im = 0.5f * (z.im[a] - z.im[b]);
    const V odd_re = 0.5f * (z.im[a] + z.im[b]), odd_im = 0.5f * (z.re[b] - z.re[a]);
    const V turned_re = odd_re * t.split_re[k] - odd_im * t.split_im[k];
    const V turned_im = odd_re * t.split_im[k] + odd_im * t.split_re[k];
    put(k, even_re + turned_re, even_im + turned_im);
    put(kHalf - k, even_re - turned_re, turned_im - even_im);
  }
}

// The other way: Z(k) as the transform over n = 32 n₁ + n₂ reads it, real and imaginary parts exchanged, since the
// inverse transform is the transform of exchanged parts, exchanged.
template <class V>
SONGSCAPE_INLINE void merge_spectra(const float* spectrum, const FftTables& t, const Grid<V>& z) {
  const auto place = [](int k) { return (k / kSide) * kRow + k % kSide; };
  const V first = load<V>(spectrum), last = load<V>(spectrum + kHalf * kComplexStride);
  z.im[0] = 0.5f * (first + last);
  z.re[0] = 0.5f * (first - last);
  for (int k = 1; k <= kHalf / 2; ++k) {
    const float* const low = spectrum + k * kComplexStride;
    const float* const high = spectrum + (kHalf - k) * kComplexStride;
    const V low_re = load<V>(low), low_im = load<V>(low + kLanes);
    const V high_re = load<V>(high), high_im = load<V>(high + kLanes);
    const V even_re = 0.5f * (low_re + high_re), even_im = 0.5f * (low_im - high_im);
    const V turned_re = 0.5f * (low_re - high_re), turned_im = 0.5f * (low_im + high_im);
    const V odd_re = turned_re * t.split_re[k] + turned_im * t.split_im[k];
    const V odd_im = turned_im * t.split_re[k] - turned_re * t.split_im[k];
    const int a = place(k), b = place(kHalf - k);
    z.im[a] = even_re - odd_im, z.re[a] = even_im + odd_re;
    z.im[b] = even_re + odd_im, z.re[b] = odd_re - even_im;
  }
}

struct ComplexSpectra {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const FftTables* t, const float* samples, FftBuffer* buffer,
                                   ComplexLanes* spectrum) {
    const Grid<V> z{reinterpret_cast<V*>(buffer->re), reinterpret_cast<V*>(buffer->im)};
    transform_frames<V>(samples + lane, z, *t);
    split_spectra<V>(z, *t, spectrum->re.values + lane);
  }
};

struct AddFrames {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const FftTables* t, const ComplexLanes* spectrum, FftBuffer* buffer,
                                   float* samples) {
    const Grid<V> z{reinterpret_cast<V*>(buffer->re), reinterpret_cast<V*>(buffer->im)};
    merge_spectra<V>(spectrum->re.values + lane, *t, z);
    const auto read = [&](int k, V& re, V& im) __attribute__((always_inline)) {
      re = z.re[(k / kSide) * kRow + k % kSide];
      im = z.im[(k / kSide) * kRow + k % kSide];
    };
    transform_columns<V>(read, z, *t);
    transform_rows<V>(z, *t);
    constexpr float kScale = 1.0f / kHalf;
    for (int pair = 0; pair < kHalf; ++pair) {
      const int sample = 2 * pair, at = transformed_place(pair);
      float* const to = samples + lane + (sample % kHopLength) * kHopsInTile + sample / kHopLength;
      store<V>(load<V>(to) + z.im[at] * (kScale * t->window[sample]), to);
      float* const next = to + kHopsInTile;
      store<V>(load<V>(next) + z.re[at] * (kScale * t->window[sample + 1]), next);
    }
  }
};

}  // namespace

void complex_spectra(const HopTile& tile, FftBuffer& buffer, ComplexLanes* spectrum) {
  run_kernel<ComplexSpectra>(&fft_tables(), tile.samples, &buffer, spectrum);
}

void add_frames(const ComplexLanes* spectrum, FftBuffer& buffer, HopTile& tile) {
  run_kernel<AddFrames>(&fft_tables(), spectrum, &buffer, tile.samples);
}

}  // namespace songscape
