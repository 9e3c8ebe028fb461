// Made-up clouds, and the golden ones of tools/make_cluster_golden.py.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/random.h"
#include "core/text.h"
#include "data/npy.h"

namespace songscape {

inline const fs::path kClusterGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/cluster";

struct GoldenBlobs {
  std::string name;
  Matrix x;
  int64_t k = 0;
  std::vector<int32_t> truth, ward;
  double kmeans_inertia = 0, gmm_diagonal = 0, gmm_full = 0, tsne = 0, umap = 0;
};

inline std::vector<GoldenBlobs> golden_blobs() {
  std::vector<GoldenBlobs> out;
  for (const auto& row : read_csv(kClusterGolden / "scores.csv").rows) {
    GoldenBlobs b{.name = row[0], .x = read_npy_matrix(kClusterGolden / (row[0] + "_x.npy")), .truth = {}, .ward = {}};
    const auto number = [&](size_t column) { return parse_number(row[column]).value(); };
    b.k = static_cast<int64_t>(number(1));
    b.kmeans_inertia = number(2);
    b.gmm_diagonal = number(3);
    b.gmm_full = number(4);
    b.tsne = number(5);
    b.umap = number(6);
    const auto labels = NpyFile(kClusterGolden / (row[0] + "_labels.npy")).read_integers();
    b.truth.assign(labels.begin(), labels.begin() + b.x.n_rows);
    b.ward.assign(labels.begin() + b.x.n_rows, labels.end());
    out.push_back(std::move(b));
  }
  return out;
}

// k clouds of unit variance, about `spread` apart in each of d dimensions; row i belongs to cloud i mod k.
inline Matrix clouds(int64_t n, int64_t d, int64_t k, double spread, uint64_t seed = 1) {
  Random random(seed);
  Matrix centres(k, d), x(n, d);
  for (float& v : centres.values) v = static_cast<float>(spread * random.normal());
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) x(i, j) = centres(i % k, j) + static_cast<float>(random.normal());
  return x;
}

inline std::vector<int32_t> cloud_labels(int64_t n, int64_t k) {
  std::vector<int32_t> out;
  for (int64_t i = 0; i < n; ++i) out.push_back(static_cast<int32_t>(i % k));
  return out;
}

}  // namespace songscape
