// Random forests (Breiman 2001) for numbers and classes: trees on bootstrapped rows, each split the best of the columns
// it may look at, by what it takes off the squared error or the Gini impurity.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct ForestOptions {
  int n_trees = 50;
  int max_depth = 12;
  int64_t least_leaf = 3;   // rows, drawn ones counted as often as drawn
  double column_share = 1;  // of the columns, drawn anew for each split
  int64_t most_rows = 0;    // drawn for a tree, with replacement; 0: as many as there are
  int most_bins = 64;       // splits lie at quantiles of a column
  uint64_t seed = 0;
};

struct ForestNode {
  int32_t column = -1;  // −1: a leaf
  float threshold = 0;  // value < threshold goes left
  int32_t left = 0, right = 0;
  int32_t first_output = 0;  // of a leaf, in `outputs`
};

struct RandomForest {
  int64_t n_columns = 0;
  int64_t n_outputs = 1;  // 1 for numbers, else the number of classes
  std::vector<std::vector<ForestNode>> trees;
  std::vector<std::vector<float>> outputs;  // of each tree's leaves: a mean, or the classes' shares
  // What each column's splits took off the error, over all splits of a tree, mean over trees (mean decrease in
  // impurity): sums to 1; zeros where no tree has split.
  std::vector<double> importance;
  // Means over the trees that did not see a row [n × n_outputs]; NaN where every tree has seen it.
  Matrix out_of_bag;

  Matrix predict(MatrixView x) const;  // [x.n_rows × n_outputs]
};

// x [n × d]: n ≥ 1, finite.  Equal for any number of threads.
RandomForest fit_forest(MatrixView x, std::span<const double> y, const ForestOptions& options = {});
// Labels are 0 … n_classes − 1.
RandomForest fit_forest(MatrixView x, std::span<const int32_t> labels, int32_t n_classes,
                        const ForestOptions& options = {});

}  // namespace songscape
