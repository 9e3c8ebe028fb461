#include "stats/pca.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>

#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kStretch = 1024;    // columns (or rows) multiplied at once
constexpr double kLeastShare = 1e-7;  // of the largest eigenvalue: below it single precision knows nothing

std::vector<float> column_means(MatrixView x) {
  std::vector<float> mean(static_cast<size_t>(x.n_cols));
  for_each_block(x.n_cols, kStretch, [&](int64_t first, int64_t n) {
    std::vector<double> sum(static_cast<size_t>(n), 0);
    for (int64_t i = 0; i < x.n_rows; ++i)
      for (int64_t j = 0; j < n; ++j) sum[static_cast<size_t>(j)] += x(i, first + j);
    for (int64_t j = 0; j < n; ++j)
      mean[static_cast<size_t>(first + j)] =
          static_cast<float>(sum[static_cast<size_t>(j)] / static_cast<double>(x.n_rows));
  });
  return mean;
}

struct Rectangle {
  int64_t first_row, n_rows, first_col, n_cols;
};

Matrix centred(MatrixView x, const std::vector<float>& mean, const Rectangle& part) {
  Matrix out(part.n_rows, part.n_cols);
  for (int64_t i = 0; i < part.n_rows; ++i)
    for (int64_t j = 0; j < part.n_cols; ++j)
      out(i, j) = x(part.first_row + i, part.first_col + j) - mean[static_cast<size_t>(part.first_col + j)];
  return out;
}

// Σ over stretches of S Sᵀ, in double, where stretch(first, n) gives S [p × n].
Eigen::MatrixXd sum_of_squares(int64_t p, int64_t q, const std::function<Matrix(int64_t, int64_t)>& stretch) {
  Eigen::MatrixXd total = Eigen::MatrixXd::Zero(p, p);
  constexpr int64_t kBlock = 64;
  for (int64_t first = 0; first < q; first += kStretch) {
    const Matrix s = stretch(first, std::min(kStretch, q - first));
    for_each_block(p, kBlock, [&](int64_t row, int64_t n) {
      Matrix products(n, row + n);  // the lower triangle is enough
      dot_products(rows_of(s, row, n), rows_of(s, 0, row + n), products.values.data());
      for (int64_t j = 0; j < row + n; ++j)
        for (int64_t i = std::max<int64_t>(0, j - row); i < n; ++i) total(row + i, j) += products(i, j);
    });
  }
  return total;
}

// Of the centred rows.
Eigen::MatrixXd gram_matrix(MatrixView x, const std::vector<float>& mean) {
  return sum_of_squares(x.n_rows, x.n_cols, [&](int64_t first, int64_t n) {
    return centred(x, mean, {0, x.n_rows, first, n});
  });
}

// Rows of unit length from the Gram matrix's eigenvectors u: uᵀ x, normalised.  [k × d]
Matrix components_from_rows(MatrixView x, const std::vector<float>& mean, const Eigen::MatrixXd& u) {
  Matrix weights(u.cols(), u.rows());
  for (int64_t c = 0; c < u.cols(); ++c)
    for (int64_t i = 0; i < u.rows(); ++i) weights(c, i) = static_cast<float>(u(i, c));
  Matrix out(u.cols(), x.n_cols);
  for_each_block(x.n_cols, kStretch, [&](int64_t first, int64_t n) {
    const Matrix columns = transposed(centred(x, mean, {0, x.n_rows, first, n}));
    Matrix products(weights.n_rows, n);
    dot_products(weights, columns, products.values.data());
    for (int64_t c = 0; c < products.n_rows; ++c) std::ranges::copy(products.row(c), out.row(c).begin() + first);
  });
  return out;
}

void normalise_with_sign(std::span<float> component) {
  double squared = 0;
  float largest = 0;
  for (const float v : component) {
    squared += double{v} * v;
    if (std::abs(v) > std::abs(largest)) largest = v;
  }
  const double scale = (largest < 0 ? -1 : 1) / std::sqrt(squared);
  for (float& v : component) v = static_cast<float>(v * scale);
}

}  // namespace

Pca fit_pca(MatrixView x, int64_t n_components) {
  check(x.n_rows > 0 && x.n_cols > 0 && n_components > 0, "PCA has rows, columns and components");
  Pca out;
  out.mean = column_means(x);
  const bool is_wide = x.n_cols > x.n_rows;
  const Eigen::MatrixXd scatter =
      is_wide ? gram_matrix(x, out.mean) : sum_of_squares(x.n_cols, x.n_rows, [&](int64_t first, int64_t n) {
        return transposed(centred(x, out.mean, {first, n, 0, x.n_cols}));
      });
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(scatter);  // eigenvalues rise; reads the lower triangle
  const Eigen::VectorXd values = solver.eigenvalues().reverse().cwiseMax(0.0);
  const double total = values.sum();
  int64_t k = std::min({n_components, std::max<int64_t>(1, x.n_rows - 1), x.n_cols});
  while (k > 1 && values(k - 1) <= kLeastShare * values(0)) --k;
  const Eigen::MatrixXd vectors = solver.eigenvectors().rowwise().reverse().leftCols(k);
  if (total <= 0) {  // all rows are equal: any direction will do
    out.components = Matrix(1, x.n_cols);
    out.components(0, 0) = 1;
  } else if (is_wide) {
    out.components = components_from_rows(x, out.mean, vectors);
  } else {
    out.components = Matrix(k, x.n_cols);
    for (int64_t c = 0; c < k; ++c)
      for (int64_t j = 0; j < x.n_cols; ++j) out.components(c, j) = static_cast<float>(vectors(j, c));
  }
  for (int64_t c = 0; c < k; ++c) {
    normalise_with_sign(out.components.row(c));
    out.explained_variance.push_back(x.n_rows > 1 ? values(c) / static_cast<double>(x.n_rows - 1) : 0);
    out.explained_variance_ratio.push_back(total > 0 ? values(c) / total : 0);
  }
  return out;
}

Matrix principal_coordinates(MatrixView x) {
  check(x.n_rows > 0 && x.n_cols > 0, "principal coordinates have rows and columns");
  if (x.n_cols <= x.n_rows) return fit_pca(x, x.n_cols).transform(x);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram_matrix(x, column_means(x)));
  const Eigen::VectorXd values = solver.eigenvalues().reverse().cwiseMax(0.0);
  int64_t k = std::max<int64_t>(1, x.n_rows - 1);
  while (k > 1 && values(k - 1) <= kLeastShare * values(0)) --k;
  Matrix out(x.n_rows, k);
  for (int64_t c = 0; c < k; ++c)
    for (int64_t i = 0; i < x.n_rows; ++i)
      out(i, c) = static_cast<float>(solver.eigenvectors()(i, x.n_rows - 1 - c) * std::sqrt(values(c)));
  return out;
}

Matrix Pca::transform(MatrixView x) const {
  check(x.n_cols == static_cast<int64_t>(mean.size()), "a table to transform has the fitted columns");
  Matrix out(x.n_rows, components.n_rows);
  for_each_block(x.n_rows, std::clamp<int64_t>((1 << 20) / x.n_cols, 8, 512), [&](int64_t first, int64_t n) {
    dot_products(centred(x, mean, {first, n, 0, x.n_cols}), components, out.row(first).data());
  });
  return out;
}

Matrix Pca::inverse_transform(MatrixView z) const {
  Matrix out = multiply_transposed(z, transposed(components));
  for (int64_t i = 0; i < out.n_rows; ++i)
    for (size_t j = 0; j < mean.size(); ++j) out.row(i)[j] += mean[j];
  return out;
}

}  // namespace songscape
