#include "kernels/linear.h"

#include <algorithm>

#include "core/error.h"
#include "core/vector_width.h"

namespace songscape {

bool has_linear_kernels() { return vector_width() == VectorWidth::avx512_bf16; }

}  // namespace songscape

#if defined(__x86_64__)
#include <immintrin.h>
SONGSCAPE_BEGIN_AVX512_BF16
#include "kernels/adam_vectors.h"
#include "kernels/bf16_products.h"

namespace songscape {
namespace {

constexpr int64_t kDepth = 1024;   // of a sum whose operands stay in the second cache
constexpr int64_t kPart = 128;     // of that
constexpr int64_t kColumns = 512;  // of a weight's row that are worked on at a time

// n f32 as bf16; n is even.
inline void round_row(const float* from, int64_t n, Bf16* to) {
  int64_t i = 0;
  for (; i + 32 <= n; i += 32)
    _mm512_storeu_si512(to + i,
                        (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(from + i + 16), _mm512_loadu_ps(from + i)));
  for (; i < n; ++i) to[i] = to_bf16(from[i]);
}

// Rows a and b of f32 as pairs of bf16; every kPanelWidth of them `step` after the ones before.
inline void round_rows(const float* a, const float* b, int64_t n, uint32_t* out, int64_t step) {
  alignas(64) static constexpr uint16_t kSideBySide[] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                         8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  const __m512i order = _mm512_load_si512(kSideBySide);
  int64_t i = 0;
  for (; i + kPanelWidth <= n; i += kPanelWidth, out += step)
    for (int64_t v = 0; v < kPanelWidth; v += 16) {
      const __m512bh both = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(b + i + v), _mm512_loadu_ps(a + i + v));
      _mm512_storeu_si512(out + v, _mm512_permutexvar_epi16(order, (__m512i)both));
    }
  for (int64_t c = 0; c < n - i; ++c) out[c] = pair_of(to_bf16(a[i + c]), to_bf16(b[i + c]));
}

// Up to 8 rows by 32 columns.
template <bool kAdds>
inline void some_rows(const Operand& left, const Operand& right, int64_t n_rows, int64_t n_pairs, float* out,
                      int64_t step) {
  if (n_rows >= kTileRows) return multiply_tile<kTileRows, 2, kAdds>(left, right, n_pairs, out, step);
  for (int64_t r = 0; r < n_rows; ++r)
    multiply_tile<1, 2, kAdds>({left.data + r * left.stride, 0, left.pair_stride}, right, n_pairs, out + r * step,
                               step);
}

inline float dot(const Bf16* a, const Bf16* b, int64_t first, int64_t last) {
  __m512 sum[4] = {};
  int64_t i = first;
  for (; i + 128 <= last; i += 128)
    for (int64_t v = 0; v < 4; ++v)
      sum[v] = _mm512_dpbf16_ps(sum[v], (__m512bh)_mm512_loadu_si512(a + i + 32 * v),
                                (__m512bh)_mm512_loadu_si512(b + i + 32 * v));
  float rest = 0;
  for (; i < last; ++i) rest += from_bf16(a[i]) * from_bf16(b[i]);
  alignas(64) float lanes[16];
  _mm512_store_ps(lanes, _mm512_add_ps(_mm512_add_ps(sum[0], sum[1]), _mm512_add_ps(sum[2], sum[3])));
  for (const float lane : lanes) rest += lane;
  return rest;
}

// Rows j … j + n_rows − 1, of up to kTileRows, by kPanelWidth columns from i of the gradient.
inline void gradient_tile(const FactoredGradient& f, int64_t j, int64_t n_rows, int64_t i, float* out) {
  some_rows<false>({f.dy.data() + j, 1, f.shape.n_out}, {f.x.data() + i, 0, f.shape.n_in}, n_rows,
                   (f.shape.batch + 1) / 2, out, kPanelWidth);
}

inline float gradient_entry(const FactoredGradient& f, int64_t j, int64_t i) {
  float sum = 0;
  for (int64_t k = 0; k < (f.shape.batch + 1) / 2; ++k) {
    const uint32_t a = f.dy[static_cast<size_t>(k * f.shape.n_out + j)],
                   b = f.x[static_cast<size_t>(k * f.shape.n_in + i)];
    sum += from_bf16(static_cast<Bf16>(a)) * from_bf16(static_cast<Bf16>(b)) +
           from_bf16(static_cast<Bf16>(a >> 16)) * from_bf16(static_cast<Bf16>(b >> 16));
  }
  return sum;
}

}  // namespace

int64_t packed_songs_size(const LinearShape& s) { return n_panels(s.batch) * (s.n_in / 2) * kPanelWidth; }

void pack_songs(const LinearShape& s, const Bf16* x, int64_t first, int64_t last, uint32_t* out) {
  check(s.n_in % 2 == 0, "inputs come in pairs");
  const int64_t n = s.n_in / 2;
  constexpr int64_t kStretch = 64;  // so that what is written stays in the first cache over the songs
  for (int64_t k0 = first; k0 < last; k0 += kStretch)
    for (int64_t b = 0; b < n_panels(s.batch) * kPanelWidth; ++b)
      for (int64_t k = k0; k < std::min(k0 + kStretch, last); ++k)
        out[(b / kPanelWidth * n + k) * kPanelWidth + b % kPanelWidth] = b < s.batch ? pairs(x)[b * n + k] : 0;
}

void linear_forward(const LinearShape& s, const float* weight, const uint32_t* packed_x, int64_t first, int64_t last,
                    float* y) {
  const int64_t n_of_panels = n_panels(s.batch), width = n_of_panels * kPanelWidth;
  std::vector<float> sums(static_cast<size_t>((last - first) * width), 0);  // [output][song]
  std::vector<Bf16> rounded(static_cast<size_t>(kTileRows * kDepth));
  for (int64_t k = 0; k < s.n_in; k += kDepth) {
    const int64_t depth = std::min(kDepth, s.n_in - k);
    for (int64_t j = first; j < last; j += kTileRows) {
      const int64_t n_rows = std::min(kTileRows, last - j);
      for (int64_t r = 0; r < n_rows; ++r) round_row(weight + (j + r) * s.n_in + k, depth, rounded.data() + r * kDepth);
      for (int64_t part = 0; part < depth; part += kPart) {
        // The weights of the next rows come from memory meanwhile.
        for (int64_t r = 0; r < std::min(kTileRows, last - j - kTileRows); ++r)
          for (int64_t i = 0; i < kPart; i += 16)
            _mm_prefetch(weight + (j + kTileRows + r) * s.n_in + k + part + i, _MM_HINT_T1);
        for (int64_t panel = 0; panel < n_of_panels; ++panel)
          some_rows<true>({pairs(rounded.data() + part), kDepth / 2, 1},
                          {packed_x + (panel * s.n_in + k + part) / 2 * kPanelWidth, 0, kPanelWidth}, n_rows,
                          std::min(kPart, depth - part) / 2, sums.data() + (j - first) * width + panel * kPanelWidth,
                          width);
      }
    }
  }
  constexpr int64_t kStretch = 32;  // of outputs, whose sums stay in the first cache over the songs
  for (int64_t from = first; from < last; from += kStretch)
    for (int64_t b = 0; b < s.batch; ++b)
      for (int64_t j = from; j < std::min(from + kStretch, last); ++j)
        y[b * s.n_out + j] = sums[static_cast<size_t>((j - first) * width + b)];
}

void pack_outputs(const LinearShape& s, const Bf16* dy, int64_t first, int64_t last, uint32_t* out) {
  check(s.n_out % 2 == 0, "outputs come in pairs");
  const int64_t n = s.n_out / 2;
  for (int64_t j = first; j < last; ++j)
    for (int64_t b = 0; b < s.batch; ++b) out[j * s.batch + b] = pairs(dy)[b * n + j];
}

void linear_towards_input(const LinearShape& s, const float* weight, const uint32_t* packed_dy, int64_t first,
                          int64_t last, float* dx) {
  constexpr int64_t kRows = 32;  // of the weight at a time
  constexpr int64_t kPanel = kRows / 2 * kPanelWidth;
  std::vector<uint32_t> rounded(
      static_cast<size_t>(kColumns / kPanelWidth * kPanel));  // in panels, which lie in one piece
  std::vector<float> sums(static_cast<size_t>(s.batch * kColumns));
  for (int64_t i = first; i < last; i += kColumns) {
    const int64_t n_columns = std::min(kColumns, last - i);
    std::fill(sums.begin(), sums.end(), 0.f);
    for (int64_t j = 0; j < s.n_out; j += kRows) {
      const int64_t n_rows = std::min(kRows, s.n_out - j);
      for (int64_t r = 0; r < n_rows; r += 2)
        round_rows(weight + (j + r) * s.n_in + i, weight + (j + r + 1) * s.n_in + i, n_columns,
                   rounded.data() + r / 2 * kPanelWidth, kPanel);
      for (int64_t c = 0; c < n_columns; c += kPanelWidth) {
        for (int64_t r = j + kRows; r < std::min(j + 2 * kRows, s.n_out); ++r) {
          const float* next = weight + r * s.n_in + i + c;
          _mm_prefetch(next, _MM_HINT_T1);
          _mm_prefetch(next + 16, _MM_HINT_T1);
        }
        for (int64_t b = 0; b < s.batch; b += kTileRows)
          some_rows<true>({packed_dy + j / 2 * s.batch + b, 1, s.batch},
                          {rounded.data() + c / kPanelWidth * kPanel, 0, kPanelWidth}, std::min(kTileRows, s.batch - b),
                          n_rows / 2, sums.data() + b * kColumns + c, kColumns);
      }
    }
    for (int64_t b = 0; b < s.batch; ++b) std::copy_n(sums.data() + b * kColumns, n_columns, dx + b * s.n_in + i);
  }
}

void pair_songs(const Bf16* x, int64_t batch, int64_t n, int64_t first, int64_t last, uint32_t* out) {
  for (int64_t b = 0; b < batch; b += 2) {
    const Bf16 *row = x + b * n, *other = b + 1 < batch ? row + n : nullptr;
    for (int64_t i = first; i < last; ++i) out[b / 2 * n + i] = pair_of(row[i], other ? other[i] : Bf16{0});
  }
}

void add_gram(const Bf16* x, int64_t batch, int64_t n, int64_t first, int64_t last, double* out) {
  constexpr int64_t kStretch = 4096;  // of all songs, in the second cache
  for (int64_t from = first; from < last; from += kStretch) {
    const int64_t to = std::min(from + kStretch, last);
    for (int64_t a = 0; a < batch; ++a)
      for (int64_t b = a; b < batch; ++b) {
        const double product = dot(x + a * n, x + b * n, from, to);
        out[a * batch + b] += product;
        if (b != a) out[b * batch + a] += product;
      }
  }
}

void adam_update_factored(const AdamStep& step, const FactoredGradient& factors, const AdamRun& run,
                          const WeightBlock& part) {
  const int64_t n_in = factors.shape.n_in, whole = part.n_columns / kPanelWidth * kPanelWidth;
  const AdamVectors vectors = adam_vectors(step);
  alignas(64) float tile[kTileRows * kPanelWidth];
  for (int64_t j = part.first_row; j < part.first_row + part.n_rows; j += kTileRows) {
    const int64_t n_rows = std::min(kTileRows, part.first_row + part.n_rows - j);
    const auto at = [&](int64_t r, int64_t c) { return (j + r) * n_in + part.first_column + c; };
    for (int64_t c = 0; c < whole; c += kPanelWidth) {
      // What the tile after the next will read.
      const int64_t next =
          c + 2 * kPanelWidth < whole ? at(0, c + 2 * kPanelWidth) : at(n_rows, c + 2 * kPanelWidth - whole);
      for (int64_t r = 0; r < n_rows; ++r)
        for (const float* values : {run.parameter, run.exp_avg, run.exp_avg_sq}) {
          _mm_prefetch(values + next + r * n_in, _MM_HINT_T0);
          _mm_prefetch(values + next + r * n_in + 16, _MM_HINT_T0);
        }
      gradient_tile(factors, j, n_rows, part.first_column + c, tile);
      for (int64_t r = 0; r < n_rows; ++r)
        for (int64_t v = 0; v < kPanelWidth; v += 16) {
          const int64_t i = at(r, c + v);
          adam_update_vector(vectors, _mm512_load_ps(tile + r * kPanelWidth + v), run.parameter + i, run.exp_avg + i,
                             run.exp_avg_sq + i);
        }
    }
    for (int64_t r = 0; r < n_rows; ++r) {
      const int64_t n_rest = part.n_columns - whole, i = at(r, whole);
      for (int64_t c = 0; c < n_rest; ++c) tile[c] = gradient_entry(factors, j + r, part.first_column + whole + c);
      adam_update(step, {run.parameter + i, run.exp_avg + i, run.exp_avg_sq + i, tile, n_rest});
    }
  }
}

void add_gradient(const FactoredGradient& f, int64_t first, int64_t last, float* out) {
  const int64_t n_in = f.shape.n_in, whole = n_in / kPanelWidth * kPanelWidth;
  alignas(64) float tile[kTileRows * kPanelWidth];
  for (int64_t j = first; j < last; j += kTileRows) {
    const int64_t n_rows = std::min(kTileRows, last - j);
    for (int64_t i = 0; i < whole; i += kPanelWidth) {
      gradient_tile(f, j, n_rows, i, tile);
      for (int64_t r = 0; r < n_rows; ++r)
        for (int64_t c = 0; c < kPanelWidth; ++c) out[(j + r) * n_in + i + c] += tile[r * kPanelWidth + c];
    }
    for (int64_t r = 0; r < n_rows; ++r)
      for (int64_t i = whole; i < n_in; ++i) out[(j + r) * n_in + i] += gradient_entry(f, j + r, i);
  }
}

}  // namespace songscape
SONGSCAPE_END_AVX512_BF16
#else
namespace songscape {
namespace {
[[noreturn]] void refuse() {
  check(false, "the CPU has AVX512-BF16");
  __builtin_unreachable();
}
}  // namespace
int64_t packed_songs_size(const LinearShape&) { refuse(); }
void pack_songs(const LinearShape&, const Bf16*, int64_t, int64_t, uint32_t*) { refuse(); }
void linear_forward(const LinearShape&, const float*, const uint32_t*, int64_t, int64_t, float*) { refuse(); }
void pack_outputs(const LinearShape&, const Bf16*, int64_t, int64_t, uint32_t*) { refuse(); }
void linear_towards_input(const LinearShape&, const float*, const uint32_t*, int64_t, int64_t, float*) { refuse(); }
void pair_songs(const Bf16*, int64_t, int64_t, int64_t, int64_t, uint32_t*) { refuse(); }
void add_gram(const Bf16*, int64_t, int64_t, int64_t, int64_t, double*) { refuse(); }
void adam_update_factored(const AdamStep&, const FactoredGradient&, const AdamRun&, const WeightBlock&) { refuse(); }
void add_gradient(const FactoredGradient&, int64_t, int64_t, float*) { refuse(); }
}  // namespace songscape
#endif
