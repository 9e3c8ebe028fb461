#include "stats/even_path.h"

#include <algorithm>
#include <limits>

#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr double kNoWay = std::numeric_limits<double>::infinity();

// The rows of a way's inside, in order of progress, and the squared lengths of all steps among them.
struct Steps {
  std::vector<int64_t> rows;
  Matrix among;              // [rows × rows]
  std::vector<float> first;  // from the start to each
  std::vector<float> last;   // from each to the end
};

Steps steps_between(MatrixView x, std::vector<int64_t> rows, int64_t from, int64_t to) {
  const Matrix inside = select_rows(x, rows);
  const int64_t n = inside.n_rows;
  Steps steps{std::move(rows), Matrix(n, n), std::vector<float>(static_cast<size_t>(n)),
              std::vector<float>(static_cast<size_t>(n))};
  for_each_block(n, 64, [&](int64_t first, int64_t size) {
    squared_distances(rows_of(inside, first, size), inside, steps.among.row(first).data());
  });
  squared_distances(rows_of(x, from, 1), inside, steps.first.data());
  squared_distances(rows_of(x, to, 1), inside, steps.last.data());
  return steps;
}

// Layer i holds the best cost of reaching each row as the i-th of the inside; join(cost so far, step) is the cost after
// one more step.  Steps above `limit` are not taken.
class Search {
 public:
  Search(const Steps& steps, int64_t n_inside, float limit) : steps_(steps), n_inside_(n_inside), limit_(limit) {}

  // The places in `steps.rows`, in order; their cost goes to `best`.
  template <class Join>
  std::vector<int64_t> run(const Join& join, double& best) {
    const auto n = static_cast<int64_t>(steps_.rows.size());
    std::vector<double> cost(static_cast<size_t>(n));
    for (size_t j = 0; j < cost.size(); ++j) cost[j] = taken(join, 0, steps_.first[j]);
    std::vector<std::vector<int32_t>> before;
    for (int64_t layer = 1; layer < n_inside_; ++layer) {
      auto& from = before.emplace_back(static_cast<size_t>(n), -1);
      std::vector<double> next(static_cast<size_t>(n), kNoWay);
      for (int64_t i = layer - 1; i < n; ++i) {
        const double so_far = cost[static_cast<size_t>(i)];
        if (so_far == kNoWay) continue;
        const auto step = steps_.among.row(i);
        for (auto j = static_cast<size_t>(i) + 1; j < next.size(); ++j)
          if (const double c = taken(join, so_far, step[j]); c < next[j])
            next[j] = c, from[j] = static_cast<int32_t>(i);
      }
      cost = std::move(next);
    }
    for (size_t j = 0; j < cost.size(); ++j) cost[j] = taken(join, cost[j], steps_.last[j]);
    const auto end = std::ranges::min_element(cost);
    best = *end;
    std::vector<int64_t> way = {end - cost.begin()};
    for (auto layer = before.rbegin(); layer != before.rend(); ++layer)
      way.push_back((*layer)[static_cast<size_t>(way.back())]);
    std::ranges::reverse(way);
    return way;
  }

 private:
  template <class Join>
  double taken(const Join& join, double so_far, float step) const {
    return step > limit_ ? kNoWay : join(so_far, static_cast<double>(step));
  }

  const Steps& steps_;
  int64_t n_inside_;
  float limit_;
};

}  // namespace

std::vector<double> progress_along(MatrixView x, int64_t from, int64_t to) {
  const auto a = x.row(from), b = x.row(to);
  double length = 0;
  for (size_t k = 0; k < a.size(); ++k)
    length += (static_cast<double>(b[k]) - a[k]) * (static_cast<double>(b[k]) - a[k]);
  std::vector<double> progress(static_cast<size_t>(x.n_rows), 0);
  if (length == 0) return progress;
  for (int64_t i = 0; i < x.n_rows; ++i) {
    double dot = 0;
    for (size_t k = 0; k < a.size(); ++k)
      dot += (static_cast<double>(x.row(i)[k]) - a[k]) * (static_cast<double>(b[k]) - a[k]);
    progress[static_cast<size_t>(i)] = dot / length;
  }
  return progress;
}

std::vector<int64_t> even_path(MatrixView x, std::span<const int64_t> between, int64_t from, int64_t to, int64_t n) {
  check(n >= 2, "a way has two ends");
  const std::vector<double> progress = progress_along(x, from, to);
  const auto at = [&](int64_t row) { return progress[static_cast<size_t>(row)]; };
  std::vector<int64_t> rows;
  for (const int64_t row : between)
    if (row != from && row != to && at(row) > 0 && at(row) < 1) rows.push_back(row);
  std::ranges::sort(rows, [&](int64_t i, int64_t j) { return std::pair(at(i), i) < std::pair(at(j), j); });
  const int64_t n_inside = std::min(n - 2, static_cast<int64_t>(rows.size()));
  std::vector<int64_t> way = {from};
  if (n_inside > 0) {
    const Steps steps = steps_between(x, std::move(rows), from, to);
    double largest = 0, sum = 0;
    Search(steps, n_inside, std::numeric_limits<float>::max())
        .run([](double so_far, double step) { return std::max(so_far, step); }, largest);
    for (const int64_t place : Search(steps, n_inside, static_cast<float>(largest))
                                   .run([](double so_far, double step) { return so_far + step; }, sum))
      way.push_back(steps.rows[static_cast<size_t>(place)]);
  }
  way.push_back(to);
  return way;
}

}  // namespace songscape
