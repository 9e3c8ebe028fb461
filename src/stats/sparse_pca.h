// Principal components of a sparse table, which is centred in the products alone and never made dense: block Krylov
// subspaces with full orthogonalisation, started anew from their best vectors (Musco & Musco 2015, "Randomized block
// Krylov methods for stronger and faster approximate singular value decomposition"; Golub & Underwood 1977).
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"
#include "stats/sparse_matrix.h"

namespace songscape {

struct SparsePca {
  std::vector<float> mean;                 // [d]
  Matrix components;                       // [k × d], orthonormal rows by falling variance; rows beyond the rank are 0
  std::vector<double> explained_variance;  // [k], over n − 1
  double explained_share = 0;              // of the table's variance, by all components
  int64_t rank = 0;                        // components that are not 0
  double residual = 0;  // the largest ‖G v − λ v‖ / λ of the components (0: exact to rounding)

  // Coordinates [x.n_rows × k], on n_threads threads.
  Matrix transform(const SparseMatrix& x, int n_threads) const;
};

// x: finite, any number of rows and columns.  Always k rows of components; each one's largest entry by magnitude is
// positive.  Deterministic for a seed, whatever the number of threads.
SparsePca fit_sparse_pca(const SparseMatrix& x, int64_t k, uint64_t seed, int n_threads);

}  // namespace songscape
