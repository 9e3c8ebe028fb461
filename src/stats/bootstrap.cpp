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

}  // namespace

Interval bootstrap(int64_t n_rows, const RowStatistic& statistic, const BootstrapOptions& options,
                   std::span<const int32_t> group_of_row) {
  check(n_rows >= 1 && options.n_resamples >= 1, "a bootstrap has rows and resamples");
  check(group_of_row.empty() || static_cast<int64_t>(group_of_row.size()) == n_rows, "every row has a group");
  const auto groups = rows_by_group(n_rows, group_of_row);
  std::vector<double> figures(static_cast<size_t>(options.n_resamples));
  parallel_for(options.n_resamples, worker_threads(), [&](int64_t r) {
    Random random(options.seed, stream_id("bootstrap", static_cast<uint64_t>(r)));
    std::vector<int64_t> rows;
    for (const int64_t g : drawn_groups(static_cast<int64_t>(groups.size()), options.resampling, random)) {
      const auto& drawn = groups[static_cast<size_t>(g)];
      rows.insert(rows.end(), drawn.begin(), drawn.end());
    }
    figures[static_cast<size_t>(r)] = statistic(rows);
  });
  std::erase_if(figures, [](double f) { return std::isnan(f); });
  std::sort(figures.begin(), figures.end());
  std::vector<int64_t> all(static_cast<size_t>(n_rows));
  std::iota(all.begin(), all.end(), 0);
  Interval out{.estimate = statistic(all), .low = std::nan(""), .high = std::nan("")};
  if (figures.empty()) return out;
  if (options.resampling == Resampling::half_samples) {
    const double mean = std::accumulate(figures.begin(), figures.end(), 0.0) / static_cast<double>(figures.size());
    for (double& f : figures) f += out.estimate - mean;
  }
  out.low = quantile(figures, (1 - options.confidence) / 2);
  out.high = quantile(figures, (1 + options.confidence) / 2);
  return out;
}

Interval paired_bootstrap(int64_t n_rows, const RowStatistic& a, const RowStatistic& b, const BootstrapOptions& options,
                          std::span<const int32_t> group_of_row) {
  return bootstrap(
      n_rows, [&](std::span<const int64_t> rows) { return a(rows) - b(rows); }, options, group_of_row);
}

}  // namespace songscape
