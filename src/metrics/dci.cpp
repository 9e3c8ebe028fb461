#include "metrics/dci.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "stats/linear_model.h"
#include "stats/random_forest.h"

namespace songscape {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr ForestOptions kForest{.n_trees = 10, .max_depth = 8, .least_leaf = 5, .most_rows = 4000};

// 1 − entropy of the shares, base their number; 0 where all are 0.
double concentration(const std::vector<double>& shares) {
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (total <= 0) return 0;
  double entropy = 0;
  for (const double s : shares)
    if (s > 0) entropy -= s / total * std::log(s / total);
  return 1 - entropy / std::log(static_cast<double>(shares.size()));
}

// One factor over its known rows.
struct Task {
  size_t factor;
  Matrix x;
  std::vector<double> values;
  std::vector<int32_t> labels;  // empty for continuous factors
  int32_t n_classes = 0;
};

Task task_of(MatrixView codes, const Factor& factor, size_t place) {
  const std::vector<int64_t> rows = known_rows(factor);
  Task out{.factor = place, .x = select_rows(codes, rows), .values = {}, .labels = {}};
  for (const int64_t i : rows) out.values.push_back(factor.values[static_cast<size_t>(i)]);
  if (factor.kind == FactorKind::continuous) return out;
  const std::vector<int32_t> classes = factor_classes(factor);
  for (const int64_t i : rows) out.labels.push_back(classes[static_cast<size_t>(i)]);
  out.n_classes = *std::ranges::max_element(out.labels) + 1;
  return out;
}

Task shuffled(const Task& task, Random random) {
  Task out = task;
  const std::vector<int64_t> order = permutation(task.x.n_rows, random);
  for (size_t i = 0; i < order.size(); ++i) {
    const size_t from = static_cast<size_t>(order[i]);
    out.values[i] = task.values[from];
    if (!task.labels.empty()) out.labels[i] = task.labels[from];
  }
  return out;
}

RandomForest forest_of(const Task& task, uint64_t seed) {
  ForestOptions options = kForest;
  options.seed = seed;
  return task.labels.empty() ? fit_forest(task.x, task.values, options)
                             : fit_forest(task.x, task.labels, task.n_classes, options);
}

// Accuracy or R² over the rows that some tree had not seen; NaN where there is none.
double unseen_score(const Task& task, const RandomForest& forest) {
  std::vector<double> truth, predicted;
  double n = 0, n_right = 0;
  for (int64_t i = 0; i < task.x.n_rows; ++i) {
    const auto output = forest.out_of_bag.row(i);
    if (std::isnan(output[0])) continue;
    ++n;
    if (task.labels.empty()) {
      truth.push_back(task.values[static_cast<size_t>(i)]);
      predicted.push_back(output[0]);
    } else {
      n_right += std::ranges::max_element(output) - output.begin() == task.labels[static_cast<size_t>(i)];
    }
  }
  if (n == 0) return kNone;
  return task.labels.empty() ? r_squared(truth, predicted) : n_right / n;
}

double commonest_share(const Task& task) {
  if (task.labels.empty()) return 0;
  std::vector<int64_t> sizes(static_cast<size_t>(task.n_classes), 0);
  for (const int32_t l : task.labels) ++sizes[static_cast<size_t>(l)];
  return static_cast<double>(*std::ranges::max_element(sizes)) / static_cast<double>(task.labels.size());
}

struct Concentrations {
  double disentanglement = kNone, completeness = kNone;
  std::vector<double> of_dimension, weight, of_factor;
};

// importance: one a factor, [d] each.
Concentrations concentrations(const std::vector<std::vector<double>>& importance, size_t d) {
  Concentrations out;
  double total = 0, weighted = 0;
  for (size_t j = 0; j < d; ++j) {
    std::vector<double> shares;
    for (const auto& of_factor : importance) shares.push_back(of_factor[j]);
    out.weight.push_back(std::accumulate(shares.begin(), shares.end(), 0.0));
    out.of_dimension.push_back(importance.size() > 1 ? concentration(shares) : kNone);
    total += out.weight.back();
    weighted += out.weight.back() * out.of_dimension.back();
  }
  for (double& w : out.weight) w = total > 0 ? w / total : 0;
  if (importance.size() > 1 && total > 0) out.disentanglement = weighted / total;
  for (const auto& of_factor : importance) out.of_factor.push_back(d > 1 ? concentration(of_factor) : kNone);
  if (!out.of_factor.empty())
    out.completeness =
        std::accumulate(out.of_factor.begin(), out.of_factor.end(), 0.0) / static_cast<double>(out.of_factor.size());
  return out;
}

}  // namespace

Dci dci(MatrixView codes, const std::vector<Factor>& factors, const ScoreOptions& options) {
  const size_t d = static_cast<size_t>(codes.n_cols);
  Dci out;
  out.importance = Matrix(codes.n_cols, static_cast<int64_t>(factors.size()));
  std::vector<std::vector<double>> importance, null_importance;
  std::vector<size_t> usable;
  double informed = 0;
  for (size_t f = 0; f < factors.size(); ++f) {
    check(static_cast<int64_t>(factors[f].values.size()) == codes.n_rows, "a factor has a value a row");
    DciFactor row{.factor = factors[f].name,
                  .excluded = why_unusable(factors[f]),
                  .n_rows = static_cast<int64_t>(known_rows(factors[f]).size()),
                  .completeness = kNone,
                  .informativeness = kNone,
                  .chance = kNone};
    if (row.excluded.empty()) {
      usable.push_back(f);
      const Task task = task_of(codes, factors[f], f);
      const RandomForest forest = forest_of(task, options.seed);
      row.informativeness = unseen_score(task, forest);
      row.chance = commonest_share(task);
      informed += std::max(0.0, (row.informativeness - row.chance) / (1 - row.chance));
      importance.push_back(forest.importance);
      const Random random(options.seed, stream_id("dci shuffle", f));
      null_importance.push_back(forest_of(shuffled(task, random), options.seed).importance);
      for (size_t j = 0; j < d; ++j)
        out.importance(static_cast<int64_t>(j), static_cast<int64_t>(f)) = static_cast<float>(importance.back()[j]);
    }
    out.factors.push_back(std::move(row));
  }
  const Concentrations found = concentrations(importance, d), null = concentrations(null_importance, d);
  for (size_t u = 0; u < usable.size(); ++u) out.factors[usable[u]].completeness = found.of_factor[u];
  out.disentanglement = found.disentanglement;
  out.completeness = found.completeness;
  out.informativeness = usable.empty() ? kNone : informed / static_cast<double>(usable.size());
  out.null_disentanglement = null.disentanglement;
  out.null_completeness = null.completeness;
  out.of_dimension = found.of_dimension;
  out.weight = found.weight;
  return out;
}

}  // namespace songscape
