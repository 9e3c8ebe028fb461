#include "metrics/mig.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "metrics/information_table.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

double gap(const std::vector<double>& information, double entropy) {
  double best = 0, next = 0;
  for (const double i : information) {
    next = std::max(next, std::min(best, i));
    best = std::max(best, i);
  }
  return entropy > 0 ? (best - next) / entropy : 0;
}

// Rows are an orthonormal basis drawn evenly (Stewart 1980): Q of a normal matrix, signs by R's diagonal.
Matrix random_rotation(int64_t d, Random& random) {
  Eigen::MatrixXd normal(d, d);
  for (double& v : normal.reshaped()) v = random.normal();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(normal);
  Eigen::MatrixXd q = qr.householderQ();
  for (int64_t j = 0; j < d; ++j)
    if (qr.matrixQR()(j, j) < 0) q.col(j) *= -1;
  Matrix out(d, d);
  for (int64_t i = 0; i < d; ++i)
    for (int64_t j = 0; j < d; ++j) out(i, j) = static_cast<float>(q(i, j));
  return out;
}

}  // namespace

FactorScores mutual_information_gap(MatrixView codes, const std::vector<Factor>& factors, const ScoreOptions& options) {
  std::vector<FactorScore> rows;
  for (const FactorInformation& info : information_table(codes, factors, options)) {
    FactorScore row{.factor = info.factor, .excluded = info.excluded, .n_rows = info.n_rows};
    row.score = gap(info.information, info.entropy);
    for (const auto& shuffled : info.shuffled)
      row.null_score += gap(shuffled, info.entropy) / static_cast<double>(info.shuffled.size());
    rows.push_back(std::move(row));
  }
  return with_means(std::move(rows));
}

RotatedMig mig_against_rotations(MatrixView codes, const std::vector<Factor>& factors, int n_rotations,
                                 const ScoreOptions& options) {
  check(n_rotations >= 1, "there is at least one rotation");
  ScoreOptions plain = options;
  plain.n_shuffles = 0;
  RotatedMig out{.score = mutual_information_gap(codes, factors, plain).score, .rotated = {}};
  for (int r = 0; r < n_rotations; ++r) {
    Random random(options.seed, stream_id("rotation", static_cast<uint64_t>(r)));
    const Matrix rotated = multiply_transposed(codes, random_rotation(codes.n_cols, random));
    out.rotated.push_back(mutual_information_gap(rotated, factors, plain).score);
  }
  const double n = n_rotations;
  out.rotated_mean = std::accumulate(out.rotated.begin(), out.rotated.end(), 0.0) / n;
  double squared = 0;
  for (const double m : out.rotated) squared += (m - out.rotated_mean) * (m - out.rotated_mean);
  out.rotated_sd = n_rotations > 1 ? std::sqrt(squared / (n - 1)) : 0;
  out.share_below =
      static_cast<double>(std::ranges::count_if(out.rotated, [&](double m) { return m < out.score; })) / n;
  return out;
}

}  // namespace songscape
