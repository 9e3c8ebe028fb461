#include "stats/folds.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/random.h"

namespace songscape {
namespace {

std::vector<int64_t> rows_where(std::span<const int32_t> fold_of_row, int32_t fold, bool is_inside) {
  std::vector<int64_t> out;
  for (size_t i = 0; i < fold_of_row.size(); ++i)
    if ((fold_of_row[i] == fold) == is_inside) out.push_back(static_cast<int64_t>(i));
  return out;
}

}  // namespace

std::vector<int32_t> group_folds(std::span<const int32_t> group_of_row, int32_t n_folds, uint64_t seed) {
  check(n_folds >= 1, "there is at least one fold");
  std::map<int32_t, int64_t> size_of_group;
  for (const int32_t g : group_of_row) ++size_of_group[g];
  std::vector<std::pair<int32_t, int64_t>> groups(size_of_group.begin(), size_of_group.end());
  Random random(seed, stream_id("group_folds"));
  random.shuffle(groups);
  std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<int64_t> size_of_fold(static_cast<size_t>(n_folds), 0);
  std::map<int32_t, int32_t> fold_of_group;
  for (const auto& [group, size] : groups) {
    const auto least = std::min_element(size_of_fold.begin(), size_of_fold.end());
    *least += size;
    fold_of_group[group] = static_cast<int32_t>(least - size_of_fold.begin());
  }
  std::vector<int32_t> out;
  for (const int32_t g : group_of_row) out.push_back(fold_of_group[g]);
  return out;
}

std::vector<int64_t> rows_in_fold(std::span<const int32_t> fold_of_row, int32_t fold) {
  return rows_where(fold_of_row, fold, true);
}
std::vector<int64_t> rows_outside_fold(std::span<const int32_t> fold_of_row, int32_t fold) {
  return rows_where(fold_of_row, fold, false);
}

}  // namespace songscape
