// Squared Ward distances live in a full square, so that a cluster's distances lie side by side; a merge rewrites one
// row and one column by the Lance-Williams formula.  Heights are worked out afresh from the means, in double.
#include "cluster/ward.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kMostRows = 32768;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

class Chain {
 public:
  explicit Chain(MatrixView x) : n_(x.n_rows), squared_(n_, n_), size_(static_cast<size_t>(n_), 1.0f) {
    for_each_block(n_, 128, [&](int64_t first, int64_t n) {
      squared_distances(rows_of(x, first, n), x, squared_.row(first).data());
      for (int64_t i = first; i < first + n; ++i) squared_(i, i) = kInfinity;
    });
  }

  // Pairs of slots; the merged cluster stays in the second.
  std::vector<std::pair<int64_t, int64_t>> merge_all() {
    std::vector<std::pair<int64_t, int64_t>> merges;
    std::vector<int64_t> chain;
    int64_t first_alive = 0;
    while (static_cast<int64_t>(merges.size()) < n_ - 1) {
      while (size_[static_cast<size_t>(first_alive)] == 0) ++first_alive;
      if (chain.empty()) chain.push_back(first_alive);
      const int64_t tip = chain.back();
      int64_t next = index_of_least(squared_.row(tip));
      // Of equally near clusters the one before in the chain comes first, or the chain might go round.
      if (chain.size() > 1 && squared_(tip, chain[chain.size() - 2]) <= squared_(tip, next))
        next = chain[chain.size() - 2];
      if (chain.size() < 2 || next != chain[chain.size() - 2]) {
        chain.push_back(next);
        continue;
      }
      chain.resize(chain.size() - 2);
      merges.emplace_back(std::min(tip, next), std::max(tip, next));
      merge(merges.back().first, merges.back().second);
    }
    return merges;
  }

 private:
  void merge(int64_t gone, int64_t kept) {
    const float apart = squared_(gone, kept);
    const float n_gone = size_[static_cast<size_t>(gone)], n_kept = size_[static_cast<size_t>(kept)];
    float* to = squared_.row(kept).data();
    const float* from = squared_.row(gone).data();
    for (int64_t j = 0; j < n_; ++j) {
      const float n_other = size_[static_cast<size_t>(j)];
      to[j] =
          ((n_gone + n_other) * from[j] + (n_kept + n_other) * to[j] - n_other * apart) / (n_gone + n_kept + n_other);
    }
    to[gone] = to[kept] = kInfinity;
    size_[static_cast<size_t>(kept)] = n_gone + n_kept;
    size_[static_cast<size_t>(gone)] = 0;
    for (int64_t j = 0; j < n_; ++j)
      if (size_[static_cast<size_t>(j)] > 0) {
        squared_(j, kept) = to[j];
        squared_(j, gone) = kInfinity;
      }
  }

  int64_t n_;
  Matrix squared_;
  std::vector<float> size_;  // 0: merged into another
};

struct Group {
  std::vector<double> mean;
  int64_t size = 1;
  int64_t merge = -1;  // that made it
};

// Joins b into a; returns the Ward height.
double join(Group& a, const Group& b) {
  const double n_a = static_cast<double>(a.size), n_b = static_cast<double>(b.size);
  double squared = 0;
  for (size_t j = 0; j < a.mean.size(); ++j) {
    const double difference = a.mean[j] - b.mean[j];
    squared += difference * difference;
    a.mean[j] -= difference * n_b / (n_a + n_b);
  }
  a.size += b.size;
  return std::sqrt(2 * n_a * n_b / (n_a + n_b) * squared);
}

struct Unsorted {
  int64_t left, right;  // < n: a row; n + i: the i-th merge in the chain's order
  double height;
  int64_t size;
};

std::vector<Unsorted> with_heights(MatrixView x, const std::vector<std::pair<int64_t, int64_t>>& merges) {
  std::vector<Group> groups(static_cast<size_t>(x.n_rows));
  for (int64_t i = 0; i < x.n_rows; ++i) groups[static_cast<size_t>(i)].mean.assign(x.row(i).begin(), x.row(i).end());
  std::vector<Unsorted> out;
  for (const auto& [gone, kept] : merges) {
    Group& a = groups[static_cast<size_t>(kept)];
    Group& b = groups[static_cast<size_t>(gone)];
    double least = 0;  // rounding must not put a cluster below its parts
    for (const int64_t part : {a.merge, b.merge})
      if (part >= 0) least = std::max(least, out[static_cast<size_t>(part)].height);
    const int64_t left = b.merge < 0 ? gone : x.n_rows + b.merge, right = a.merge < 0 ? kept : x.n_rows + a.merge;
    const double height = join(a, b);
    out.push_back({left, right, std::max(least, height), a.size});
    a.merge = static_cast<int64_t>(out.size()) - 1;
    b.mean = {};
  }
  return out;
}

}  // namespace

WardTree build_ward_tree(MatrixView x) {
  check(x.n_rows > 0, "a Ward tree has rows");
  if (x.n_rows > kMostRows)
    fail(ExitCode::usage, {.what = "too many rows for Ward's clustering, whose memory grows with their square",
                           .where = {},
                           .seen = std::to_string(x.n_rows),
                           .wanted = "at most " + std::to_string(kMostRows),
                           .fix = "use --algorithm kmeans or gmm"});
  const std::vector<Unsorted> merges = with_heights(x, Chain(x).merge_all());
  std::vector<size_t> order(merges.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return merges[a].height < merges[b].height; });
  std::vector<int64_t> place(merges.size());
  for (size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int64_t>(i);
  const auto renamed = [&](int64_t part) {
    return part < x.n_rows ? part : x.n_rows + place[static_cast<size_t>(part - x.n_rows)];
  };
  WardTree tree{.n_rows = x.n_rows, .merges = {}};
  for (const size_t i : order) {
    const auto [left, right] = std::minmax({renamed(merges[i].left), renamed(merges[i].right)});
    tree.merges.push_back({left, right, merges[i].height, merges[i].size});
  }
  return tree;
}

std::vector<int32_t> cut_ward_tree(const WardTree& tree, int64_t k) {
  check(k >= 1 && k <= tree.n_rows, "a tree is cut into 1 to n clusters");
  // The last k − 1 merges are undone: from the top, every part takes the cluster of the merge that holds it.
  std::vector<int64_t> root(static_cast<size_t>(tree.n_rows) + tree.merges.size());
  std::iota(root.begin(), root.end(), 0);
  for (int64_t m = tree.n_rows - 1 - k; m >= 0; --m) {
    const WardMerge& merge = tree.merges[static_cast<size_t>(m)];
    root[static_cast<size_t>(merge.left)] = root[static_cast<size_t>(merge.right)] =
        root[static_cast<size_t>(tree.n_rows + m)];
  }
  std::vector<int32_t> label_of_root(root.size(), -1), labels;
  int32_t n_labels = 0;
  for (int64_t i = 0; i < tree.n_rows; ++i) {
    int32_t& label = label_of_root[static_cast<size_t>(root[static_cast<size_t>(i)])];
    if (label < 0) label = n_labels++;
    labels.push_back(label);
  }
  return labels;
}

}  // namespace songscape
