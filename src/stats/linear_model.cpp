#include "stats/linear_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/folds.h"
#include "stats/standardised_columns.h"

namespace songscape {
namespace {

constexpr int kPenalties = 22;       // of ridge: 10⁻⁵ … 10²
constexpr int kLassoPenalties = 30;  // from the largest that matters to a thousandth of it
constexpr int32_t kFolds = 5;

struct Target {
  double mean;
  Eigen::VectorXd centred;
};

Target centred_target(std::span<const double> y, int64_t n_rows) {
  check(static_cast<int64_t>(y.size()) == n_rows, "every row has a target");
  Target out{.mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size()),
             .centred = Eigen::VectorXd(n_rows)};
  for (int64_t i = 0; i < n_rows; ++i) out.centred(i) = y[static_cast<size_t>(i)] - out.mean;
  return out;
}

LinearModel in_units_of_x(const StandardisedColumns& columns, const Eigen::VectorXd& b, double mean, double penalty) {
  const Eigen::VectorXd weights = b.cwiseQuotient(columns.scale);
  return {
      .weights = {weights.begin(), weights.end()}, .intercept = mean - weights.dot(columns.mean), .penalty = penalty};
}

// Correlations of standardised columns with each other and covariances with the target.
struct Sums {
  Eigen::MatrixXd gram;   // [d × d]
  Eigen::VectorXd cross;  // [d]
};

Sums sums_of(const StandardisedColumns& columns, const Eigen::VectorXd& y) {
  const double n = static_cast<double>(y.size());
  Sums out;
  out.gram.setZero(columns.x.cols(), columns.x.cols());
  out.gram.selfadjointView<Eigen::Lower>().rankUpdate(columns.x.transpose(), 1 / n);
  out.gram.triangularView<Eigen::StrictlyUpper>() = out.gram.transpose();
  out.cross = columns.x.transpose() * y / n;
  return out;
}

// Improves b until no weight moves by more than 1e-7 of the target's standard deviation.
void descend(const Sums& sums, double penalty, double tolerance, Eigen::VectorXd& b) {
  Eigen::VectorXd residual = sums.cross - sums.gram * b;  // covariance of each column with what is left of y
  for (int sweep = 0; sweep < 1000; ++sweep) {
    double largest_move = 0;
    for (int64_t j = 0; j < b.size(); ++j) {
      if (sums.gram(j, j) <= 0) continue;
      const double pull = residual(j) + sums.gram(j, j) * b(j);
      const double moved = std::copysign(std::max(0.0, std::abs(pull) - penalty), pull) / sums.gram(j, j) - b(j);
      if (moved == 0) continue;
      b(j) += moved;
      residual -= sums.gram.col(j) * moved;
      largest_move = std::max(largest_move, std::abs(moved));
    }
    if (largest_move <= tolerance) return;
  }
}

double tolerance_for(const Eigen::VectorXd& y) {
  return 1e-7 * std::sqrt(y.squaredNorm() / static_cast<double>(std::max<int64_t>(1, y.size())));
}

double least_idle_penalty(const Sums& sums) { return sums.cross.size() > 0 ? sums.cross.cwiseAbs().maxCoeff() : 0; }

double lasso_penalty(double largest, int step) { return largest * std::pow(10, -3.0 * step / (kLassoPenalties - 1)); }

}  // namespace

std::vector<double> LinearModel::predict(MatrixView x) const {
  check(x.n_cols == static_cast<int64_t>(weights.size()), "a table to predict from has the fitted columns");
  std::vector<double> out;
  for (int64_t i = 0; i < x.n_rows; ++i) {
    const auto row = x.row(i);
    out.push_back(std::inner_product(row.begin(), row.end(), weights.begin(), intercept));
  }
  return out;
}

LinearModel fit_ridge(MatrixView x, std::span<const double> y, double penalty) {
  const StandardisedColumns columns(x);
  const Target target = centred_target(y, x.n_rows);
  Sums sums = sums_of(columns, target.centred);
  sums.gram.diagonal().array() += penalty;
  return in_units_of_x(columns, sums.gram.ldlt().solve(sums.cross), target.mean, penalty);
}

LinearModel fit_ridge(MatrixView x, std::span<const double> y) {
  const StandardisedColumns columns(x);
  const Target target = centred_target(y, x.n_rows);
  const Sums sums = sums_of(columns, target.centred);
  const double n = static_cast<double>(x.n_rows);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(sums.gram);
  const Eigen::VectorXd variance = solver.eigenvalues().cwiseMax(0.0);
  const Eigen::MatrixXd scores = columns.x * solver.eigenvectors();  // [n × d], column c of variance c
  const Eigen::VectorXd cross = solver.eigenvectors().transpose() * sums.cross;
  const Eigen::MatrixXd squared = scores.cwiseAbs2();
  double best_error = std::numeric_limits<double>::infinity(), best = 1;
  for (int p = 0; p < kPenalties; ++p) {
    const double penalty = std::pow(10, -5 + 7.0 * p / (kPenalties - 1));
    const Eigen::VectorXd shrunk = (variance.array() + penalty).inverse();
    const Eigen::VectorXd residual = target.centred - scores * cross.cwiseProduct(shrunk);
    const Eigen::VectorXd leverage = squared * shrunk / n;
    const double error = (residual.array() / (1 - 1 / n - leverage.array()).cwiseMax(1e-9)).square().sum();
    if (error < best_error) {
      best_error = error;
      best = penalty;
    }
  }
  const Eigen::VectorXd b = solver.eigenvectors() * (cross.array() / (variance.array() + best)).matrix();
  return in_units_of_x(columns, b, target.mean, best);
}

LinearModel fit_lasso(MatrixView x, std::span<const double> y, double penalty) {
  const StandardisedColumns columns(x);
  const Target target = centred_target(y, x.n_rows);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(x.n_cols);
  descend(sums_of(columns, target.centred), penalty, tolerance_for(target.centred), b);
  return in_units_of_x(columns, b, target.mean, penalty);
}

LinearModel fit_lasso_by_folds(MatrixView x, std::span<const double> y, uint64_t seed,
                               std::span<const int32_t> group_of_row) {
  check(static_cast<int64_t>(y.size()) == x.n_rows, "every row has a target");
  std::vector<int32_t> groups(group_of_row.begin(), group_of_row.end());
  if (groups.empty()) {
    groups.resize(y.size());
    std::iota(groups.begin(), groups.end(), 0);
  }
  const StandardisedColumns all(x);
  const Target target = centred_target(y, x.n_rows);
  const Sums sums = sums_of(all, target.centred);
  const double largest = least_idle_penalty(sums), tolerance = tolerance_for(target.centred);
  const std::vector<int32_t> folds = group_folds(groups, kFolds, seed);
  std::vector<double> error(kLassoPenalties, 0);
  for (int32_t fold = 0; fold < kFolds; ++fold) {
    const std::vector<int64_t> train = rows_outside_fold(folds, fold), test = rows_in_fold(folds, fold);
    if (train.empty() || test.empty()) continue;
    std::vector<double> y_train;
    for (const int64_t i : train) y_train.push_back(y[static_cast<size_t>(i)]);
    const StandardisedColumns columns(select_rows(x, train));
    const Target part = centred_target(y_train, static_cast<int64_t>(train.size()));
    const Sums part_sums = sums_of(columns, part.centred);
    const Matrix x_test = select_rows(x, test);
    Eigen::VectorXd b = Eigen::VectorXd::Zero(x.n_cols);
    for (int step = 0; step < kLassoPenalties; ++step) {
      descend(part_sums, lasso_penalty(largest, step), tolerance, b);
      const std::vector<double> predicted = in_units_of_x(columns, b, part.mean, 0).predict(x_test);
      for (size_t i = 0; i < test.size(); ++i) {
        const double off = y[static_cast<size_t>(test[i])] - predicted[i];
        error[static_cast<size_t>(step)] += off * off;
      }
    }
  }
  const auto best = static_cast<int>(std::min_element(error.begin(), error.end()) - error.begin());
  Eigen::VectorXd b = Eigen::VectorXd::Zero(x.n_cols);
  for (int step = 0; step <= best; ++step) descend(sums, lasso_penalty(largest, step), tolerance, b);
  return in_units_of_x(all, b, target.mean, lasso_penalty(largest, best));
}

double r_squared(std::span<const double> y, std::span<const double> predicted) {
  check(y.size() == predicted.size(), "every value has a prediction");
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
  double left = 0, total = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    left += (y[i] - predicted[i]) * (y[i] - predicted[i]);
    total += (y[i] - mean) * (y[i] - mean);
  }
  return total > 0 ? 1 - left / total : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace songscape
