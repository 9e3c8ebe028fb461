// Rows by cluster: what the scores on distances share.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct GroupedRows {
  std::vector<int32_t> label;  // of each row, renumbered 0 … n_groups − 1
  std::vector<int64_t> sizes;  // [n_groups]
  int64_t n_groups() const { return static_cast<int64_t>(sizes.size()); }
  // Scores that compare clusters need 2 to n − 1 of them.
  bool is_scorable() const { return n_groups() >= 2 && n_groups() < static_cast<int64_t>(label.size()); }
};
// x has a label a row.
GroupedRows group_rows(MatrixView x, std::span<const int32_t> labels);

// Mean of each group's rows, in double [n_groups × d].
std::vector<double> group_means(MatrixView x, const GroupedRows& groups);

// ‖row − mean‖² in double.
double squared_distance(std::span<const float> row, std::span<const double> mean);

}  // namespace songscape
