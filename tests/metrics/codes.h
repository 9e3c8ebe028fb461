// Codes and factors whose scores are known.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "core/random.h"
#include "metrics/factor.h"

namespace songscape {

inline Matrix normal_codes(int64_t n, int64_t d, uint64_t seed) {
  Random random(seed, 77);
  Matrix out(n, d);
  for (float& v : out.values) v = static_cast<float>(random.normal());
  return out;
}

inline Factor column_factor(const Matrix& x, int64_t j, const std::string& name) {
  Factor out{.name = name, .kind = FactorKind::continuous, .values = {}};
  for (int64_t i = 0; i < x.n_rows; ++i) out.values.push_back(x(i, j));
  return out;
}

inline Factor class_factor(int64_t n, int64_t n_classes, uint64_t seed, const std::string& name) {
  Random random(seed, 78);
  Factor out{.name = name, .kind = FactorKind::discrete, .values = {}};
  for (int64_t i = 0; i < n; ++i) out.values.push_back(static_cast<double>(random.below(n_classes)));
  return out;
}

// Each factor is a column of its own.
inline Matrix codes_of(const std::vector<Factor>& factors) {
  Matrix out(static_cast<int64_t>(factors[0].values.size()), static_cast<int64_t>(factors.size()));
  for (size_t j = 0; j < factors.size(); ++j)
    for (int64_t i = 0; i < out.n_rows; ++i)
      out(i, static_cast<int64_t>(j)) = static_cast<float>(factors[j].values[static_cast<size_t>(i)]);
  return out;
}

inline Matrix beside(const Matrix& a, const Matrix& b) {
  Matrix out(a.n_rows, a.n_cols + b.n_cols);
  for (int64_t i = 0; i < a.n_rows; ++i) {
    std::copy_n(a.row(i).begin(), a.n_cols, out.row(i).begin());
    std::copy_n(b.row(i).begin(), b.n_cols, out.row(i).begin() + a.n_cols);
  }
  return out;
}

// Two continuous and two discrete factors, independent of each other.
inline std::vector<Factor> four_factors(int64_t n, uint64_t seed) {
  const Matrix x = normal_codes(n, 2, seed);
  return {column_factor(x, 0, "loudness"), column_factor(x, 1, "brightness"), class_factor(n, 2, seed, "mode"),
          class_factor(n, 12, seed + 1, "key")};
}

}  // namespace songscape
