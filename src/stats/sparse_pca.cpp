#include "stats/sparse_pca.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/parallel.h"
#include "core/random.h"

namespace songscape {
namespace {

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int64_t kBlock = 128;  // rows a thread takes at once
constexpr int64_t kExact = 512;  // sides up to this are solved as a whole
constexpr int64_t kSpare = 8;    // vectors beside the wanted ones
constexpr int kDepth = 6;        // products before the subspace starts anew
constexpr int kMostRounds = 12;
constexpr double kTolerance = 1e-3;    // of ‖G v − λ v‖ / λ: λ is then right to about its square
constexpr double kLeastShare = 1e-10;  // of the largest eigenvalue: below it a direction is none

void in_blocks(int64_t n, int n_threads, const std::function<void(int64_t)>& row) {
  parallel_for((n + kBlock - 1) / kBlock, n_threads, [&](int64_t block) {
    for (int64_t i = block * kBlock; i < std::min(n, (block + 1) * kBlock); ++i) row(i);
  });
}

// The centred table and its transpose as products alone.
class Centred {
 public:
  Centred(const SparseMatrix& x, int n_threads) : x_(x), columns_(transposed(x)), n_threads_(n_threads) {
    mean_.resize(x.n_cols);
    for (int64_t j = 0; j < x.n_cols; ++j) {
      const auto values = columns_.values_of(j);
      mean_(j) = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(x.n_rows());
    }
  }
  const Eigen::VectorXd& mean() const { return mean_; }
  double squared_norm() const {
    double sum = 0;
    for (const float v : x_.value) sum += double{v} * v;
    return sum - static_cast<double>(x_.n_rows()) * mean_.squaredNorm();
  }
  // Xc b, Xcᵀ b
  Dense times(const Dense& b) const {
    const Eigen::RowVectorXd shift = mean_.transpose() * b;
    return product(x_, b, [&](int64_t) { return shift; });
  }
  Dense transposed_times(const Dense& b) const {
    const Eigen::RowVectorXd sum = b.colwise().sum();
    return product(columns_, b, [&](int64_t j) { return Eigen::RowVectorXd(mean_(j) * sum); });
  }
  // The smaller of Xc Xcᵀ and Xcᵀ Xc.
  bool is_by_rows() const { return x_.n_rows() <= x_.n_cols; }
  int64_t side() const { return std::min(x_.n_rows(), x_.n_cols); }
  Dense gram_times(const Dense& b) const {
    return is_by_rows() ? times(transposed_times(b)) : transposed_times(times(b));
  }

 private:
  template <class Shift>
  Dense product(const SparseMatrix& a, const Dense& b, const Shift& shift) const {
    Dense out(a.n_rows(), b.cols());
    in_blocks(a.n_rows(), n_threads_, [&](int64_t i) {
      auto row = out.row(i);
      row = -shift(i);
      const auto columns = a.columns_of(i);
      const auto values = a.values_of(i);
      for (size_t e = 0; e < columns.size(); ++e) row += double{values[e]} * b.row(columns[e]);
    });
    return out;
  }

  const SparseMatrix& x_;
  SparseMatrix columns_;
  int n_threads_;
  Eigen::VectorXd mean_;
};

struct Pairs {
  Eigen::VectorXd values;  // falling
  Dense vectors;           // [side × values.size()]
  double residual = 0;
};

Pairs solve_whole(const Centred& a, int64_t k) {
  const int64_t n = a.side();
  Eigen::MatrixXd gram(n, n);
  constexpr int64_t kColumns = 64;
  for (int64_t first = 0; first < n; first += kColumns) {
    const int64_t width = std::min(kColumns, n - first);
    Dense unit = Dense::Zero(n, width);
    for (int64_t j = 0; j < width; ++j) unit(first + j, j) = 1;
    gram.middleCols(first, width) = a.gram_times(unit);
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver((gram + gram.transpose()) / 2);
  const int64_t wanted = std::min(k, n);
  return {solver.eigenvalues().reverse().head(wanted), solver.eigenvectors().rowwise().reverse().leftCols(wanted), 0};
}

// An orthonormal basis that grows by blocks, and what the Gram matrix does within it.
class Krylov {
 public:
  Krylov(const Centred& a, int64_t width, Random& random)
      : a_(a), random_(random), basis_(a.side(), width * kDepth), projected_(width * kDepth, width * kDepth) {}

  Pairs run(Dense start, int64_t wanted) {
    const int64_t width = start.cols();
    n_ = 0;
    projected_.setZero();
    orthonormalise(start);
    Eigen::MatrixXd last;
    for (int depth = 0; depth < kDepth; ++depth) {
      basis_.middleCols(n_, width) = start;
      n_ += width;
      Dense next = a_.gram_times(start);
      for (int pass = 0; pass < 2; ++pass) {
        const Eigen::MatrixXd inside = basis_.leftCols(n_).transpose() * next;
        projected_.block(0, n_ - width, n_, width) += inside;
        next -= basis_.leftCols(n_) * inside;
      }
      last = orthonormalise(next);
      start = std::move(next);
    }
    const Eigen::MatrixXd upper = projected_.triangularView<Eigen::Upper>();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(Eigen::MatrixXd(upper.selfadjointView<Eigen::Upper>()));
    Pairs out{solver.eigenvalues().reverse().head(width), {}, 0};
    const Eigen::MatrixXd rotation = solver.eigenvectors().rowwise().reverse().leftCols(width);
    out.vectors = basis_ * rotation;
    const Eigen::MatrixXd leaves = last * rotation.bottomRows(width);
    for (int64_t j = 0; j < wanted && out.values(j) > kLeastShare * out.values(0); ++j)
      out.residual = std::max(out.residual, leaves.col(j).norm() / out.values(j));
    return out;
  }

 private:
  // Columns orthonormal to each other (and to the basis, which the caller has taken off); the triangle that turns them
  // back.  A column that has vanished becomes a random one, with zeros in the triangle.
  Eigen::MatrixXd orthonormalise(Dense& x) {
    Eigen::MatrixXd block = x;
    Eigen::MatrixXd triangle = Eigen::MatrixXd::Zero(x.cols(), x.cols());
    const double scale = block.colwise().norm().maxCoeff();
    largest_ = std::max(largest_, scale);
    for (int64_t j = 0; j < block.cols(); ++j) {
      take_off(block, j, &triangle);
      const double length = block.col(j).norm();
      if (length > 1e-12 * largest_) {
        triangle(j, j) = length;
      } else {
        triangle.col(j).setZero();
        for (int64_t i = 0; i < block.rows(); ++i) block(i, j) = random_.normal();
        for (int pass = 0; pass < 2; ++pass) {
          block.col(j) -= basis_.leftCols(n_) * (basis_.leftCols(n_).transpose() * block.col(j)).eval();
          take_off(block, j, nullptr);
        }
      }
      block.col(j).normalize();
    }
    x = block;
    return triangle;
  }

  static void take_off(Eigen::MatrixXd& block, int64_t j, Eigen::MatrixXd* triangle) {
    for (int pass = 0; pass < 2; ++pass) {
      const Eigen::VectorXd inside = block.leftCols(j).transpose() * block.col(j);
      block.col(j) -= block.leftCols(j) * inside;
      if (triangle) triangle->col(j).head(j) += inside;
    }
  }

  const Centred& a_;
  Random& random_;
  Eigen::MatrixXd basis_, projected_;
  int64_t n_ = 0;       // columns of the basis so far
  double largest_ = 0;  // length of a column seen
};

Pairs solve_by_subspaces(const Centred& a, int64_t k, uint64_t seed) {
  Random random(seed, stream_id("sparse PCA"));
  const int64_t width = std::min(k + kSpare, a.side() / kDepth);
  Krylov krylov(a, width, random);
  Dense start(a.side(), width);
  for (int64_t i = 0; i < start.rows(); ++i)
    for (int64_t j = 0; j < width; ++j) start(i, j) = random.normal();
  Pairs out;
  for (int round = 0; round < kMostRounds; ++round) {
    out = krylov.run(round == 0 ? std::move(start) : std::move(out.vectors), std::min(k, width));
    if (out.residual < kTolerance) break;
  }
  return out;
}

}  // namespace

SparsePca fit_sparse_pca(const SparseMatrix& x, int64_t k, uint64_t seed, int n_threads) {
  check(k > 0, "PCA has components");
  SparsePca out;
  out.mean.assign(static_cast<size_t>(x.n_cols), 0);
  out.components = Matrix(k, x.n_cols);
  out.explained_variance.assign(static_cast<size_t>(k), 0);
  if (x.n_rows() == 0 || x.n_cols == 0) return out;
  const Centred a(x, n_threads);
  for (int64_t j = 0; j < x.n_cols; ++j) out.mean[static_cast<size_t>(j)] = static_cast<float>(a.mean()(j));
  const bool is_small = a.side() <= kExact || a.side() / kDepth <= k;
  const Pairs pairs = is_small ? solve_whole(a, k) : solve_by_subspaces(a, k, seed);
  out.residual = pairs.residual;
  const double total = a.squared_norm(), scale = std::accumulate(x.value.begin(), x.value.end(), 0.0,
                                                                 [](double s, float v) { return s + double{v} * v; });
  const int64_t n_found = std::min<int64_t>(k, pairs.values.size());
  while (out.rank < n_found && pairs.values(out.rank) > kLeastShare * scale) ++out.rank;
  if (out.rank == 0) return out;
  Dense components = pairs.vectors.leftCols(out.rank);
  if (a.is_by_rows()) components = a.transposed_times(components);
  for (int64_t c = 0; c < out.rank; ++c) {
    int64_t largest = 0;
    components.col(c).cwiseAbs().maxCoeff(&largest);
    const double length = (components(largest, c) < 0 ? -1 : 1) * components.col(c).norm();
    for (int64_t j = 0; j < x.n_cols; ++j) out.components(c, j) = static_cast<float>(components(j, c) / length);
    if (x.n_rows() > 1)
      out.explained_variance[static_cast<size_t>(c)] = pairs.values(c) / static_cast<double>(x.n_rows() - 1);
    out.explained_share += pairs.values(c) / total;
  }
  return out;
}

Matrix SparsePca::transform(const SparseMatrix& x, int n_threads) const {
  check(x.n_cols == components.n_cols, "a table to transform has the fitted columns");
  const int64_t k = components.n_rows;
  Matrix by_column(x.n_cols, k);  // read in order, column by column of x
  Eigen::RowVectorXd origin = Eigen::RowVectorXd::Zero(k);
  for (int64_t c = 0; c < k; ++c)
    for (int64_t j = 0; j < x.n_cols; ++j) {
      by_column(j, c) = components(c, j);
      origin(c) += double{components(c, j)} * mean[static_cast<size_t>(j)];
    }
  Matrix out(x.n_rows(), k);
  in_blocks(x.n_rows(), n_threads, [&](int64_t i) {
    Eigen::RowVectorXd sum = -origin;
    const auto columns = x.columns_of(i);
    const auto values = x.values_of(i);
    for (size_t e = 0; e < columns.size(); ++e)
      sum +=
          double{values[e]} * Eigen::Map<const Eigen::RowVectorXf>(by_column.row(columns[e]).data(), k).cast<double>();
    Eigen::Map<Eigen::RowVectorXf>(out.row(i).data(), k) = sum.cast<float>();
  });
  return out;
}

}  // namespace songscape
