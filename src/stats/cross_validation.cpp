#include "stats/cross_validation.h"

#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "core/parallel.h"
#include "stats/folds.h"
#include "stats/linear_model.h"
#include "stats/logistic.h"

namespace songscape {
namespace {

// Calls job(train rows, test rows) for every fold that has both.
void for_each_fold(int64_t n_rows, const CrossValidationOptions& options,
                   const std::function<void(std::span<const int64_t>, std::span<const int64_t>)>& job) {
  check(options.n_folds >= 2, "cross-validation has at least two folds");
  std::vector<int32_t> groups(options.group_of_row.begin(), options.group_of_row.end());
  if (groups.empty()) {
    groups.resize(static_cast<size_t>(n_rows));
    std::iota(groups.begin(), groups.end(), 0);
  }
  check(static_cast<int64_t>(groups.size()) == n_rows, "every row has a group");
  const std::vector<int32_t> folds = group_folds(groups, options.n_folds, options.seed);
  parallel_for(options.n_folds, worker_threads(), [&](int64_t fold) {
    const auto train = rows_outside_fold(folds, static_cast<int32_t>(fold));
    const auto test = rows_in_fold(folds, static_cast<int32_t>(fold));
    if (!train.empty() && !test.empty()) job(train, test);
  });
}

template <class T>
std::vector<T> select(std::span<const T> values, std::span<const int64_t> rows) {
  std::vector<T> out;
  for (const int64_t i : rows) out.push_back(values[static_cast<size_t>(i)]);
  return out;
}

}  // namespace

std::vector<double> cross_validated_ridge(MatrixView x, std::span<const double> y,
                                          const CrossValidationOptions& options) {
  check(static_cast<int64_t>(y.size()) == x.n_rows, "every row has a target");
  std::vector<double> out(y.size(), std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size()));
  for_each_fold(x.n_rows, options, [&](std::span<const int64_t> train, std::span<const int64_t> test) {
    const auto predicted = fit_ridge(select_rows(x, train), select(y, train)).predict(select_rows(x, test));
    for (size_t i = 0; i < test.size(); ++i) out[static_cast<size_t>(test[i])] = predicted[i];
  });
  return out;
}

std::vector<int32_t> cross_validated_classes(MatrixView x, std::span<const int32_t> labels, int64_t n_classes,
                                             const CrossValidationOptions& options) {
  check(static_cast<int64_t>(labels.size()) == x.n_rows, "every row has a label");
  std::vector<int32_t> out(labels.size(), -1);
  for_each_fold(x.n_rows, options, [&](std::span<const int64_t> train, std::span<const int64_t> test) {
    const LogisticModel model = fit_logistic(select_rows(x, train), select(labels, train), n_classes, options.penalty);
    const auto predicted = model.predict(select_rows(x, test));
    for (size_t i = 0; i < test.size(); ++i) out[static_cast<size_t>(test[i])] = predicted[i];
  });
  return out;
}

double accuracy(std::span<const int32_t> labels, std::span<const int32_t> predicted) {
  check(labels.size() == predicted.size(), "every label has a prediction");
  if (labels.empty()) return std::numeric_limits<double>::quiet_NaN();
  int64_t n_right = 0;
  for (size_t i = 0; i < labels.size(); ++i) n_right += labels[i] == predicted[i];
  return static_cast<double>(n_right) / static_cast<double>(labels.size());
}

double balanced_accuracy(std::span<const int32_t> labels, std::span<const int32_t> predicted) {
  check(labels.size() == predicted.size(), "every label has a prediction");
  struct Class {
    double n_rows = 0, n_right = 0;
  };
  std::map<int32_t, Class> classes;
  for (size_t i = 0; i < labels.size(); ++i) {
    ++classes[labels[i]].n_rows;
    classes[labels[i]].n_right += labels[i] == predicted[i];
  }
  double sum = 0;
  for (const auto& [label, c] : classes) sum += c.n_right / c.n_rows;
  return classes.empty() ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(classes.size());
}

}  // namespace songscape
