// Resampling intervals: how far a figure would move had other songs been drawn.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace songscape {

struct Interval {
  double estimate = 0;  // the statistic of the data itself
  double low = 0, high = 0;
  bool excludes_zero() const { return low > 0 || high < 0; }
};

enum class Resampling {
  // Percentile bootstrap (Efron 1979).
  with_replacement,
  // Random halves, each row at most once (Politis, Romano and Wolf 1999, subsampling; McCarthy 1969, half-samples): a
  // half varies about the whole as the whole about its source.  For figures of pairs of rows, such as ARI: a row drawn
  // twice agrees with itself in every clustering, which lifts them all.
  half_samples
};

struct BootstrapOptions {
  Resampling resampling = Resampling::with_replacement;
  int n_resamples = 1000;
  double confidence = .95;
  uint64_t seed = 0;
};

// A figure of the rows named (some of them several times, some not at all).  Called from several threads.
using RowStatistic = std::function<double(std::span<const int64_t> rows)>;

// Rows are drawn with replacement; where `group_of_row` is given, whole groups are.  Resamples whose statistic is NaN
// are left out.  n_rows ≥ 1.  Equal for any number of threads.
Interval bootstrap(int64_t n_rows, const RowStatistic& statistic, const BootstrapOptions& options = {},
                   std::span<const int32_t> group_of_row = {});

// The difference a − b over the same resamples: a wins where the interval lies above 0.
Interval paired_bootstrap(int64_t n_rows, const RowStatistic& a, const RowStatistic& b,
                          const BootstrapOptions& options = {}, std::span<const int32_t> group_of_row = {});

// A figure of each of several runs (seeds of one model) over the same rows.
struct RunFigure {
  int64_t n_runs = 1;
  std::function<double(int64_t run, std::span<const int64_t> rows)> statistic;
};

// The mean over runs, and how far it would move had other rows and other seeds been drawn.  Runs are resampled too:
// n_runs − 1 of them with replacement, so that the spread of their mean is unbiased (Rao and Wu 1988).  One run: the
// interval is over rows alone.
Interval bootstrap_over_runs(int64_t n_rows, const RunFigure& figure, const BootstrapOptions& options = {});
// a − b over the same rows; the runs of each are drawn apart.
Interval paired_bootstrap_over_runs(int64_t n_rows, const RunFigure& a, const RunFigure& b,
                                    const BootstrapOptions& options = {});

// Two-sided 95 % quantile of Student's t, degrees ≥ 1.
double student_quantile(size_t degrees);

// Mean and Student's 95 % interval of a few independent values; NaN values are left out; the interval of one is NaN.
Interval mean_interval(std::span<const double> values);

}  // namespace songscape
