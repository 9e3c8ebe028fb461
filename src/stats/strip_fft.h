// Fast Fourier transforms of many sequences side by side: element k of all of them is one vector.  Stockham's form
// (Cochran et al. 1967, "What is the fast Fourier transform?"), which needs no reordering.  For kernels: everything is
// inlined into the function of one vector width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/vector_width.h"

namespace songscape {

// Lengths of the form 2ᵃ or 3 · 2ᵃ.
struct FftPlan {
  explicit FftPlan(int64_t length);

  int64_t n = 0;
  std::vector<int> radices;         // 4, 2 and 3, whose product is n
  std::vector<float> cosine, sine;  // of −2π k / n, k = 0 … n − 1
};

template <class Vector>
struct Planes {
  Vector* re;
  Vector* im;
};

template <class Vector>
struct Complex {
  Vector re, im;
};
template <class Vector>
SONGSCAPE_INLINE Complex<Vector> operator+(const Complex<Vector>& a, const Complex<Vector>& b) {
  return {a.re + b.re, a.im + b.im};
}
template <class Vector>
SONGSCAPE_INLINE Complex<Vector> operator-(const Complex<Vector>& a, const Complex<Vector>& b) {
  return {a.re - b.re, a.im - b.im};
}
template <class Vector>
SONGSCAPE_INLINE Complex<Vector> load(const Planes<Vector>& p, int64_t at) {
  return {p.re[at], p.im[at]};
}
template <class Vector>
SONGSCAPE_INLINE void store(const Planes<Vector>& p, int64_t at, const Complex<Vector>& value) {
  p.re[at] = value.re;
  p.im[at] = value.im;
}
// value · exp(−2πi k / n)
template <class Vector>
SONGSCAPE_INLINE Complex<Vector> turned(const FftPlan& plan, int64_t k, const Complex<Vector>& value) {
  const float c = plan.cosine[static_cast<size_t>(k)], s = plan.sine[static_cast<size_t>(k)];
  return {value.re * c - value.im * s, value.re * s + value.im * c};
}

// One pass over sequences of `length` that lie `stride` apart.
template <int kRadix, class Vector>
SONGSCAPE_INLINE void fft_pass(const FftPlan& plan, int64_t length, int64_t stride, const Planes<Vector>& from,
                               const Planes<Vector>& to) {
  const int64_t part = length / kRadix, turn = plan.n / length;
  for (int64_t p = 0; p < part; ++p)
    for (int64_t q = 0; q < stride; ++q) {
      const int64_t in = q + stride * p, step = stride * part, out = q + stride * kRadix * p;
      const Complex<Vector> a = load(from, in), b = load(from, in + step);
      if constexpr (kRadix == 2) {
        store(to, out, a + b);
        store(to, out + stride, turned(plan, p * turn, a - b));
      } else if constexpr (kRadix == 3) {
        constexpr float kHalfRoot = .86602540378443865f;  // √3 / 2
        const Complex<Vector> c = load(from, in + 2 * step), sum = b + c, difference = b - c;
        const Complex<Vector> middle = {a.re - .5f * sum.re, a.im - .5f * sum.im};
        const Complex<Vector> side = {kHalfRoot * difference.im, -kHalfRoot * difference.re};
        store(to, out, a + sum);
        store(to, out + stride, turned(plan, p * turn, middle + side));
        store(to, out + 2 * stride, turned(plan, 2 * p * turn, middle - side));
      } else {
        const Complex<Vector> c = load(from, in + 2 * step), d = load(from, in + 3 * step);
        const Complex<Vector> even = a + c, odd = a - c, sum = b + d, difference = b - d;
        const Complex<Vector> side = {difference.im, -difference.re};
        store(to, out, even + sum);
        store(to, out + stride, turned(plan, p * turn, odd + side));
        store(to, out + 2 * stride, turned(plan, 2 * p * turn, even - sum));
        store(to, out + 3 * stride, turned(plan, 3 * p * turn, odd - side));
      }
    }
}

// X(f) = Σ x(k) exp(−2πi f k / n) of every lane; the planes change places until the result lies in `x`.  With re and im
// swapped on both sides it is the inverse times n.
template <class Vector>
SONGSCAPE_INLINE void fft_strip(const FftPlan& plan, Planes<Vector>& x, Planes<Vector>& spare) {
  int64_t length = plan.n, stride = 1;
  for (const int radix : plan.radices) {
    if (radix == 4)
      fft_pass<4>(plan, length, stride, x, spare);
    else if (radix == 3)
      fft_pass<3>(plan, length, stride, x, spare);
    else
      fft_pass<2>(plan, length, stride, x, spare);
    std::swap(x, spare);
    length /= radix;
    stride *= radix;
  }
}

}  // namespace songscape
