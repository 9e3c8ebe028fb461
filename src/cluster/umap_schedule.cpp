#include "cluster/umap_schedule.h"

#include <numeric>

namespace songscape {
namespace {

// −1 < x; std::ceil is a call where the CPU is not known to have it.
size_t rounded_up(float x) {
  const int whole = static_cast<int>(x);
  return static_cast<size_t>(whole + (static_cast<float>(whole) < x));
}

void add(UmapDue& due, size_t lane, int32_t target) {
  const size_t at = static_cast<size_t>(due.count[lane]++) * kUmapLanes;
  if (due.target.size() <= at) due.target.resize(at + kUmapLanes, 0);
  due.target[at + lane] = target;
}

}  // namespace

UmapSchedule::UmapSchedule(const Graph& graph, int n_epochs) : order_(static_cast<size_t>(graph.n_nodes())) {
  const std::vector<double> degree = graph.degrees();
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(order_.begin(), order_.end(), [&](int32_t a, int32_t b) {
    return degree[static_cast<size_t>(a)] > degree[static_cast<size_t>(b)];
  });
  const float heaviest = graph.weight.empty() ? 1 : *std::max_element(graph.weight.begin(), graph.weight.end());
  first_.push_back(0);
  for (const int32_t i : order_) {
    for (size_t e = 0; e < graph.weights_of(i).size(); ++e) {
      const float share = graph.weights_of(i)[e] / heaviest;
      if (share * static_cast<float>(n_epochs) < 1) continue;
      target_.push_back(graph.neighbours_of(i)[e]);
      period_.push_back(1 / share);
      next_.push_back(1 / share - 1);
    }
    first_.push_back(static_cast<int64_t>(target_.size()));
  }
  calendars_.resize(static_cast<size_t>(n_groups()));
}

const UmapDue& UmapSchedule::take(int64_t group, int epoch) {
  Calendar& calendar = calendars_[static_cast<size_t>(group)];
  if (epoch % kCalendarEpochs == 0) fill(group, static_cast<float>(epoch), calendar);
  return calendar[static_cast<size_t>(epoch % kCalendarEpochs)];
}

void UmapSchedule::fill(int64_t group, float epoch, Calendar& calendar) {
  for (UmapDue& due : calendar) due.count.fill(0);
  const size_t start = static_cast<size_t>(group * kUmapLanes);
  for (size_t l = 0; l < rows(group).size(); ++l)
    for (size_t e = static_cast<size_t>(first_[start + l]); e < static_cast<size_t>(first_[start + l + 1]); ++e)
      for (; next_[e] <= epoch + kCalendarEpochs - 1; next_[e] += period_[e])
        add(calendar[rounded_up(next_[e] - epoch)], l, target_[e]);
  for (UmapDue& due : calendar) due.n_pulls = *std::max_element(due.count.begin(), due.count.end());
}

}  // namespace songscape
