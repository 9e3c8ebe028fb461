#include "stats/directions.h"

#include <cmath>
#include <vector>

namespace songscape {

Matrix directions_from_mean(MatrixView x, std::span<const int64_t> of_mean) {
  check(!of_mean.empty(), "a mean is over one row or more");
  std::vector<double> mean(static_cast<size_t>(x.n_cols), 0);
  for (const int64_t row : of_mean)
    for (size_t k = 0; k < mean.size(); ++k) mean[k] += x.row(row)[k];
  for (double& m : mean) m /= static_cast<double>(of_mean.size());
  Matrix out(x.n_rows, x.n_cols);
  for (int64_t i = 0; i < x.n_rows; ++i) {
    const auto row = x.row(i);
    double squares = 0;
    for (size_t k = 0; k < mean.size(); ++k) squares += (row[k] - mean[k]) * (row[k] - mean[k]);
    const double scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
    for (size_t k = 0; k < mean.size(); ++k) out.row(i)[k] = static_cast<float>((row[k] - mean[k]) * scale);
  }
  return out;
}

}  // namespace songscape
