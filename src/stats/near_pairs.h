// Pairs of rows that lie near each other, found through dot products tile by tile, with the widest vectors that the
// CPU has.  What a row i thinks of a row j is their score ‖j‖² / 2 − i · j, half their squared distance but for what
// all rows share in i's eyes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct Candidate {
  float score;
  int32_t index;
  bool operator<(const Candidate& other) const {
    return score != other.score ? score < other.score : index < other.index;
  }
};

// Blocks of so many rows, and multiples of them, are whole tiles whatever the vectors' width.
constexpr int64_t kTileAlignment = 96;

// bf16: values rounded to 8 bits, whose products go twice as fast where the CPU has them (has_bf16_products()).
enum class Rounding { none, bf16 };
bool has_bf16_products();

// Rows as the search reads them, filled up to whole tiles by rows that are near to nothing.
class PackedRows {
 public:
  explicit PackedRows(MatrixView x, Rounding rounding = Rounding::none);

  int64_t n_rows() const { return n_rows_; }
  int64_t n_packed() const { return rows_.n_rows; }
  Rounding rounding() const { return rounding_; }
  // Of a row: values, or pairs of bf16.
  int64_t depth() const { return rows_.n_cols; }
  const float* row(int64_t i) const { return rows_.row(i).data(); }
  // Half the squared length of a row as rounded; infinite for those filled in.
  const float* half_squares(int64_t first) const { return half_squares_.data() + first; }
  float half_square(int64_t i) const { return half_squares_[static_cast<size_t>(i)]; }
  double longest() const { return longest_; }
  // Row `first` and those after it, a panel of them side by side column by column; `first` begins a panel.
  const float* panel(int64_t first) const { return panels_.data() + first * depth(); }

 private:
  int64_t n_rows_;
  Rounding rounding_;
  Matrix rows_;
  std::vector<float> half_squares_, panels_;
  double longest_ = 0;
};

// The k candidates of least score for each of many rows, from more than that in any order.
class NearestLists {
 public:
  NearestLists(int64_t n_rows, int64_t k);

  // What a score must be below to be worth an offer; −∞ for rows that were filled in, and after the last.
  const float* limits(int64_t first) const { return limits_.data() + first; }
  void offer(int64_t row, Candidate candidate) {
    int32_t& n = sizes_[static_cast<size_t>(row)];
    candidates_[static_cast<size_t>(row * capacity_ + n)] = candidate;
    if (++n == capacity_) keep_least(row);
  }
  // The k least of what a row was offered, rising, or all where that were fewer; scores that were left out are not
  // below limits(row).
  std::span<const Candidate> take(int64_t row);

 private:
  void keep_least(int64_t row);
  int64_t k_, capacity_;
  std::vector<Candidate> candidates_;
  std::vector<int32_t> sizes_;
  std::vector<float> limits_;
};

// Rows first … first + n − 1, whole tiles.
struct RowRange {
  int64_t first, n;
};

// Every row of a range of a is offered those of b in a range of b whose score is below its limit; where `of_b` is
// given, those of b are offered those of a as well.  Where a and b are the same, no row is offered itself.  One thread.
// Both are rounded alike.
void offer_near_pairs(const PackedRows& a, RowRange in_a, const PackedRows& b, RowRange in_b, NearestLists& of_a,
                      NearestLists* of_b);

}  // namespace songscape
