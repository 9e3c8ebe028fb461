// Plain loops over columns that the compiler turns into vectors, compiled once for each instruction set.
#include "kernels/norm_activate.h"

#include <algorithm>

#include "core/error.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

SONGSCAPE_INLINE float load(float x) { return x; }
SONGSCAPE_INLINE float load(Bf16 x) { return from_bf16(x); }
SONGSCAPE_INLINE void store(float value, float& to) { to = value; }
SONGSCAPE_INLINE void store(float value, Bf16& to) {  // to nearest; a NaN stays one, of some payload
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  to = static_cast<Bf16>((bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded);
}

template <class T>
SONGSCAPE_INLINE void moments(std::span<const T> x, const float* origin, int64_t n, float* __restrict sums) {
  std::fill_n(sums, 2 * n, 0.f);
  for (const T* row = x.data(); row < x.data() + x.size(); row += n)
    for (int64_t c = 0; c < n; ++c) {
      const float v = load(row[c]) - origin[c];
      sums[c] += v;
      sums[n + c] += v * v;
    }
}

SONGSCAPE_INLINE float slope_at(float v, float slope) { return v > 0 ? 1.f : slope; }

template <class T>
SONGSCAPE_INLINE void apply(const NormActivate& f, std::span<const T> x, T* __restrict y) {
  const auto [n, scale, shift, slope] = f;
  for (const T* row = x.data(); row < x.data() + x.size(); row += n, y += n)
    for (int64_t c = 0; c < n; ++c) {
      const float v = load(row[c]) * scale[c] + shift[c];
      store(v * slope_at(v, slope), y[c]);
    }
}

template <class T>
SONGSCAPE_INLINE void gradient_sums(const NormActivate& f, std::span<const T> x, const T* dy, const float* mean,
                                    float* __restrict sums) {
  const auto [n, scale, shift, slope] = f;
  std::fill_n(sums, 2 * n, 0.f);
  for (const T* row = x.data(); row < x.data() + x.size(); row += n, dy += n)
    for (int64_t c = 0; c < n; ++c) {
      const float v = load(row[c]), g = load(dy[c]) * slope_at(v * scale[c] + shift[c], slope);
      sums[c] += g;
      sums[n + c] += g * (v - mean[c]);
    }
}

template <class T>
SONGSCAPE_INLINE void gradient(const NormActivate& f, std::span<const T> x, const T* dy, const float* of_x,
                               const float* constant, T* __restrict dx) {
  const auto [n, scale, shift, slope] = f;
  for (const T* row = x.data(); row < x.data() + x.size(); row += n, dy += n, dx += n)
    for (int64_t c = 0; c < n; ++c) {
      const float v = load(row[c]), g = load(dy[c]) * slope_at(v * scale[c] + shift[c], slope);
      store(scale[c] * g + of_x[c] * v + constant[c], dx[c]);
    }
}

SONGSCAPE_INLINE void rows(std::span<const Bf16> x, int64_t n, float* __restrict sums) {
  std::fill_n(sums, n, 0.f);
  for (const Bf16* row = x.data(); row < x.data() + x.size(); row += n)
    for (int64_t c = 0; c < n; ++c) sums[c] += load(row[c]);
}

template <class T>
struct Kernels {
  void (*moments)(std::span<const T>, const float*, int64_t, float*);
  void (*apply)(const NormActivate&, std::span<const T>, T*);
  void (*gradient_sums)(const NormActivate&, std::span<const T>, const T*, const float*, float*);
  void (*gradient)(const NormActivate&, std::span<const T>, const T*, const float*, const float*, T*);
};

#define SONGSCAPE_KERNELS(NAME, TARGET)                                                                         \
  template <class T>                                                                                            \
  TARGET void moments_##NAME(std::span<const T> x, const float* origin, int64_t n, float* sums) {               \
    moments(x, origin, n, sums);                                                                                \
  }                                                                                                             \
  template <class T>                                                                                            \
  TARGET void apply_##NAME(const NormActivate& f, std::span<const T> x, T* y) {                                 \
    apply(f, x, y);                                                                                             \
  }                                                                                                             \
  template <class T>                                                                                            \
  TARGET void gradient_sums_##NAME(const NormActivate& f, std::span<const T> x, const T* dy, const float* mean, \
                                   float* sums) {                                                               \
    gradient_sums(f, x, dy, mean, sums);                                                                        \
  }                                                                                                             \
  template <class T>                                                                                            \
  TARGET void gradient_##NAME(const NormActivate& f, std::span<const T> x, const T* dy, const float* of_x,      \
                              const float* constant, T* dx) {                                                   \
    gradient(f, x, dy, of_x, constant, dx);                                                                     \
  }                                                                                                             \
  TARGET void rows_##NAME(std::span<const Bf16> x, int64_t n, float* sums) { rows(x, n, sums); }                \
  template <class T>                                                                                            \
  constexpr Kernels<T> kernels_##NAME{moments_##NAME<T>, apply_##NAME<T>, gradient_sums_##NAME<T>,              \
                                      gradient_##NAME<T>};

SONGSCAPE_KERNELS(avx512, SONGSCAPE_AVX512)
SONGSCAPE_KERNELS(avx2, SONGSCAPE_AVX2)
SONGSCAPE_KERNELS(base, )

template <class T>
const Kernels<T>& kernels() {
  return *for_width(vector_width(), &kernels_avx512<T>, &kernels_avx2<T>, &kernels_base<T>);
}

}  // namespace

void sum_moments(std::span<const float> x, const float* origin, int64_t n, float* sums) {
  kernels<float>().moments(x, origin, n, sums);
}
void sum_moments(std::span<const Bf16> x, const float* origin, int64_t n, float* sums) {
  kernels<Bf16>().moments(x, origin, n, sums);
}
void norm_activate(const NormActivate& f, std::span<const float> x, float* y) { kernels<float>().apply(f, x, y); }
void norm_activate(const NormActivate& f, std::span<const Bf16> x, Bf16* y) { kernels<Bf16>().apply(f, x, y); }
void sum_norm_gradients(const NormActivate& f, std::span<const float> x, const float* dy, const float* mean,
                        float* sums) {
  kernels<float>().gradient_sums(f, x, dy, mean, sums);
}
void sum_norm_gradients(const NormActivate& f, std::span<const Bf16> x, const Bf16* dy, const float* mean,
                        float* sums) {
  kernels<Bf16>().gradient_sums(f, x, dy, mean, sums);
}
void norm_gradient(const NormActivate& f, std::span<const float> x, const float* dy, const float* of_x,
                   const float* constant, float* dx) {
  kernels<float>().gradient(f, x, dy, of_x, constant, dx);
}
void norm_gradient(const NormActivate& f, std::span<const Bf16> x, const Bf16* dy, const float* of_x,
                   const float* constant, Bf16* dx) {
  kernels<Bf16>().gradient(f, x, dy, of_x, constant, dx);
}
void sum_rows(std::span<const Bf16> x, int64_t n, float* sums) {
  for_width(vector_width(), rows_avx512, rows_avx2, rows_base)(x, n, sums);
}

}  // namespace songscape
