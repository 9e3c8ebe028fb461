#include "create/direction.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "stats/cross_validation.h"
#include "stats/linear_model.h"
#include "stats/logistic.h"

namespace songscape {
namespace {

constexpr int64_t kFewestSongs = 10;
constexpr double kPenalty = 1e-2;  // of logistic regression: hundreds of songs in 128 dimensions

// The songs that have the attribute.
struct Known {
  Matrix z;
  std::vector<double> y;
  std::vector<int32_t> groups;
};

Known known_songs(MatrixView z, const Attribute& attribute, std::span<const int32_t> groups) {
  std::vector<int64_t> rows;
  Known known;
  for (size_t i = 0; i < attribute.values.size(); ++i) {
    if (!std::isfinite(attribute.values[i])) continue;
    rows.push_back(static_cast<int64_t>(i));
    known.y.push_back(attribute.values[i]);
    known.groups.push_back(groups[i]);
  }
  known.z = select_rows(z, rows);
  return known;
}

[[noreturn]] void refuse(const Attribute& attribute, const std::string& what, const std::string& wanted) {
  fail(
      ExitCode::usage,
      {.what = what, .where = "--attribute", .seen = escape_for_terminal(attribute.name), .wanted = wanted, .fix = {}});
}

std::vector<double> mean_of_columns(MatrixView z) {
  std::vector<double> mean(static_cast<size_t>(z.n_cols));
  for (int64_t i = 0; i < z.n_rows; ++i)
    for (int64_t d = 0; d < z.n_cols; ++d) mean[static_cast<size_t>(d)] += z(i, d) / static_cast<double>(z.n_rows);
  return mean;
}

// Σ w: the covariance of every column with z · w.
std::vector<double> covariance_times(MatrixView z, const std::vector<double>& w) {
  const std::vector<double> mean = mean_of_columns(z);
  std::vector<double> out(w.size());
  for (int64_t i = 0; i < z.n_rows; ++i) {
    double told = 0;
    for (size_t d = 0; d < w.size(); ++d) told += w[d] * (z(i, static_cast<int64_t>(d)) - mean[d]);
    for (size_t d = 0; d < w.size(); ++d)
      out[d] += told * (z(i, static_cast<int64_t>(d)) - mean[d]) / static_cast<double>(z.n_rows);
  }
  return out;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

std::vector<int32_t> classes_of(const std::vector<double>& y) { return {y.begin(), y.end()}; }

// What is told to read: weights of the attribute, or of a class's log-odds.
std::vector<double> reading_weights(const Known& known, bool is_class) {
  if (!is_class) return fit_ridge(known.z, known.y).weights;
  const LogisticModel model = fit_logistic(known.z, classes_of(known.y), 2, kPenalty);
  std::vector<double> weights;
  for (int64_t d = 0; d < known.z.n_cols; ++d) weights.push_back(double{model.weights(1, d)} - model.weights(0, d));
  return weights;
}

double cross_validated_effect(const Known& known, bool is_class) {
  const CrossValidationOptions options{.penalty = kPenalty, .group_of_row = known.groups};
  if (!is_class) return r_squared(known.y, cross_validated_ridge(known.z, known.y, options));
  const auto labels = classes_of(known.y);
  return 2 * balanced_accuracy(labels, cross_validated_classes(known.z, labels, 2, options)) - 1;
}

}  // namespace

Direction fit_direction(MatrixView z, const Attribute& attribute, std::span<const int32_t> groups) {
  check(z.n_rows == static_cast<int64_t>(attribute.values.size()) && groups.size() == attribute.values.size(),
        "places, values and groups have a row a song");
  const Known known = known_songs(z, attribute, groups);
  Direction direction;
  direction.n_songs = known.z.n_rows;
  if (direction.n_songs < kFewestSongs)
    refuse(attribute,
           "too few songs have the attribute: " + std::to_string(direction.n_songs) + " of " + std::to_string(z.n_rows),
           "an attribute that at least 10 training songs have");
  const auto n = static_cast<double>(direction.n_songs);
  for (const double y : known.y) direction.mean += y / n;
  for (const double y : known.y) direction.deviation += (y - direction.mean) * (y - direction.mean) / n;
  direction.deviation = std::sqrt(direction.deviation);
  if (direction.deviation <= 1e-9 * std::abs(direction.mean))
    refuse(attribute, "the attribute is the same in all training songs", "an attribute that differs between songs");
  direction.effect = cross_validated_effect(known, attribute.is_class);
  const std::vector<double> weights = reading_weights(known, attribute.is_class);
  direction.step = covariance_times(known.z, weights);
  direction.told_deviation = std::sqrt(std::max(0.0, dot(weights, direction.step)));
  for (double& s : direction.step) s *= direction.told_deviation > 0 ? 1 / direction.told_deviation : 0;
  return direction;
}

}  // namespace songscape
