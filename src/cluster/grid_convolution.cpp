// Three sweeps over strips of as many columns or rows as a vector has lanes.  Two real columns travel as one complex
// one, rows f and −f of the spectrum come from one transform, and the two forces come back as one complex grid.
#include "cluster/grid_convolution.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/error.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kMostLanes = 16;
constexpr int64_t kStripsAJob = 4;
constexpr int64_t kSumLength = 32;  // floats added before a sum goes on in double

template <int kLanes_>
struct Lanes {
  static constexpr int64_t kLanes = kLanes_;
  typedef float Vector __attribute__((vector_size(kLanes_ * sizeof(float))));
};

// Working memory of one job: three pairs of planes of n vectors.
template <class L>
class Workspace {
 public:
  using Vector = typename L::Vector;
  SONGSCAPE_INLINE explicit Workspace(int64_t n) : n_(n), memory_(static_cast<size_t>((6 * n + 1) * L::kLanes)) {}
  SONGSCAPE_INLINE Planes<Vector> planes(int64_t which) {
    float* start = memory_.data();
    constexpr uintptr_t kBytes = sizeof(Vector);
    start += (kBytes - reinterpret_cast<uintptr_t>(start) % kBytes) % kBytes / sizeof(float);
    Vector* first = reinterpret_cast<Vector*>(start) + 2 * which * n_;
    return {first, first + n_};
  }

 private:
  int64_t n_;
  std::vector<float> memory_;
};

template <class Vector>
SONGSCAPE_INLINE Vector load_floats(const float* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
template <class Vector>
SONGSCAPE_INLINE void store_floats(float* to, Vector v) {
  __builtin_memcpy(to, &v, sizeof v);
}

struct Sweep {
  const FftPlan* plan;
  int64_t first, n_strips;  // of this job
  const float* charges;
  float *half_re, *half_im, *whole_re, *whole_im;
  const float *potential, *force_down, *force_across;
  int64_t n_rows;
  double* energy;  // of each strip
  float *down, *across;
};

// Columns j and j + n/4 as one complex one; the halves of their spectra, of rows 0 … n/2.
template <class L>
SONGSCAPE_INLINE void transform_columns(const Sweep& s) {
  using Vector = typename L::Vector;
  const int64_t n = s.plan->n, m = n / 2, apart = n / 4;
  Workspace<L> work(n);
  for (int64_t strip = s.first; strip < s.first + s.n_strips; ++strip) {
    const int64_t j = strip * L::kLanes;
    Planes<Vector> x = work.planes(0), spare = work.planes(1);
    for (int64_t k = 0; k < m; ++k) {
      x.re[k] = load_floats<Vector>(s.charges + k * m + j);
      x.im[k] = load_floats<Vector>(s.charges + k * m + j + apart);
    }
    for (int64_t k = m; k < n; ++k) x.re[k] = x.im[k] = Vector{};
    fft_strip(*s.plan, x, spare);
    for (int64_t f = 0; f <= m; ++f) {
      const int64_t mirrored = f == 0 ? 0 : n - f;
      float *re = s.half_re + f * m + j, *im = s.half_im + f * m + j;
      store_floats(re, .5f * (x.re[f] + x.re[mirrored]));
      store_floats(im, .5f * (x.im[f] - x.im[mirrored]));
      store_floats(re + apart, .5f * (x.im[f] + x.im[mirrored]));
      store_floats(im + apart, .5f * (x.re[mirrored] - x.re[f]));
    }
  }
}

// Rows as lanes: element k of the strip is column k of kLanes rows from `row`.
template <class L>
SONGSCAPE_INLINE void load_rows(const float* grid, int64_t row, int64_t n_columns, typename L::Vector* to) {
  for (int64_t k = 0; k < n_columns; k += L::kLanes) {
    float block[L::kLanes][L::kLanes];
    for (int64_t lane = 0; lane < L::kLanes; ++lane)
      for (int64_t c = 0; c < L::kLanes; ++c) block[c][lane] = grid[(row + lane) * n_columns + k + c];
    __builtin_memcpy(to + k, block, sizeof block);
  }
}
// The other way, lane by lane into row `row_of(lane)`; a row below 0 is left out.
template <class L>
SONGSCAPE_INLINE void store_rows(const typename L::Vector* from, const int64_t* row_of, int64_t n_columns,
                                 float* grid) {
  for (int64_t k = 0; k < n_columns; k += L::kLanes) {
    float block[L::kLanes][L::kLanes];
    __builtin_memcpy(block, from + k, sizeof block);
    for (int64_t lane = 0; lane < L::kLanes; ++lane)
      if (row_of[lane] >= 0)
        for (int64_t c = 0; c < L::kLanes; ++c) grid[row_of[lane] * n_columns + k + c] = block[c][lane];
  }
}

// Row f: transform, multiply by the kernels, transform back; and row −f from the same transform.
template <class L>
SONGSCAPE_INLINE void multiply_rows(const Sweep& s) {
  using Vector = typename L::Vector;
  const int64_t n = s.plan->n, m = n / 2;
  Workspace<L> work(n);
  for (int64_t strip = s.first; strip < s.first + s.n_strips; ++strip) {
    const int64_t f = strip * L::kLanes;
    Planes<Vector> w = work.planes(0), spare = work.planes(1), product = work.planes(2);
    load_rows<L>(s.half_re, f, m, w.re);
    load_rows<L>(s.half_im, f, m, w.im);
    for (int64_t k = m; k < n; ++k) w.re[k] = w.im[k] = Vector{};
    fft_strip(*s.plan, w, spare);
    int64_t upper[L::kLanes], lower[L::kLanes];
    Vector share;  // of the energy: rows f and −f count one each
    for (int64_t lane = 0; lane < L::kLanes; ++lane) {
      const int64_t row = f + lane;
      share[lane] = row > m ? 0.0f : row == 0 || row == m ? 1.0f : 2.0f;
      upper[lane] = row > m ? -1 : row;
      lower[lane] = row == 0 || row >= m ? -1 : n - row;
    }
    double energy = 0;
    for (int64_t start = 0; start < n; start += kSumLength) {
      Vector sum{};
      for (int64_t k = start; k < start + kSumLength; ++k) {
        const float* kernel = s.potential + std::min(k, n - k) * s.n_rows + f;
        sum += (w.re[k] * w.re[k] + w.im[k] * w.im[k]) * load_floats<Vector>(kernel) * share;
      }
      for (int64_t lane = 0; lane < L::kLanes; ++lane) energy += sum[lane];
    }
    s.energy[strip] = energy;
    for (const bool is_lower : {false, true}) {
      // w (across − i down) for f, conj w(−k) (across + i down) for −f; re and im swapped for the way back.
      for (int64_t k = 0; k < n; ++k) {
        const int64_t at = is_lower && k > 0 ? n - k : k, place = std::min(k, n - k) * s.n_rows + f;
        Vector a = load_floats<Vector>(s.force_across + place), d = load_floats<Vector>(s.force_down + place);
        if (k > m) a = -a;  // odd in the column
        const Vector re = w.re[at], im = is_lower ? -w.im[at] : w.im[at];
        if (is_lower) d = -d;
        product.im[k] = re * a + im * d;
        product.re[k] = im * a - re * d;
      }
      fft_strip(*s.plan, product, spare);
      store_rows<L>(product.im, is_lower ? lower : upper, m, s.whole_re);
      store_rows<L>(product.re, is_lower ? lower : upper, m, s.whole_im);
    }
  }
}

template <class L>
SONGSCAPE_INLINE void transform_columns_back(const Sweep& s) {
  using Vector = typename L::Vector;
  const int64_t n = s.plan->n, m = n / 2;
  const float scale = 1.0f / (static_cast<float>(n) * static_cast<float>(n));
  Workspace<L> work(n);
  for (int64_t strip = s.first; strip < s.first + s.n_strips; ++strip) {
    const int64_t j = strip * L::kLanes;
    Planes<Vector> x = work.planes(0), spare = work.planes(1);
    for (int64_t k = 0; k < n; ++k) {
      x.im[k] = load_floats<Vector>(s.whole_re + k * m + j);
      x.re[k] = load_floats<Vector>(s.whole_im + k * m + j);
    }
    fft_strip(*s.plan, x, spare);
    for (int64_t k = 0; k < m; ++k) {
      store_floats(s.down + k * m + j, scale * x.im[k]);
      store_floats(s.across + k * m + j, scale * x.re[k]);
    }
  }
}

// A whole complex grid transformed along its columns, in place.
template <class L>
SONGSCAPE_INLINE void transform_square(const Sweep& s) {
  using Vector = typename L::Vector;
  const int64_t n = s.plan->n;
  Workspace<L> work(n);
  for (int64_t strip = s.first; strip < s.first + s.n_strips; ++strip) {
    Planes<Vector> x = work.planes(0), spare = work.planes(1);
    for (int64_t k = 0; k < n; ++k) {
      x.re[k] = load_floats<Vector>(s.whole_re + k * n + strip * L::kLanes);
      x.im[k] = load_floats<Vector>(s.whole_im + k * n + strip * L::kLanes);
    }
    fft_strip(*s.plan, x, spare);
    for (int64_t k = 0; k < n; ++k) {
      store_floats(s.whole_re + k * n + strip * L::kLanes, x.re[k]);
      store_floats(s.whole_im + k * n + strip * L::kLanes, x.im[k]);
    }
  }
}

struct Kernels {
  int64_t lanes;
  void (*columns)(const Sweep&);
  void (*rows)(const Sweep&);
  void (*columns_back)(const Sweep&);
  void (*square)(const Sweep&);
};

#define SONGSCAPE_SWEEPS(suffix, target, n_lanes)                                                        \
  target void columns_##suffix(const Sweep& s) { transform_columns<Lanes<n_lanes>>(s); }                 \
  target void rows_##suffix(const Sweep& s) { multiply_rows<Lanes<n_lanes>>(s); }                        \
  target void columns_back_##suffix(const Sweep& s) { transform_columns_back<Lanes<n_lanes>>(s); }       \
  target void square_##suffix(const Sweep& s) { transform_square<Lanes<n_lanes>>(s); }                   \
  constexpr Kernels kernels_##suffix = {n_lanes, columns_##suffix, rows_##suffix, columns_back_##suffix, \
                                        square_##suffix};
SONGSCAPE_SWEEPS(avx512, SONGSCAPE_AVX512, 16)
SONGSCAPE_SWEEPS(avx2, SONGSCAPE_AVX2, 8)
SONGSCAPE_SWEEPS(base, , 4)
#undef SONGSCAPE_SWEEPS

const Kernels& kernels() { return *for_width(vector_width(), &kernels_avx512, &kernels_avx2, &kernels_base); }

void sweep(void (*kernel)(const Sweep&), int64_t n_strips, const Sweep& whole) {
  for_each_block(n_strips, kStripsAJob, [&](int64_t first, int64_t n) {
    Sweep job = whole;
    job.first = first;
    job.n_strips = n;
    kernel(job);
  });
}

void transpose_in_place(std::vector<float>& grid, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < i; ++j)
      std::swap(grid[static_cast<size_t>(i * n + j)], grid[static_cast<size_t>(j * n + i)]);
}

}  // namespace

GridConvolution::GridConvolution(int64_t n, double spacing)
    : plan_(n), spacing_(spacing), n_rows_((n / 2 + kMostLanes) / kMostLanes * kMostLanes) {
  check(n % 64 == 0 && spacing > 0, "a grid's transform has a multiple of 64 places");
  make_kernels();
  const size_t half = static_cast<size_t>(n_rows_ * n_nodes()), whole = static_cast<size_t>(n * n_nodes());
  half_re_.assign(half, 0);
  half_im_.assign(half, 0);
  whole_re_.assign(whole, 0);
  whole_im_.assign(whole, 0);
}

void GridConvolution::make_kernels() {
  const int64_t n = plan_.n, m = n / 2;
  // K as the real part, the force downwards as the imaginary: the sum of their spectra is real, and the one is even
  // where the other is odd.
  std::vector<float> re(static_cast<size_t>(n * n)), im(re.size());
  for_each_block(n, 16, [&](int64_t first, int64_t n_own) {
    for (int64_t i = first; i < first + n_own; ++i)
      for (int64_t j = 0; j < n; ++j) {
        const double y = spacing_ * static_cast<double>(i < m ? i : i - n),
                     x = spacing_ * static_cast<double>(std::min(j, n - j));
        const double k = 1 / (1 + x * x + y * y);
        re[static_cast<size_t>(i * n + j)] = static_cast<float>(k);
        im[static_cast<size_t>(i * n + j)] = i == m ? 0.0f : static_cast<float>(y * k * k);
      }
  });
  Sweep s{};
  s.plan = &plan_;
  s.whole_re = re.data();
  s.whole_im = im.data();
  for (int pass = 0; pass < 2; ++pass) {
    sweep(kernels().square, n / kernels().lanes, s);
    transpose_in_place(re, n);
    transpose_in_place(im, n);
  }
  // Spreading a charge over nodes by a quadratic B-spline and reading forces by it multiplies a spectrum by sinc⁶.
  std::vector<float> sharpening;
  for (int64_t f = 0; f <= m; ++f) {
    const double angle = std::numbers::pi * static_cast<double>(f) / static_cast<double>(n);
    sharpening.push_back(f == 0 ? 1.0f : static_cast<float>(std::pow(angle / std::sin(angle), 6)));
  }
  potential_.assign(static_cast<size_t>((m + 1) * n_rows_), 0);
  force_down_ = force_across_ = potential_;
  for (int64_t g = 0; g <= m; ++g)
    for (int64_t f = 0; f <= m; ++f) {
      const float both = sharpening[static_cast<size_t>(f)] * sharpening[static_cast<size_t>(g)];
      const float at = both * re[static_cast<size_t>(f * n + g)];
      const float mirrored = both * re[static_cast<size_t>((n - f) % n * n + g)];
      potential_[static_cast<size_t>(g * n_rows_ + f)] = (at + mirrored) / 2;
      force_down_[static_cast<size_t>(g * n_rows_ + f)] = (at - mirrored) / 2;
      force_across_[static_cast<size_t>(f * n_rows_ + g)] = (at - mirrored) / 2;
    }
}

double GridConvolution::convolve(const std::vector<float>& charges, std::vector<float>& down,
                                 std::vector<float>& across) {
  const size_t n_values = static_cast<size_t>(n_nodes() * n_nodes());
  check(charges.size() == n_values, "a charge for each node");
  down.resize(n_values);
  across.resize(n_values);
  const Kernels& k = kernels();
  std::vector<double> energy(static_cast<size_t>(n_rows_ / k.lanes));
  const Sweep s{.plan = &plan_,
                .first = 0,
                .n_strips = 0,
                .charges = charges.data(),
                .half_re = half_re_.data(),
                .half_im = half_im_.data(),
                .whole_re = whole_re_.data(),
                .whole_im = whole_im_.data(),
                .potential = potential_.data(),
                .force_down = force_down_.data(),
                .force_across = force_across_.data(),
                .n_rows = n_rows_,
                .energy = energy.data(),
                .down = down.data(),
                .across = across.data()};
  sweep(k.columns, n_nodes() / 2 / k.lanes, s);
  sweep(k.rows, n_rows_ / k.lanes, s);
  sweep(k.columns_back, n_nodes() / k.lanes, s);
  return std::accumulate(energy.begin(), energy.end(), 0.0) / (static_cast<double>(n()) * static_cast<double>(n()));
}

}  // namespace songscape
