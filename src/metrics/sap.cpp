#include "metrics/sap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "core/random.h"
#include "metrics/threshold_classifier.h"
#include "stats/binned_line.h"

namespace songscape {
namespace {

constexpr int kMostBins = 64;  // between which thresholds may lie

std::vector<float> column_of(MatrixView codes, int64_t j, const std::vector<int64_t>& rows) {
  std::vector<float> out;
  for (const int64_t i : rows) out.push_back(codes(i, j));
  return out;
}

double squared_correlation(const std::vector<float>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  // A column that only varies by rounding is constant.
  return xx > 1e-14 * n * mean_x * mean_x && yy > 0 ? xy * xy / (xx * yy) : 0;
}

struct Hits {
  std::vector<double> right, seen;  // of each class
};

// Thresholds fitted on the rows of `train`, judged on the others.
void judge_half(const BinnedLine& line, const std::vector<float>& x, const std::vector<int32_t>& label,
                const std::vector<uint8_t>& is_train, Hits& hits) {
  const std::vector<int32_t> bins = line.bins_of(x);
  std::vector<int32_t> train_bins, train_labels;
  for (size_t i = 0; i < x.size(); ++i)
    if (is_train[i]) {
      train_bins.push_back(bins[i]);
      train_labels.push_back(label[i]);
    }
  const auto class_of_bin =
      fit_thresholds(train_bins, line.n_bins(), train_labels, static_cast<int32_t>(hits.seen.size()));
  for (size_t i = 0; i < x.size(); ++i) {
    if (is_train[i]) continue;
    const size_t c = static_cast<size_t>(label[i]);
    ++hits.seen[c];
    hits.right[c] += class_of_bin[static_cast<size_t>(bins[i])] == label[i];
  }
}

double threshold_accuracy(const std::vector<float>& x, const std::vector<int32_t>& label, int32_t n_classes,
                          std::vector<uint8_t> is_train) {
  Hits hits{std::vector<double>(static_cast<size_t>(n_classes), 0),
            std::vector<double>(static_cast<size_t>(n_classes), 0)};
  for (int half = 0; half < 2; ++half) {
    std::vector<float> train;
    for (size_t i = 0; i < x.size(); ++i)
      if (is_train[i]) train.push_back(x[i]);
    judge_half(bin_line(train, kMostBins), x, label, is_train, hits);
    for (uint8_t& t : is_train) t = !t;
  }
  double sum = 0;
  for (size_t c = 0; c < hits.seen.size(); ++c) sum += hits.right[c] / hits.seen[c];
  return sum / n_classes;
}

// Every second row of each class, in an order drawn by `random`: halves that hold every class of two rows.
std::vector<uint8_t> drawn_half(const std::vector<int32_t>& label, int32_t n_classes, Random random) {
  std::vector<uint8_t> out(label.size(), 0), next(static_cast<size_t>(n_classes), 0);
  for (const int64_t i : permutation(static_cast<int64_t>(label.size()), random)) {
    uint8_t& turn = next[static_cast<size_t>(label[static_cast<size_t>(i)])];
    out[static_cast<size_t>(i)] = turn;
    turn = !turn;
  }
  return out;
}

// The best dimension's figure less the next one's.
double gap(const std::vector<double>& figures, double chance) {
  double best = chance, next = chance;
  for (const double f : figures) {
    next = std::max(next, std::min(best, f));
    best = std::max(best, f);
  }
  return best - next;
}

struct Target {
  std::vector<double> values;  // of the known rows
  std::vector<int32_t> labels;
  int32_t n_classes = 0;  // 0: continuous
  std::vector<uint8_t> is_train;
};

Target target_of(const Factor& factor, const std::vector<int64_t>& rows, Random random) {
  Target out;
  for (const int64_t i : rows) out.values.push_back(factor.values[static_cast<size_t>(i)]);
  if (factor.kind == FactorKind::continuous) return out;
  const std::vector<int32_t> all = factor_classes(factor);
  for (const int64_t i : rows) out.labels.push_back(all[static_cast<size_t>(i)]);
  out.n_classes = *std::ranges::max_element(out.labels) + 1;
  out.is_train = drawn_half(out.labels, out.n_classes, random);
  return out;
}

Target shuffled(Target target, Random random) {
  const std::vector<int64_t> order = permutation(static_cast<int64_t>(target.values.size()), random);
  Target out = target;
  for (size_t i = 0; i < order.size(); ++i) {
    const size_t from = static_cast<size_t>(order[i]);
    out.values[i] = target.values[from];
    if (target.n_classes == 0) continue;
    out.labels[i] = target.labels[from];
    out.is_train[i] = target.is_train[from];
  }
  return out;
}

}  // namespace

FactorScores separated_predictability(MatrixView codes, const std::vector<Factor>& factors,
                                      const ScoreOptions& options) {
  std::vector<FactorScore> scores;
  for (size_t f = 0; f < factors.size(); ++f) {
    check(static_cast<int64_t>(factors[f].values.size()) == codes.n_rows, "a factor has a value a row");
    const std::vector<int64_t> rows = known_rows(factors[f]);
    FactorScore score{
        .factor = factors[f].name, .excluded = why_unusable(factors[f]), .n_rows = static_cast<int64_t>(rows.size())};
    if (score.excluded.empty()) {
      std::vector<Target> targets = {target_of(factors[f], rows, Random(options.seed, stream_id("sap halves", f)))};
      for (int s = 0; s < options.n_shuffles; ++s)
        targets.push_back(
            shuffled(targets[0], Random(options.seed, stream_id("sap shuffle", f, static_cast<uint64_t>(s)))));
      const double chance = targets[0].n_classes > 0 ? 1.0 / targets[0].n_classes : 0;
      std::vector<std::vector<double>> figures(targets.size(), std::vector<double>(static_cast<size_t>(codes.n_cols)));
      parallel_for(codes.n_cols, worker_threads(), [&](int64_t j) {
        const std::vector<float> x = column_of(codes, j, rows);
        for (size_t t = 0; t < targets.size(); ++t)
          figures[t][static_cast<size_t>(j)] =
              targets[t].n_classes == 0
                  ? squared_correlation(x, targets[t].values)
                  : threshold_accuracy(x, targets[t].labels, targets[t].n_classes, targets[t].is_train);
      });
      score.score = gap(figures[0], chance);
      for (size_t t = 1; t < targets.size(); ++t) score.null_score += gap(figures[t], chance) / options.n_shuffles;
    }
    scores.push_back(std::move(score));
  }
  return with_means(std::move(scores));
}

}  // namespace songscape
