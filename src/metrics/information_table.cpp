#include "metrics/information_table.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "core/random.h"
#include "metrics/binning.h"

namespace songscape {
namespace {

double entropy_of(const std::vector<int64_t>& counts, double n) {
  double sum = 0;
  for (const int64_t c : counts)
    if (c > 0) sum -= static_cast<double>(c) / n * std::log(static_cast<double>(c) / n);
  return sum;
}

std::vector<int64_t> counts_of(const std::vector<int32_t>& bins, int32_t n_bins) {
  std::vector<int64_t> out(static_cast<size_t>(n_bins), 0);
  for (const int32_t b : bins) ++out[static_cast<size_t>(b)];
  return out;
}

// I(a; b) = H(a) + H(b) − H(a, b); exactly 0 where a or b is constant.
double information(const std::vector<int32_t>& a, int32_t n_a, const std::vector<int32_t>& b, int32_t n_b) {
  const double n = static_cast<double>(a.size());
  std::vector<int64_t> both(static_cast<size_t>(n_a) * static_cast<size_t>(n_b), 0);
  for (size_t i = 0; i < a.size(); ++i) ++both[static_cast<size_t>(a[i] * n_b + b[i])];
  const double h_a = entropy_of(counts_of(a, n_a), n), h_b = entropy_of(counts_of(b, n_b), n);
  if (h_a == 0 || h_b == 0) return 0;
  return std::max(0.0, h_a + h_b - entropy_of(both, n));
}

// Bins of every column over the rows named, [d][rows].
std::vector<std::vector<int32_t>> binned_columns(MatrixView codes, const std::vector<int64_t>& rows, int n_bins) {
  std::vector<std::vector<int32_t>> out(static_cast<size_t>(codes.n_cols));
  parallel_for(codes.n_cols, worker_threads(), [&](int64_t j) {
    std::vector<float> column;
    for (const int64_t i : rows) column.push_back(codes(i, j));
    out[static_cast<size_t>(j)] = equal_mass_bins(column, n_bins);
  });
  return out;
}

}  // namespace

std::vector<FactorInformation> information_table(MatrixView codes, const std::vector<Factor>& factors,
                                                 const ScoreOptions& options) {
  const size_t d = static_cast<size_t>(codes.n_cols);
  std::vector<FactorInformation> out;
  std::vector<int64_t> binned_rows;
  std::vector<std::vector<int32_t>> columns;
  for (size_t f = 0; f < factors.size(); ++f) {
    const Factor& factor = factors[f];
    check(static_cast<int64_t>(factor.values.size()) == codes.n_rows, "a factor has a value a row");
    FactorInformation info{.factor = factor.name, .excluded = why_unusable(factor), .information = {}, .shuffled = {}};
    const std::vector<int64_t> rows = known_rows(factor);
    info.n_rows = static_cast<int64_t>(rows.size());
    if (info.excluded.empty()) {
      if (rows != binned_rows) columns = binned_columns(codes, rows, options.n_bins);
      binned_rows = rows;
      const std::vector<int32_t> all = binned_factor(factor, options.n_bins);
      std::vector<std::vector<int32_t>> values(static_cast<size_t>(options.n_shuffles) + 1);
      for (const int64_t i : rows) values[0].push_back(all[static_cast<size_t>(i)]);
      const int32_t n_values = *std::ranges::max_element(values[0]) + 1;
      info.entropy = entropy_of(counts_of(values[0], n_values), static_cast<double>(rows.size()));
      for (size_t s = 1; s < values.size(); ++s) {
        values[s] = values[0];
        Random(options.seed, stream_id("shuffled factor", f, s)).shuffle(values[s]);
      }
      std::vector<std::vector<double>> found(values.size(), std::vector<double>(d));
      parallel_for(codes.n_cols, worker_threads(), [&](int64_t j) {
        for (size_t s = 0; s < values.size(); ++s)
          found[s][static_cast<size_t>(j)] =
              information(columns[static_cast<size_t>(j)], options.n_bins, values[s], n_values);
      });
      info.information = std::move(found[0]);
      info.shuffled.assign(found.begin() + 1, found.end());
    }
    out.push_back(std::move(info));
  }
  return out;
}

}  // namespace songscape
