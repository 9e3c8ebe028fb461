// Clusters that are each other's nearest are merged, many at a time: Ward's distance is reducible (Bruynooghe 1977), so
// that no merge brings its cluster nearer to others than its parts were, and the nearest of the others stay what they
// are.  Distances are taken anew from the means, in blocks; those of the tree in double.
#include "cluster/ward.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kMostRows = 262144;
constexpr int64_t kRowBlock = 64, kColumnBlock = 512;
constexpr int64_t kManyRows = 512;       // searched at once, that they keep all threads busy by themselves
constexpr int64_t kStripe = 2048;        // of the clusters that few rows are compared with, a thread's share
constexpr int64_t kFewestSearched = 64;  // at once, so that means are read from memory for more than one
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Merged {
  int64_t left, right;  // < n: a row; n + i: the i-th merge in the order they were found
  double height;
  int64_t size;
};

struct Nearest {
  float score = kInfinity;  // squared Ward distance, halved
  int64_t id = -1;
};
// Of equally near clusters the one whose number differs in the lowest bits: equal rows pair off instead of all choosing
// one.
bool is_nearer(int64_t own, const Nearest& a, const Nearest& b) {
  return a.score != b.score ? a.score < b.score : b.id < 0 || (a.id >= 0 && (own ^ a.id) < (own ^ b.id));
}

// The clusters there are, each in a slot; the last slot moves into a gap.
class Clusters {
 public:
  explicit Clusters(MatrixView x)
      : n_rows_(x.n_rows),
        n_(x.n_rows),
        rows_(select_all(x)),
        means_(rows_.values.begin(), rows_.values.end()),
        inverse_size_(static_cast<size_t>(n_), 1.0f),
        id_(static_cast<size_t>(n_)),
        nearest_(static_cast<size_t>(n_)),
        is_fresh_(static_cast<size_t>(n_), 0),
        slot_of_(static_cast<size_t>(2 * n_)) {
    std::iota(id_.begin(), id_.end(), 0);
    std::iota(slot_of_.begin(), slot_of_.end(), 0);
  }

  std::vector<Merged> merge_all() {
    int64_t n_merged = n_;
    while (n_ > 1) {
      const std::vector<int64_t> slots = choose_slots(std::max(kFewestSearched, 2 * n_merged));
      // All know theirs, and no two are each other's: a merged cluster lies where equal rows do, and ties with what
      // they chose before it was there.
      if (slots.empty()) std::ranges::fill(is_fresh_, 0);
      search(slots);
      n_merged = merge_pairs(slots);
    }
    return std::move(merges_);
  }

 private:
  static Matrix select_all(MatrixView x) {
    Matrix out(x.n_rows, x.n_cols);
    std::copy_n(x.data, out.values.size(), out.values.begin());
    return out;
  }
  size_t slot_of(int64_t id) const { return static_cast<size_t>(slot_of_[static_cast<size_t>(id)]); }

  // Whose nearest cluster is to be found next: of those that do not know theirs, the ones that are another's nearest,
  // and up to `most` that lay nearest to what they lost.
  std::vector<int64_t> choose_slots(int64_t most) const {
    std::vector<uint8_t> is_chosen(static_cast<size_t>(n_), 0);
    std::vector<int64_t> chosen, rest;
    for (size_t s = 0; s < static_cast<size_t>(n_); ++s)
      if (is_fresh_[s]) is_chosen[slot_of(nearest_[s].id)] = 1;
    for (size_t s = 0; s < static_cast<size_t>(n_); ++s)
      if (!is_fresh_[s]) (is_chosen[s] ? chosen : rest).push_back(static_cast<int64_t>(s));
    const size_t n_more =
        std::min(rest.size(), static_cast<size_t>(std::max<int64_t>(0, most - static_cast<int64_t>(chosen.size()))));
    std::nth_element(rest.begin(), rest.begin() + static_cast<int64_t>(n_more), rest.end(), [&](int64_t a, int64_t b) {
      const float score_a = nearest_[static_cast<size_t>(a)].score, score_b = nearest_[static_cast<size_t>(b)].score;
      return score_a != score_b ? score_a < score_b : id_[static_cast<size_t>(a)] < id_[static_cast<size_t>(b)];
    });
    chosen.insert(chosen.end(), rest.begin(), rest.begin() + static_cast<int64_t>(n_more));
    std::sort(chosen.begin(), chosen.end());
    return chosen;
  }

  void search(const std::vector<int64_t>& slots) {
    const int64_t n = static_cast<int64_t>(slots.size()), n_blocks = (n + kRowBlock - 1) / kRowBlock;
    const int64_t stripe = n >= kManyRows ? n_ : kStripe, n_stripes = (n_ + stripe - 1) / stripe;
    std::vector<Nearest> found(static_cast<size_t>(n * n_stripes));
    for_each_block(n_blocks * n_stripes, 1, [&](int64_t job, int64_t) {
      const int64_t block = job / n_stripes * kRowBlock, part = job % n_stripes;
      const auto own =
          std::span(slots).subspan(static_cast<size_t>(block), static_cast<size_t>(std::min(kRowBlock, n - block)));
      std::vector<Nearest> nearest(own.size());
      search_stripe(own, part * stripe, std::min(stripe, n_ - part * stripe), nearest);
      for (size_t i = 0; i < own.size(); ++i)
        found[(static_cast<size_t>(block) + i) * static_cast<size_t>(n_stripes) + static_cast<size_t>(part)] =
            nearest[i];
    });
    for (size_t i = 0; i < slots.size(); ++i) {
      const size_t slot = static_cast<size_t>(slots[i]);
      nearest_[slot] = {};
      is_fresh_[slot] = 1;
      for (size_t part = 0; part < static_cast<size_t>(n_stripes); ++part) {
        const Nearest& candidate = found[i * static_cast<size_t>(n_stripes) + part];
        if (is_nearer(id_[slot], candidate, nearest_[slot])) nearest_[slot] = candidate;
      }
    }
  }

  // The nearest of each of `own` among slots first … first + n − 1.
  void search_stripe(std::span<const int64_t> own, int64_t first, int64_t n, std::vector<Nearest>& nearest) const {
    const Matrix queries = select_rows(rows_, own);
    std::vector<float> scores(own.size() * static_cast<size_t>(kColumnBlock));
    for (int64_t column = first; column < first + n; column += kColumnBlock) {
      const int64_t width = std::min(kColumnBlock, first + n - column);
      squared_distances(queries, rows_of(rows_, column, width), scores.data());
      for (size_t i = 0; i < own.size(); ++i)
        improve(own[i], column, {scores.data() + static_cast<int64_t>(i) * width, static_cast<size_t>(width)},
                nearest[i]);
    }
  }

  void improve(int64_t slot, int64_t column, std::span<float> scores, Nearest& nearest) const {
    const float own = inverse_size_[static_cast<size_t>(slot)];
    const float* others = inverse_size_.data() + column;
    for (size_t j = 0; j < scores.size(); ++j) scores[j] /= own + others[j];
    if (slot >= column && slot < column + static_cast<int64_t>(scores.size()))
      scores[static_cast<size_t>(slot - column)] = kInfinity;
    const float least = scores[static_cast<size_t>(index_of_least(scores))];
    if (least > nearest.score || least == kInfinity) return;
    const float above = std::nextafter(least, kInfinity);
    const int64_t width = static_cast<int64_t>(scores.size()), id = id_[static_cast<size_t>(slot)];
    for (int64_t j = index_below(scores, above, 0); j < width; j = index_below(scores, above, j + 1)) {
      const Nearest candidate{least, id_[static_cast<size_t>(column + j)]};
      if (is_nearer(id, candidate, nearest)) nearest = candidate;
    }
  }

  // Merges the clusters among the slots that are each other's nearest; returns how many pairs there were.
  int64_t merge_pairs(const std::vector<int64_t>& slots) {
    std::vector<std::pair<int64_t, int64_t>> pairs;
    for (const int64_t s : slots) {
      const int64_t own = id_[static_cast<size_t>(s)], other = nearest_[static_cast<size_t>(s)].id;
      const size_t t = slot_of(other);
      if (is_fresh_[t] && nearest_[t].id == own) pairs.push_back(std::minmax(own, other));
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    for (const auto& [a, b] : pairs) merge(a, b);
    for (size_t s = 0; s < static_cast<size_t>(n_); ++s)
      if (is_fresh_[s] && slot_of(nearest_[s].id) == kNoSlot) is_fresh_[s] = 0;
    return static_cast<int64_t>(pairs.size());
  }

  void merge(int64_t a, int64_t b) {
    const size_t kept = slot_of(a), gone = slot_of(b), d = static_cast<size_t>(rows_.n_cols);
    const double n_a = std::round(1.0 / inverse_size_[kept]), n_b = std::round(1.0 / inverse_size_[gone]);
    double squared = 0;
    for (size_t j = 0; j < d; ++j) {
      double& mean = means_[kept * d + j];
      const double difference = mean - means_[gone * d + j];
      squared += difference * difference;
      mean -= difference * n_b / (n_a + n_b);
      rows_.values[kept * d + j] = static_cast<float>(mean);
    }
    double height = std::sqrt(2 * n_a * n_b / (n_a + n_b) * squared);
    for (const int64_t part : {a, b})  // rounding must not put a cluster below its parts
      if (part >= n_rows_) height = std::max(height, merges_[static_cast<size_t>(part - n_rows_)].height);
    const int64_t id = n_rows_ + static_cast<int64_t>(merges_.size());
    merges_.push_back({a, b, height, static_cast<int64_t>(n_a + n_b)});
    inverse_size_[kept] = static_cast<float>(1 / (n_a + n_b));
    id_[kept] = id;
    is_fresh_[kept] = 0;
    slot_of_[static_cast<size_t>(a)] = slot_of_[static_cast<size_t>(b)] = static_cast<int64_t>(kNoSlot);
    slot_of_[static_cast<size_t>(id)] = static_cast<int64_t>(kept);
    fill_gap(gone);
  }
  void fill_gap(size_t gap) {
    const size_t last = static_cast<size_t>(--n_), d = static_cast<size_t>(rows_.n_cols);
    if (gap == last) return;
    std::copy_n(rows_.values.begin() + static_cast<int64_t>(last * d), d,
                rows_.values.begin() + static_cast<int64_t>(gap * d));
    std::copy_n(means_.begin() + static_cast<int64_t>(last * d), d, means_.begin() + static_cast<int64_t>(gap * d));
    inverse_size_[gap] = inverse_size_[last];
    id_[gap] = id_[last];
    nearest_[gap] = nearest_[last];
    is_fresh_[gap] = is_fresh_[last];
    slot_of_[static_cast<size_t>(id_[gap])] = static_cast<int64_t>(gap);
  }

  static constexpr size_t kNoSlot = std::numeric_limits<int64_t>::max();

  int64_t n_rows_, n_;  // n_: slots in use
  Matrix rows_;         // the means again, in single precision
  std::vector<double> means_;
  std::vector<float> inverse_size_;
  std::vector<int64_t> id_;
  std::vector<Nearest> nearest_;   // where it is not fresh: no cluster is nearer than its score
  std::vector<uint8_t> is_fresh_;  // the nearest is known
  std::vector<int64_t> slot_of_;   // by id
  std::vector<Merged> merges_;
};

}  // namespace

WardTree build_ward_tree(MatrixView x) {
  check(x.n_rows > 0, "a Ward tree has rows");
  if (x.n_rows > kMostRows)
    fail(ExitCode::usage, {.what = "too many rows for Ward's clustering, whose time grows with their square",
                           .where = {},
                           .seen = std::to_string(x.n_rows),
                           .wanted = "at most " + std::to_string(kMostRows),
                           .fix = "use --algorithm kmeans or gmm"});
  check(std::all_of(x.data, x.data + x.n_rows * x.n_cols, [](float v) { return std::isfinite(v); }),
        "rows of a Ward tree are finite");
  const std::vector<Merged> merges = Clusters(x).merge_all();
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
