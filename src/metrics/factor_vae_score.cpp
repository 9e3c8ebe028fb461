#include "metrics/factor_vae_score.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/parallel.h"
#include "core/random.h"
#include "metrics/binning.h"

namespace songscape {
namespace {

// 1 / variance of each column over all rows; 0 for those that take no part.
std::vector<double> inverse_variances(MatrixView codes, double least_variance) {
  std::vector<double> out(static_cast<size_t>(codes.n_cols), 0);
  const double n = static_cast<double>(codes.n_rows);
  parallel_for(codes.n_cols, worker_threads(), [&](int64_t j) {
    double mean = 0, squared = 0;
    for (int64_t i = 0; i < codes.n_rows; ++i) mean += codes(i, j) / n;
    for (int64_t i = 0; i < codes.n_rows; ++i) squared += (codes(i, j) - mean) * (codes(i, j) - mean);
    const double variance = squared / n;
    if (variance > std::max(least_variance, 1e-14 * mean * mean)) out[static_cast<size_t>(j)] = 1 / variance;
  });
  return out;
}

// The rows of each of a factor's classes that has two or more.
std::vector<std::vector<int64_t>> row_groups(const std::vector<int64_t>& rows,
                                             const std::vector<int32_t>& class_of_row) {
  std::map<int32_t, std::vector<int64_t>> groups;
  for (size_t i = 0; i < rows.size(); ++i) groups[class_of_row[i]].push_back(rows[i]);
  std::vector<std::vector<int64_t>> out;
  for (auto& [label, members] : groups)
    if (members.size() >= 2) out.push_back(std::move(members));
  return out;
}

using Groups = std::vector<std::vector<int64_t>>;

struct Electorate {
  MatrixView codes;
  std::vector<double> inverse_variance;
  VoteOptions votes;

  // The dimension that varies least among rows of one group, against its variance over all.
  size_t vote(const Groups& groups, Random random) const {
    const auto& group = groups[static_cast<size_t>(random.below(static_cast<int64_t>(groups.size())))];
    const size_t d = inverse_variance.size();
    std::vector<double> sum(d, 0), squared(d, 0);
    const auto origin = codes.row(group[0]);
    for (int r = 0; r < votes.n_rows; ++r) {
      const auto row = codes.row(group[static_cast<size_t>(random.below(static_cast<int64_t>(group.size())))]);
      for (size_t j = 0; j < d; ++j) {
        const double off = static_cast<double>(row[j]) - origin[j];
        sum[j] += off;
        squared[j] += off * off;
      }
    }
    size_t least = 0;
    double least_share = INFINITY;
    for (size_t j = 0; j < d; ++j) {
      if (inverse_variance[j] == 0) continue;
      const double share = (squared[j] - sum[j] * sum[j] / votes.n_rows) * inverse_variance[j];
      if (share < least_share) {
        least_share = share;
        least = j;
      }
    }
    return least;
  }

  // Accuracy on each factor's test votes, given the groups of each.
  std::vector<double> accuracies(const std::vector<Groups>& groups, uint64_t seed) const {
    const int64_t n_each = votes.n_votes + votes.n_test_votes, n_factors = static_cast<int64_t>(groups.size());
    std::vector<size_t> voted(static_cast<size_t>(n_each * n_factors));
    parallel_for(n_each * n_factors, worker_threads(), [&](int64_t i) {
      voted[static_cast<size_t>(i)] =
          vote(groups[static_cast<size_t>(i / n_each)], Random(seed, stream_id("vote", static_cast<uint64_t>(i))));
    });
    std::vector<std::vector<int64_t>> table(inverse_variance.size(), std::vector<int64_t>(groups.size(), 0));
    for (int64_t i = 0; i < n_each * n_factors; ++i)
      if (i % n_each < votes.n_votes) ++table[voted[static_cast<size_t>(i)]][static_cast<size_t>(i / n_each)];
    std::vector<double> out(groups.size(), 0);
    for (int64_t i = 0; i < n_each * n_factors; ++i) {
      if (i % n_each < votes.n_votes) continue;
      const auto& counts = table[voted[static_cast<size_t>(i)]];
      const auto own = static_cast<size_t>(i / n_each);
      out[own] += static_cast<size_t>(std::ranges::max_element(counts) - counts.begin()) == own;
    }
    for (double& a : out) a /= votes.n_test_votes;
    return out;
  }
};

struct Known {
  size_t score;  // its place among the scores
  std::vector<int64_t> rows;
  std::vector<int32_t> classes;
};

}  // namespace

FactorScores factor_vae_score(MatrixView codes, const std::vector<Factor>& factors, const ScoreOptions& options,
                              const VoteOptions& votes) {
  check(votes.n_votes >= 1 && votes.n_test_votes >= 1 && votes.n_rows >= 2,
        "there are votes, each of two rows or more");
  std::vector<FactorScore> scores;
  std::vector<Known> known;
  std::vector<Groups> groups;
  for (const Factor& factor : factors) {
    check(static_cast<int64_t>(factor.values.size()) == codes.n_rows, "a factor has a value a row");
    FactorScore score{.factor = factor.name, .excluded = why_unusable(factor)};
    Known k{.score = scores.size(), .rows = known_rows(factor), .classes = {}};
    score.n_rows = static_cast<int64_t>(k.rows.size());
    const std::vector<int32_t> classes = binned_factor(factor, options.n_bins);
    for (const int64_t i : k.rows) k.classes.push_back(classes[static_cast<size_t>(i)]);
    Groups of_factor = row_groups(k.rows, k.classes);
    if (score.excluded.empty() && of_factor.empty()) score.excluded = "has no two rows of one value or bin";
    if (score.excluded.empty()) {
      known.push_back(std::move(k));
      groups.push_back(std::move(of_factor));
    }
    scores.push_back(std::move(score));
  }
  const Electorate electorate{codes, inverse_variances(codes, votes.least_variance), votes};
  const bool varies = std::ranges::any_of(electorate.inverse_variance, [](double v) { return v > 0; });
  if (!known.empty() && varies) {
    const auto found = electorate.accuracies(groups, options.seed);
    for (size_t f = 0; f < known.size(); ++f) scores[known[f].score].score = found[f];
    for (int s = 0; s < options.n_shuffles; ++s) {
      Random random(options.seed, stream_id("factor_vae null", static_cast<uint64_t>(s)));
      for (size_t f = 0; f < known.size(); ++f) {
        random.shuffle(known[f].classes);
        groups[f] = row_groups(known[f].rows, known[f].classes);
      }
      const auto null = electorate.accuracies(groups, options.seed + 1 + static_cast<uint64_t>(s));
      for (size_t f = 0; f < known.size(); ++f) scores[known[f].score].null_score += null[f] / options.n_shuffles;
    }
  }
  return with_means(std::move(scores));
}

}  // namespace songscape
