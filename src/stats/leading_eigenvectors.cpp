#include "stats/leading_eigenvectors.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int64_t kBlock = 512, kSpare = 8;
constexpr int kDegree = 24, kMostRounds = 40;

class NormalisedAdjacency {
 public:
  explicit NormalisedAdjacency(const Graph& graph) : graph_(graph), weight_(graph.weight) {
    const std::vector<double> degree = graph.degrees();
    for (int64_t i = 0; i < graph.n_nodes(); ++i)
      for (int64_t e = graph.first[static_cast<size_t>(i)]; e < graph.first[static_cast<size_t>(i) + 1]; ++e) {
        const auto at = static_cast<size_t>(e);
        weight_[at] = static_cast<float>(
            weight_[at] / std::sqrt(degree[static_cast<size_t>(i)] * degree[static_cast<size_t>(graph.neighbour[at])]));
      }
  }

  // to = scale · (A x − shift · x) − back · old, row by row.
  void step(const Dense& x, const Dense& old, double scale, double shift, double back, Dense& to) const {
    for_each_block(x.rows(), kBlock, [&](int64_t first, int64_t n) {
      Eigen::RowVectorXf sum(x.cols());
      for (int64_t i = first; i < first + n; ++i) {
        sum = static_cast<float>(-shift) * x.row(i);
        for (int64_t e = graph_.first[static_cast<size_t>(i)]; e < graph_.first[static_cast<size_t>(i) + 1]; ++e)
          sum += weight_[static_cast<size_t>(e)] * x.row(graph_.neighbour[static_cast<size_t>(e)]);
        to.row(i) = static_cast<float>(scale) * sum - static_cast<float>(back) * old.row(i);
      }
    });
  }
  Dense times(const Dense& x) const {
    Dense out(x.rows(), x.cols());
    step(x, x, 1, 0, 0, out);
    return out;
  }

 private:
  const Graph& graph_;
  std::vector<float> weight_;
};

// aᵀ b, summed in double.
Eigen::MatrixXd inner(const Dense& a, const Dense& b) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(a.cols(), b.cols());
  for (int64_t first = 0; first < a.rows(); first += kBlock) {
    const int64_t n = std::min<int64_t>(kBlock, a.rows() - first);
    sum += (a.middleRows(first, n).transpose() * b.middleRows(first, n)).cast<double>();
  }
  return sum;
}

// An orthonormal basis of the columns: by the Gram matrix's eigenvectors, twice for what rounding left of the first.
// Directions that have all but vanished are filled anew.
void orthonormalise(Dense& x, Random& random) {
  for (int pass = 0; pass < 3; ++pass) {
    const Eigen::VectorXf length = x.colwise().norm();
    for (int64_t j = 0; j < x.cols(); ++j) x.col(j) /= std::max(length(j), 1e-30f);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(inner(x, x));
    Eigen::VectorXd scale = solver.eigenvalues();
    bool is_full = true;
    for (int64_t j = 0; j < scale.size(); ++j) {
      is_full &= scale(j) > 1e-6;
      scale(j) = scale(j) > 1e-6 ? 1 / std::sqrt(scale(j)) : 0;
    }
    x = x * (solver.eigenvectors() * scale.asDiagonal()).cast<float>().eval();
    if (is_full && pass >= 1) return;
    for (int64_t j = 0; j < scale.size(); ++j)
      if (scale(j) == 0)
        for (int64_t i = 0; i < x.rows(); ++i) x(i, j) = static_cast<float>(random.normal());
  }
}

// Chebyshev's polynomial of degree kDegree over [−1, cut]: small there, steep above.
void filter(const NormalisedAdjacency& a, double cut, Dense& x) {
  const double middle = (cut - 1) / 2, half = (cut + 1) / 2;
  Dense now(x.rows(), x.cols()), next(x.rows(), x.cols());
  a.step(x, x, 1 / half, middle, 0, now);
  for (int d = 2; d <= kDegree; ++d) {
    a.step(now, x, 2 / half, middle, 1, next);
    std::swap(x, now);
    std::swap(now, next);
  }
  std::swap(x, now);
}

}  // namespace

Eigenvectors leading_eigenvectors(const Graph& graph, int64_t k, uint64_t seed, double tolerance) {
  const int64_t n = graph.n_nodes(), wanted = std::min(k, n), width = std::min(n, wanted + kSpare);
  check(wanted >= 1, "at least one eigenvector is wanted");
  const NormalisedAdjacency a(graph);
  Random random(seed, stream_id("leading eigenvectors"));
  Dense x(n, width);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < width; ++j) x(i, j) = static_cast<float>(random.normal());
  Eigenvectors out;
  double cut = 0.5;
  Eigen::VectorXd values;
  for (int round = 0; round < kMostRounds; ++round) {
    if (width < n) filter(a, cut, x);
    orthonormalise(x, random);
    Dense ax = a.times(x);
    const Eigen::MatrixXd h = inner(x, ax);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver((h + h.transpose()) / 2);
    const Eigen::MatrixXf rotation = solver.eigenvectors().rowwise().reverse().cast<float>();  // falling values
    values = solver.eigenvalues().reverse();
    x = (x * rotation).eval();
    ax = (ax * rotation).eval();
    out.residual = 0;
    for (int64_t j = 0; j < wanted; ++j)
      out.residual = std::max<double>(out.residual, (ax.col(j) - static_cast<float>(values(j)) * x.col(j)).norm());
    if (out.residual < tolerance || width == n) break;
    cut = std::clamp(values(width - 1), -0.5, 0.9999);
  }
  out.values.assign(values.data(), values.data() + wanted);
  out.vectors = Matrix(n, wanted);
  for (int64_t j = 0; j < wanted; ++j) {
    int64_t largest = 0;
    x.col(j).cwiseAbs().maxCoeff(&largest);
    const float sign = x(largest, j) < 0 ? -1.0f : 1.0f;
    for (int64_t i = 0; i < n; ++i) out.vectors(i, j) = sign * x(i, j);
  }
  return out;
}

}  // namespace songscape
