#include "metrics/grouped_rows.h"

#include "metrics/contingency.h"

namespace songscape {

GroupedRows group_rows(MatrixView x, std::span<const int32_t> labels) {
  check(x.n_rows == static_cast<int64_t>(labels.size()), "every row has a label");
  Relabelled r = relabel(labels);
  GroupedRows out{.label = std::move(r.label), .sizes = std::vector<int64_t>(r.values.size(), 0)};
  for (const int32_t l : out.label) ++out.sizes[static_cast<size_t>(l)];
  return out;
}

std::vector<double> group_means(MatrixView x, const GroupedRows& groups) {
  const size_t d = static_cast<size_t>(x.n_cols);
  std::vector<double> means(groups.sizes.size() * d, 0);
  for (int64_t i = 0; i < x.n_rows; ++i) {
    double* mean = means.data() + static_cast<size_t>(groups.label[static_cast<size_t>(i)]) * d;
    const float* row = x.row(i).data();
    for (size_t j = 0; j < d; ++j) mean[j] += row[j];
  }
  for (size_t g = 0; g < groups.sizes.size(); ++g)
    for (size_t j = 0; j < d; ++j) means[g * d + j] /= static_cast<double>(groups.sizes[g]);
  return means;
}

double squared_distance(std::span<const float> row, std::span<const double> mean) {
  double sum = 0;
  for (size_t j = 0; j < row.size(); ++j) sum += (row[j] - mean[j]) * (row[j] - mean[j]);
  return sum;
}

}  // namespace songscape
