// Cross-validation folds that keep a group (an artist, a song's clips, near-duplicates) together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

// The fold 0 … n_folds − 1 of every row.  Groups, largest first (ties in an order drawn from `seed`), go to the fold
// with the fewest rows.  Fewer groups than folds leave folds empty.  n_folds ≥ 1.
std::vector<int32_t> group_folds(std::span<const int32_t> group_of_row, int32_t n_folds, uint64_t seed);

// Rows whose fold is (or is not) `fold`, ascending.
std::vector<int64_t> rows_in_fold(std::span<const int32_t> fold_of_row, int32_t fold);
std::vector<int64_t> rows_outside_fold(std::span<const int32_t> fold_of_row, int32_t fold);

}  // namespace songscape
