#include "cluster/gaussian_mixture_full.h"

#include <Eigen/Cholesky>
#include <cmath>

#include "stats/pairwise.h"

namespace songscape {

double fit_full_factor(const WeightedRows& rows, std::span<const double> mean, double regularisation, float* factor) {
  const int64_t d = rows.x.n_cols;
  Matrix columns(d, static_cast<int64_t>(rows.rows.size()));  // √w (x − mean), transposed
  for (size_t i = 0; i < rows.rows.size(); ++i) {
    const double root = std::sqrt(rows.weights[i] / rows.total);
    const auto row = rows.x.row(rows.rows[i]);
    for (int64_t j = 0; j < d; ++j)
      columns(j, static_cast<int64_t>(i)) =
          static_cast<float>(root * (row[static_cast<size_t>(j)] - mean[static_cast<size_t>(j)]));
  }
  Matrix products(d, d);
  dot_products(columns, columns, products.values.data());
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd covariance = Eigen::Map<const RowMajor>(products.values.data(), d, d).cast<double>();
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(d, d);
  for (double added = regularisation;; added = std::max(added * 10, 1e-12)) {
    const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance + added * identity);
    if (cholesky.info() != Eigen::Success) continue;
    const Eigen::MatrixXd inverse = cholesky.matrixL().solve(identity);
    if (!inverse.allFinite()) continue;
    Eigen::Map<RowMajor>(factor, d, d) = inverse.cast<float>();
    return inverse.diagonal().array().log().sum();
  }
}

void full_distances(MatrixView block, std::span<const float> mean, MatrixView factor, double* out) {
  Matrix centred(block.n_rows, block.n_cols), whitened(block.n_rows, block.n_cols);
  for (int64_t i = 0; i < block.n_rows; ++i)
    for (int64_t j = 0; j < block.n_cols; ++j) centred(i, j) = block(i, j) - mean[static_cast<size_t>(j)];
  dot_products(centred, factor, whitened.values.data());
  for (int64_t i = 0; i < block.n_rows; ++i) {
    out[i] = 0;
    for (const float v : whitened.row(i)) out[i] += double{v} * v;
  }
}

}  // namespace songscape
