#include "stats/standardised_columns.h"

#include <cmath>

#include "stats/pairwise.h"

namespace songscape {

StandardisedColumns::StandardisedColumns(MatrixView values)
    : mean(values.n_cols), scale(values.n_cols), x(values.n_rows, values.n_cols) {
  check(values.n_rows >= 1, "a model is fitted on at least one row");
  const double n = static_cast<double>(values.n_rows);
  for_each_block(values.n_cols, 16, [&](int64_t first, int64_t n_cols) {
    for (int64_t i = 0; i < values.n_rows; ++i)
      for (int64_t j = first; j < first + n_cols; ++j) x(i, j) = values(i, j);
    for (int64_t j = first; j < first + n_cols; ++j) {
      mean(j) = x.col(j).mean();
      x.col(j).array() -= mean(j);
      scale(j) = std::sqrt(x.col(j).squaredNorm() / n);
      // A column that only varies by rounding is constant.
      if (scale(j) > 1e-7 * std::abs(mean(j))) {
        x.col(j) /= scale(j);
      } else {
        x.col(j).setZero();
        scale(j) = 1;
      }
    }
  });
}

}  // namespace songscape
