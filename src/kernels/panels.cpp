#include "kernels/panels.h"

#include <algorithm>

#include "core/error.h"
#include "core/vector_width.h"

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/bf16_rows.h"

namespace songscape {
namespace {

constexpr int64_t kPairsAtOnce = 96;  // of both sides: a unit's panels of them stay in the first cache

// 32 values of a row as pairs, 0 beyond the n that there are.
inline __m512i pairs_of_row(const float* row, int64_t n) {
  const auto mask = [](int64_t left) {
    return static_cast<__mmask16>(left >= 16 ? 0xffff : left <= 0 ? 0 : (1 << left) - 1);
  };
  return rounded_row(_mm512_maskz_loadu_ps(mask(n), row), _mm512_maskz_loadu_ps(mask(n - 16), row + 16));
}

}  // namespace

void pack_forward(const WeightView& w, int64_t panel, const Panels& out) {
  check(out.n_pairs() == (w.n_in + 1) / 2 && out.n_columns() == w.n_out, "the panels fit the weight");
  for (int64_t k = 0; k < w.n_in; k += 32)
    for (int64_t half = 0; half < kPanelWidth; half += 16) {
      __m512i x[16];
      for (int64_t i = 0; i < 16; ++i) {
        const int64_t o = panel * kPanelWidth + half + i;
        x[i] = o < w.n_out ? pairs_of_row(w.data + o * w.n_in + k, w.n_in - k) : _mm512_setzero_si512();
      }
      transpose(x);
      const int64_t n = std::min<int64_t>(16, out.n_pairs() - k / 2);
      for (int64_t i = 0; i < n; ++i) _mm512_storeu_si512(out.panel(panel, k / 2 + i) + half, x[i]);
    }
}

void pack_backward(const WeightView& w, int64_t panel, const Panels& out) {
  check(out.n_pairs() == (w.n_out + 1) / 2 && out.n_columns() == w.n_in, "the panels fit the weight");
  const int64_t first = panel * kPanelWidth, n = std::min(kPanelWidth, w.n_in - first);
  const auto mask = [n](int64_t v) {
    return static_cast<__mmask16>(n - v >= 16 ? 0xffff : n <= v ? 0 : (1 << (n - v)) - 1);
  };
  for (int64_t o = 0; o < w.n_out; o += 2)
    for (int64_t v = 0; v < kPanelWidth; v += 16) {
      const float* const a = w.data + o * w.n_in + first + v;
      const __m512 upper = _mm512_maskz_loadu_ps(mask(v), a),
                   lower = o + 1 < w.n_out ? _mm512_maskz_loadu_ps(mask(v), a + w.n_in) : _mm512_setzero_ps();
      _mm512_storeu_si512(out.panel(panel, o / 2) + v, rounded_pairs(upper, lower));
    }
}

void multiply_panels(const Panels& dy, const Panels& x, int64_t first_panel, float* gradient) {
  check(dy.n_pairs() == x.n_pairs(), "both sides have the same tokens");
  const int64_t width = x.size() * kPanelWidth, first = first_panel * kPanelWidth,
                n_rows = std::min(kGradientPanels * kPanelWidth, dy.n_columns() - first);
  const AlignedBuffer<float> sums(kGradientPanels * kPanelWidth * width);
  std::fill_n(sums.data(), kGradientPanels * kPanelWidth * width, 0.f);
  for (int64_t k = 0; k < x.n_pairs(); k += kPairsAtOnce)
    for (int64_t p = 0; p < x.size(); ++p)
      for (int64_t r = 0; r < n_rows; r += kTileRows)
        multiply_tile<kTileRows, 2, true>(
            {dy.panel(first_panel + r / kPanelWidth, k) + r % kPanelWidth, 1, kPanelWidth},
            {x.panel(p, k), 0, kPanelWidth}, std::min(kPairsAtOnce, x.n_pairs() - k),
            sums.data() + r * width + p * kPanelWidth, width);
  for (int64_t r = 0; r < n_rows; ++r)
    std::copy_n(sums.data() + r * width, x.n_columns(), gradient + (first + r) * x.n_columns());
}

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
void pack_forward(const WeightView&, int64_t, const Panels&) { check(false, "the CPU has AVX512-BF16"); }
void pack_backward(const WeightView&, int64_t, const Panels&) { check(false, "the CPU has AVX512-BF16"); }
void multiply_panels(const Panels&, const Panels&, int64_t, float*) { check(false, "the CPU has AVX512-BF16"); }
}  // namespace songscape
#endif
