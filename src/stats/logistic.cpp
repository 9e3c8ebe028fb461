#include "stats/logistic.h"

#include <algorithm>
#include <cmath>

#include "stats/lbfgs.h"
#include "stats/pairwise.h"
#include "stats/standardised_columns.h"

namespace songscape {
namespace {

// Rows become probabilities; returns Σ −log p(label).
double softmax_rows(Eigen::Ref<Eigen::MatrixXd> scores, std::span<const int32_t> labels) {
  double loss = 0;
  for (int64_t i = 0; i < scores.rows(); ++i) {
    const double largest = scores.row(i).maxCoeff();
    scores.row(i).array() -= largest;
    const double own = scores(i, labels[static_cast<size_t>(i)]);
    scores.row(i) = scores.row(i).array().exp();
    const double sum = scores.row(i).sum();
    loss += std::log(sum) - own;
    scores.row(i) /= sum;
  }
  return loss;
}

struct Problem {
  const StandardisedColumns& columns;
  std::span<const int32_t> labels;
  int64_t n_classes;
  double penalty;

  // theta: weights [d × n_classes] column by column, then the intercepts.
  double operator()(const Eigen::VectorXd& theta, Eigen::VectorXd& gradient) const {
    const int64_t d = columns.x.cols();
    const double n = static_cast<double>(columns.x.rows());
    const Eigen::Map<const Eigen::MatrixXd> weights(theta.data(), d, n_classes);
    const auto intercept = theta.tail(n_classes);
    Eigen::MatrixXd residual = columns.x * weights;
    residual.rowwise() += intercept.transpose();
    const double loss = softmax_rows(residual, labels) / n;
    for (int64_t i = 0; i < residual.rows(); ++i) residual(i, labels[static_cast<size_t>(i)]) -= 1;
    Eigen::Map<Eigen::MatrixXd> weight_gradient(gradient.data(), d, n_classes);
    weight_gradient.noalias() = columns.x.transpose() * residual / n;
    weight_gradient += penalty * weights;
    gradient.tail(n_classes) = residual.colwise().sum().transpose() / n;
    return loss + penalty / 2 * weights.squaredNorm();
  }
};

}  // namespace

LogisticModel fit_logistic(MatrixView x, std::span<const int32_t> labels, int64_t n_classes, double penalty) {
  check(static_cast<int64_t>(labels.size()) == x.n_rows, "every row has a label");
  check(n_classes >= 1 && std::ranges::all_of(labels, [&](int32_t l) { return l >= 0 && l < n_classes; }),
        "labels are 0 to n_classes − 1");
  const StandardisedColumns columns(x);
  const int64_t d = x.n_cols;
  const Problem problem{columns, labels, n_classes, penalty};
  const Eigen::VectorXd theta = minimise(problem, Eigen::VectorXd::Zero((d + 1) * n_classes));
  LogisticModel out{.weights = Matrix(n_classes, d), .intercept = {}};
  for (int64_t c = 0; c < n_classes; ++c) {
    double intercept = theta(d * n_classes + c);
    for (int64_t j = 0; j < d; ++j) {
      const double weight = theta(c * d + j) / columns.scale(j);
      out.weights(c, j) = static_cast<float>(weight);
      intercept -= weight * columns.mean(j);
    }
    out.intercept.push_back(intercept);
  }
  return out;
}

Matrix LogisticModel::probabilities(MatrixView x) const {
  Matrix out = multiply_transposed(x, weights);
  for (int64_t i = 0; i < out.n_rows; ++i) {
    std::vector<double> scores;
    for (int64_t c = 0; c < n_classes(); ++c) scores.push_back(out(i, c) + intercept[static_cast<size_t>(c)]);
    const double largest = *std::ranges::max_element(scores);
    double sum = 0;
    for (double& s : scores) sum += s = std::exp(s - largest);
    for (int64_t c = 0; c < n_classes(); ++c) out(i, c) = static_cast<float>(scores[static_cast<size_t>(c)] / sum);
  }
  return out;
}

std::vector<int32_t> LogisticModel::predict(MatrixView x) const {
  const Matrix p = probabilities(x);
  std::vector<int32_t> out;
  for (int64_t i = 0; i < p.n_rows; ++i)
    out.push_back(static_cast<int32_t>(std::ranges::max_element(p.row(i)) - p.row(i).begin()));
  return out;
}

}  // namespace songscape
