#include "stats/standardiser.h"

#include <cmath>

namespace songscape {

Standardiser fit_standardiser(MatrixView x) {
  check(x.n_rows > 0, "a standardiser is fitted on at least one row");
  const size_t d = static_cast<size_t>(x.n_cols);
  const double n = static_cast<double>(x.n_rows);
  std::vector<double> mean(d, 0), variance(d, 0);
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t j = 0; j < d; ++j) mean[j] += x.row(i)[j];
  for (double& m : mean) m /= n;
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t j = 0; j < d; ++j) {
      const double difference = x.row(i)[j] - mean[j];
      variance[j] += difference * difference;
    }
  Standardiser out;
  for (size_t j = 0; j < d; ++j) {
    const double scale = std::sqrt(variance[j] / n);
    out.mean.push_back(static_cast<float>(mean[j]));
    // A column that only varies by rounding is constant: dividing by its noise would blow it up.
    out.scale.push_back(scale > 1e-7 * std::abs(mean[j]) ? static_cast<float>(scale) : 1.0f);
  }
  return out;
}

Matrix Standardiser::transform(MatrixView x) const {
  check(x.n_cols == static_cast<int64_t>(mean.size()), "a table to standardise has the fitted columns");
  Matrix out(x.n_rows, x.n_cols);
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t j = 0; j < mean.size(); ++j) out.row(i)[j] = (x.row(i)[j] - mean[j]) / scale[j];
  return out;
}

}  // namespace songscape
