// Columns are binned once, so that the best split of a node is found by one pass over its rows and one over the bins.
// Numbers and classes share the code: with S the sums of y in a part (of one-hot labels for classes), both criteria
// fall by Σ S² / n of the parts less that of the whole.
#include "stats/random_forest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "core/random.h"
#include "stats/binned_line.h"

namespace songscape {
namespace {

struct Table {
  int64_t n_rows, n_columns, n_outputs;
  std::vector<BinnedLine> lines;
  std::vector<std::vector<uint8_t>> bins;  // [column][row]
  std::vector<float> y;                    // numbers, less their mean
  std::span<const int32_t> labels;         // or classes
};

Table make_table(MatrixView x, int64_t n_outputs, const ForestOptions& options) {
  check(x.n_rows >= 1, "a forest is fitted on at least one row");
  check(options.most_bins >= 2 && options.most_bins <= 256, "a column has 2 to 256 bins");
  Table out{.n_rows = x.n_rows,
            .n_columns = x.n_cols,
            .n_outputs = n_outputs,
            .lines = {},
            .bins = {},
            .y = {},
            .labels = {}};
  out.lines.resize(static_cast<size_t>(x.n_cols));
  out.bins.resize(static_cast<size_t>(x.n_cols));
  parallel_for(x.n_cols, worker_threads(), [&](int64_t j) {
    std::vector<float> column;
    for (int64_t i = 0; i < x.n_rows; ++i) column.push_back(x(i, j));
    const size_t c = static_cast<size_t>(j);
    out.lines[c] = bin_line(column, options.most_bins);
    for (const float v : column) out.bins[c].push_back(static_cast<uint8_t>(out.lines[c].bin_of(v)));
  });
  return out;
}

struct Split {
  double gain = 0;
  int64_t column = -1;
  int32_t bin = 0;  // the first of the right part
};

class Tree {
 public:
  Tree(const Table& table, const ForestOptions& options, Random random)
      : table_(table), options_(options), random_(random), importance_(static_cast<size_t>(table.n_columns), 0) {
    const int64_t n_drawn = options.most_rows > 0 ? std::min(options.most_rows, table.n_rows) : table.n_rows;
    for (int64_t i = 0; i < n_drawn; ++i) rows_.push_back(static_cast<int32_t>(random_.below(table.n_rows)));
    columns_.resize(static_cast<size_t>(table.n_columns));
    std::iota(columns_.begin(), columns_.end(), 0);
    n_tried_ = std::clamp<int64_t>(std::llround(options.column_share * static_cast<double>(table.n_columns)), 1,
                                   std::max<int64_t>(1, table.n_columns));
    in_bag_.assign(static_cast<size_t>(table.n_rows), false);
    for (const int32_t row : rows_) in_bag_[static_cast<size_t>(row)] = true;
    grow(0, static_cast<int64_t>(rows_.size()), 0);
  }

  std::vector<ForestNode> nodes;
  std::vector<float> outputs;
  const std::vector<double>& importance() const { return importance_; }
  bool has_seen(int64_t row) const { return in_bag_[static_cast<size_t>(row)]; }

 private:
  std::vector<double> sums_of(int64_t first, int64_t last) const {
    std::vector<double> out(static_cast<size_t>(table_.n_outputs), 0);
    for (int64_t i = first; i < last; ++i) {
      const size_t row = static_cast<size_t>(rows_[static_cast<size_t>(i)]);
      if (table_.labels.empty())
        out[0] += table_.y[row];
      else
        ++out[static_cast<size_t>(table_.labels[row])];
    }
    return out;
  }

  static double squares(std::span<const double> sums) {
    return std::inner_product(sums.begin(), sums.end(), sums.begin(), 0.0);
  }

  void fill_histogram(int64_t column, int64_t first, int64_t last) {
    const uint8_t* bin = table_.bins[static_cast<size_t>(column)].data();
    const size_t k = static_cast<size_t>(table_.n_outputs);
    const size_t n_bins = static_cast<size_t>(table_.lines[static_cast<size_t>(column)].n_bins());
    counts_.assign(n_bins, 0);
    sums_.assign(n_bins * k, 0);
    if (table_.labels.empty()) {
      for (int64_t i = first; i < last; ++i) {
        const size_t row = static_cast<size_t>(rows_[static_cast<size_t>(i)]);
        ++counts_[bin[row]];
        sums_[bin[row]] += table_.y[row];
      }
      return;
    }
    for (int64_t i = first; i < last; ++i) {
      const size_t row = static_cast<size_t>(rows_[static_cast<size_t>(i)]);
      ++counts_[bin[row]];
      ++sums_[bin[row] * k + static_cast<size_t>(table_.labels[row])];
    }
  }

  void try_column(int64_t column, int64_t first, int64_t last, const std::vector<double>& all, Split& best) {
    if (table_.lines[static_cast<size_t>(column)].n_bins() < 2) return;
    fill_histogram(column, first, last);
    const size_t k = all.size();
    const double whole = squares(all) / static_cast<double>(last - first);
    std::vector<double> left(k, 0), right = all;
    int64_t n_left = 0, n_right = last - first;
    for (size_t b = 0; b + 1 < counts_.size(); ++b) {
      if (counts_[b] == 0) continue;
      n_left += counts_[b];
      n_right -= counts_[b];
      for (size_t c = 0; c < k; ++c) {
        left[c] += sums_[b * k + c];
        right[c] -= sums_[b * k + c];
      }
      if (n_left < options_.least_leaf) continue;
      if (n_right < options_.least_leaf) break;
      const double gain =
          squares(left) / static_cast<double>(n_left) + squares(right) / static_cast<double>(n_right) - whole;
      if (gain > best.gain) best = {gain, column, static_cast<int32_t>(b) + 1};
    }
  }

  Split best_split(int64_t first, int64_t last, const std::vector<double>& sums) {
    // What rounding leaves of an even node is no gain.
    Split best{.gain = 1e-9 * (1 + squares(sums) / static_cast<double>(last - first))};
    for (int64_t t = 0; t < n_tried_ && t < table_.n_columns; ++t) {
      std::swap(columns_[static_cast<size_t>(t)],
                columns_[static_cast<size_t>(t + random_.below(table_.n_columns - t))]);
      try_column(columns_[static_cast<size_t>(t)], first, last, sums, best);
    }
    return best;
  }

  void make_leaf(ForestNode& node, const std::vector<double>& sums, int64_t n) {
    node.first_output = static_cast<int32_t>(outputs.size());
    for (const double s : sums) outputs.push_back(static_cast<float>(s / static_cast<double>(n)));
  }

  int32_t grow(int64_t first, int64_t last, int depth) {
    const int32_t place = static_cast<int32_t>(nodes.size());
    nodes.emplace_back();
    const std::vector<double> sums = sums_of(first, last);
    Split split;
    if (depth < options_.max_depth && last - first >= 2 * options_.least_leaf) split = best_split(first, last, sums);
    if (split.column < 0) {
      make_leaf(nodes[static_cast<size_t>(place)], sums, last - first);
      return place;
    }
    importance_[static_cast<size_t>(split.column)] += split.gain;
    const auto& bins = table_.bins[static_cast<size_t>(split.column)];
    const auto middle = std::stable_partition(rows_.begin() + first, rows_.begin() + last,
                                              [&](int32_t row) { return bins[static_cast<size_t>(row)] < split.bin; });
    const int64_t cut = middle - rows_.begin();
    const int32_t left = grow(first, cut, depth + 1), right = grow(cut, last, depth + 1);
    ForestNode& node = nodes[static_cast<size_t>(place)];
    node.column = static_cast<int32_t>(split.column);
    node.threshold = table_.lines[static_cast<size_t>(split.column)].edges[static_cast<size_t>(split.bin) - 1];
    node.left = left;
    node.right = right;
    return place;
  }

  const Table& table_;
  const ForestOptions& options_;
  Random random_;
  std::vector<double> importance_;
  std::vector<int32_t> rows_;
  std::vector<int64_t> columns_;
  std::vector<bool> in_bag_;
  int64_t n_tried_ = 1;
  std::vector<int64_t> counts_;
  std::vector<double> sums_;
};

std::span<const float> output_of(const RandomForest& forest, size_t tree, std::span<const float> row) {
  const auto& nodes = forest.trees[tree];
  size_t at = 0;
  while (nodes[at].column >= 0)
    at = static_cast<size_t>(row[static_cast<size_t>(nodes[at].column)] < nodes[at].threshold ? nodes[at].left
                                                                                              : nodes[at].right);
  return {forest.outputs[tree].data() + nodes[at].first_output, static_cast<size_t>(forest.n_outputs)};
}

RandomForest grow_forest(MatrixView x, const Table& table, const ForestOptions& options) {
  check(options.n_trees >= 1, "a forest has trees");
  RandomForest out{.n_columns = x.n_cols,
                   .n_outputs = table.n_outputs,
                   .trees = std::vector<std::vector<ForestNode>>(static_cast<size_t>(options.n_trees)),
                   .outputs = std::vector<std::vector<float>>(static_cast<size_t>(options.n_trees)),
                   .importance = std::vector<double>(static_cast<size_t>(x.n_cols), 0),
                   .out_of_bag = Matrix(x.n_rows, table.n_outputs)};
  std::vector<std::vector<double>> importance(out.trees.size());
  std::vector<std::vector<bool>> has_seen(out.trees.size());
  parallel_for(options.n_trees, worker_threads(), [&](int64_t t) {
    Tree tree(table, options, Random(options.seed, stream_id("tree", static_cast<uint64_t>(t))));
    const size_t place = static_cast<size_t>(t);
    out.trees[place] = std::move(tree.nodes);
    out.outputs[place] = std::move(tree.outputs);
    importance[place] = tree.importance();
    for (int64_t i = 0; i < x.n_rows; ++i) has_seen[place].push_back(tree.has_seen(i));
  });
  for (const auto& of_tree : importance) {
    const double total = std::accumulate(of_tree.begin(), of_tree.end(), 0.0);
    for (size_t j = 0; j < of_tree.size() && total > 0; ++j) out.importance[j] += of_tree[j] / total;
  }
  const double total = std::accumulate(out.importance.begin(), out.importance.end(), 0.0);
  for (double& i : out.importance) i = total > 0 ? i / total : 0;
  parallel_for(x.n_rows, worker_threads(), [&](int64_t i) {
    double n = 0;
    for (size_t t = 0; t < out.trees.size(); ++t) {
      if (has_seen[t][static_cast<size_t>(i)]) continue;
      const auto output = output_of(out, t, x.row(i));
      for (size_t c = 0; c < output.size(); ++c) out.out_of_bag.row(i)[c] += output[c];
      ++n;
    }
    for (float& v : out.out_of_bag.row(i))
      v = n > 0 ? v / static_cast<float>(n) : std::numeric_limits<float>::quiet_NaN();
  });
  return out;
}

}  // namespace

RandomForest fit_forest(MatrixView x, std::span<const double> y, const ForestOptions& options) {
  check(static_cast<int64_t>(y.size()) == x.n_rows, "every row has a target");
  Table table = make_table(x, 1, options);
  // Far from 0, sums of squares would drown the differences.
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
  double squared = 0;
  for (const double v : y) squared += (v - mean) * (v - mean);
  const double scale = squared > 0 ? std::sqrt(squared / static_cast<double>(y.size())) : 1;
  for (const double v : y) table.y.push_back(static_cast<float>((v - mean) / scale));
  RandomForest out = grow_forest(x, table, options);
  for (auto& of_tree : out.outputs)
    for (float& v : of_tree) v = static_cast<float>(mean + scale * v);
  for (float& v : out.out_of_bag.values) v = static_cast<float>(mean + scale * v);
  return out;
}

RandomForest fit_forest(MatrixView x, std::span<const int32_t> labels, int32_t n_classes,
                        const ForestOptions& options) {
  check(static_cast<int64_t>(labels.size()) == x.n_rows, "every row has a label");
  check(n_classes >= 1 && std::ranges::all_of(labels, [&](int32_t l) { return l >= 0 && l < n_classes; }),
        "labels are 0 to n_classes − 1");
  Table table = make_table(x, n_classes, options);
  table.labels = labels;
  return grow_forest(x, table, options);
}

Matrix RandomForest::predict(MatrixView x) const {
  check(x.n_cols == n_columns, "a table to predict from has the fitted columns");
  Matrix out(x.n_rows, n_outputs);
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t t = 0; t < trees.size(); ++t) {
      const auto output = output_of(*this, t, x.row(i));
      for (size_t c = 0; c < output.size(); ++c) out.row(i)[c] += output[c] / static_cast<float>(trees.size());
    }
  return out;
}

}  // namespace songscape
