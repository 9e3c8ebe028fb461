// The forces of t-SNE's repulsion between charges on a square grid, through the Fourier transform, as Linderman et al.
// 2019 have it ("Fast interpolation-based t-SNE for improved visualization of single-cell RNA-seq data"); interpolated
// by B-splines as in Essmann et al. 1995 ("A smooth particle mesh Ewald method"), whose blur the kernels take back.
#pragma once

#include <cstdint>
#include <vector>

#include "stats/strip_fft.h"

namespace songscape {

class GridConvolution {
 public:
  // A grid of n/2 × n/2 nodes, `spacing` apart, transformed at length n: 2ᵃ or 3 · 2ᵃ, a multiple of 64.
  GridConvolution(int64_t n, double spacing);

  int64_t n() const { return plan_.n; }
  int64_t n_nodes() const { return plan_.n / 2; }  // a side
  double spacing() const { return spacing_; }

  // With K(d) = 1 / (1 + ‖d‖²), charges q at points p spread over the nodes [n_nodes × n_nodes, row by row] by
  // quadratic B-splines, gives the nodes what the same splines interpolate as
  //   Σ_b (p − p_b) K(p − p_b)² q_b, along the rows' direction → down, along the columns' → across,
  // and returns Σ_a Σ_b q_a K(p_a − p_b) q_b.  On all threads, equal for any number of them.
  double convolve(const std::vector<float>& charges, std::vector<float>& down, std::vector<float>& across);

 private:
  void make_kernels();

  FftPlan plan_;
  double spacing_;
  int64_t n_rows_;  // of half a spectrum: n/2 + 1 and what fills the last strip
  // The kernels' spectra, [n/2 + 1 columns g × n_rows_ rows f]: K's is real and even, that of the force downwards
  // −i times one odd in f and even in g, that of the force across the same with f and g exchanged.
  std::vector<float> potential_, force_down_, force_across_;
  std::vector<float> half_re_, half_im_;    // [n_rows_ × n/2] after the transform of columns
  std::vector<float> whole_re_, whole_im_;  // [n × n/2] before the transform back of columns
};

}  // namespace songscape
