#include "stats/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"

namespace songscape {
namespace {

// Rows of each group; without groups every row is one.
std::vector<std::vector<int64_t>> rows_by_group(int64_t n_rows, std::span<const int32_t> group_of_row) {
  std::map<int64_t, std::vector<int64_t>> groups;
  for (int64_t i = 0; i < n_rows; ++i)
    groups[group_of_row.empty() ? i : group_of_row[static_cast<size_t>(i)]].push_back(i);
  std::vector<std::vector<int64_t>> out;
  for (auto& [group, rows] : groups) out.push_back(std::move(rows));
  return out;
}

// Linear between order statistics, as NumPy's default.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const size_t below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

std::vector<int64_t> drawn_groups(int64_t n_groups, Resampling resampling, Random& random) {
  if (resampling == Resampling::half_samples) {
    std::vector<int64_t> half = permutation(n_groups, random);
    half.resize(static_cast<size_t>((n_groups + 1) / 2));
    return half;
  }
  std::vector<int64_t> drawn(static_cast<size_t>(n_groups));
  for (int64_t& g : drawn) g = random.below(n_groups);
  return drawn;
}

using DrawnStatistic = std::function<double(std::span<const int64_t> rows, Random& random)>;

Interval interval_of(const std::vector<std::vector<int64_t>>& groups, double estimate, const DrawnStatistic& statistic,
                     const BootstrapOptions& options) {
  std::vector<double> figures(static_cast<size_t>(options.n_resamples));
  parallel_for(options.n_resamples, worker_threads(), [&](int64_t r) {
    Random random(options.seed, stream_id("bootstrap", static_cast<uint64_t>(r)));
    std::vector<int64_t> rows;
    for (const int64_t g : drawn_groups(static_cast<int64_t>(groups.size()), options.resampling, random)) {
      const auto& drawn = groups[static_cast<size_t>(g)];
      rows.insert(rows.end(), drawn.begin(), drawn.end());
    }
    figures[static_cast<size_t>(r)] = statistic(rows, random);
  });
  std::erase_if(figures, [](double f) { return std::isnan(f); });
  std::sort(figures.begin(), figures.end());
  Interval out{.estimate = estimate, .low = std::nan(""), .high = std::nan("")};
  if (figures.empty()) return out;
  if (options.resampling == Resampling::half_samples) {
    const double mean = std::accumulate(figures.begin(), figures.end(), 0.0) / static_cast<double>(figures.size());
    for (double& f : figures) f += estimate - mean;
  }
  out.low = quantile(figures, (1 - options.confidence) / 2);
  out.high = quantile(figures, (1 + options.confidence) / 2);
  return out;
}

std::vector<int64_t> every_row(int64_t n_rows) {
  std::vector<int64_t> rows(static_cast<size_t>(n_rows));
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return rows;
}

double mean_over_runs(const RunFigure& figure, std::span<const int64_t> rows) {
  double sum = 0;
  for (int64_t r = 0; r < figure.n_runs; ++r) sum += figure.statistic(r, rows);
  return sum / static_cast<double>(figure.n_runs);
}

double mean_over_drawn_runs(const RunFigure& figure, std::span<const int64_t> rows, Random& random) {
  if (figure.n_runs == 1) return figure.statistic(0, rows);
  double sum = 0;
  for (int64_t i = 1; i < figure.n_runs; ++i) sum += figure.statistic(random.below(figure.n_runs), rows);
  return sum / static_cast<double>(figure.n_runs - 1);
}

}  // namespace

Interval bootstrap(int64_t n_rows, const RowStatistic& statistic, const BootstrapOptions& options,
                   std::span<const int32_t> group_of_row) {
  check(n_rows >= 1 && options.n_resamples >= 1, "a bootstrap has rows and resamples");
  check(group_of_row.empty() || static_cast<int64_t>(group_of_row.size()) == n_rows, "every row has a group");
  return interval_of(
      rows_by_group(n_rows, group_of_row), statistic(every_row(n_rows)),
      [&](std::span<const int64_t> rows, Random&) { return statistic(rows); }, options);
}

Interval paired_bootstrap(int64_t n_rows, const RowStatistic& a, const RowStatistic& b, const BootstrapOptions& options,
                          std::span<const int32_t> group_of_row) {
  return bootstrap(
      n_rows, [&](std::span<const int64_t> rows) { return a(rows) - b(rows); }, options, group_of_row);
}

Interval bootstrap_over_runs(int64_t n_rows, const RunFigure& figure, const BootstrapOptions& options) {
  check(n_rows >= 1 && figure.n_runs >= 1 && options.n_resamples >= 1, "a bootstrap has rows, runs and resamples");
  return interval_of(
      rows_by_group(n_rows, {}), mean_over_runs(figure, every_row(n_rows)),
      [&](std::span<const int64_t> rows, Random& random) { return mean_over_drawn_runs(figure, rows, random); },
      options);
}

Interval paired_bootstrap_over_runs(int64_t n_rows, const RunFigure& a, const RunFigure& b,
                                    const BootstrapOptions& options) {
  check(n_rows >= 1 && a.n_runs >= 1 && b.n_runs >= 1, "a bootstrap has rows and runs");
  const auto every = every_row(n_rows);
  return interval_of(
      rows_by_group(n_rows, {}), mean_over_runs(a, every) - mean_over_runs(b, every),
      [&](std::span<const int64_t> rows, Random& random) {
        return mean_over_drawn_runs(a, rows, random) - mean_over_drawn_runs(b, rows, random);
      },
      options);
}

double student_quantile(size_t degrees) {
  constexpr double kTable[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                               2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086};
  check(degrees >= 1, "Student's t has a degree of freedom");
  return degrees <= std::size(kTable) ? kTable[degrees - 1] : 1.96 + 2.5 / static_cast<double>(degrees);
}

Interval mean_interval(std::span<const double> values) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known), [](double v) { return !std::isnan(v); });
  Interval out{.estimate = std::nan(""), .low = std::nan(""), .high = std::nan("")};
  if (known.empty()) return out;
  const double n = static_cast<double>(known.size());
  out.estimate = std::accumulate(known.begin(), known.end(), 0.0) / n;
  if (known.size() < 2) return out;
  double squared = 0;
  for (const double v : known) squared += (v - out.estimate) * (v - out.estimate);
  const double half = student_quantile(known.size() - 1) * std::sqrt(squared / (n - 1) / n);
  out.low = out.estimate - half, out.high = out.estimate + half;
  return out;
}

}  // namespace songscape
