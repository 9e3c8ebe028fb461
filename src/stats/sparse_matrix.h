// Tables of mostly zeros, row by row (CSR).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

struct SparseMatrix {
  int64_t n_cols = 0;
  std::vector<int64_t> first{0};  // [n_rows + 1]
  std::vector<int32_t> column;    // [first.back()], ascending within a row
  std::vector<float> value;       // beside it

  int64_t n_rows() const { return static_cast<int64_t>(first.size()) - 1; }
  std::span<const int32_t> columns_of(int64_t i) const {
    return {column.data() + first[static_cast<size_t>(i)], column.data() + first[static_cast<size_t>(i) + 1]};
  }
  std::span<const float> values_of(int64_t i) const {
    return {value.data() + first[static_cast<size_t>(i)], value.data() + first[static_cast<size_t>(i) + 1]};
  }
};

inline SparseMatrix transposed(const SparseMatrix& a) {
  SparseMatrix out;
  out.n_cols = a.n_rows();
  out.first.assign(static_cast<size_t>(a.n_cols) + 1, 0);
  for (const int32_t j : a.column) ++out.first[static_cast<size_t>(j) + 1];
  for (size_t j = 1; j < out.first.size(); ++j) out.first[j] += out.first[j - 1];
  out.column.resize(a.column.size());
  out.value.resize(a.value.size());
  std::vector<int64_t> next(out.first.begin(), out.first.end() - 1);
  for (int64_t i = 0; i < a.n_rows(); ++i)
    for (size_t e = 0; e < a.columns_of(i).size(); ++e) {
      const auto at = static_cast<size_t>(next[static_cast<size_t>(a.columns_of(i)[e])]++);
      out.column[at] = static_cast<int32_t>(i);
      out.value[at] = a.values_of(i)[e];
    }
  return out;
}

}  // namespace songscape
