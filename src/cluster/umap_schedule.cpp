#include "cluster/umap_schedule.h"

#include <algorithm>
#include <numeric>

namespace songscape {

UmapSchedule::UmapSchedule(const Graph& graph, int n_epochs)
    : n_epochs_(n_epochs), rows_(static_cast<size_t>(graph.n_nodes())) {
  const std::vector<double> degree = graph.degrees();
  std::iota(rows_.begin(), rows_.end(), 0);
  std::stable_sort(rows_.begin(), rows_.end(), [&](int32_t a, int32_t b) {
    return degree[static_cast<size_t>(a)] > degree[static_cast<size_t>(b)];
  });
  std::vector<int32_t> place(rows_.size());
  for (size_t p = 0; p < rows_.size(); ++p) place[static_cast<size_t>(rows_[p])] = static_cast<int32_t>(p);
  const float heaviest = graph.weight.empty() ? 1 : *std::max_element(graph.weight.begin(), graph.weight.end());
  first_.push_back(0);
  for (const int32_t i : rows_) {
    for (size_t e = 0; e < graph.weights_of(i).size(); ++e) {
      const float share = graph.weights_of(i)[e] / heaviest;
      if (share * static_cast<float>(n_epochs) < 1) continue;
      target_.push_back(place[static_cast<size_t>(graph.neighbours_of(i)[e])]);
      share_.push_back(share);
    }
    first_.push_back(static_cast<int64_t>(target_.size()));
  }
  calendars_.resize(static_cast<size_t>(n_groups()));
}

const UmapCalendar& UmapSchedule::calendar(int64_t group, int epoch) {
  UmapCalendar& calendar = calendars_[static_cast<size_t>(group)];
  if (epoch % kCalendarEpochs == 0) {
    calendar.first_epoch = epoch;
    calendar.n_epochs = std::min(kCalendarEpochs, n_epochs_ - epoch);
    fill(group, calendar);
  }
  return calendar;
}

void UmapSchedule::fill(int64_t group, UmapCalendar& calendar) const {
  const float from = static_cast<float>(calendar.first_epoch), to = from + static_cast<float>(calendar.n_epochs);
  const auto n_due = [&](int64_t e) {
    const float share = share_[static_cast<size_t>(e)];
    return static_cast<int32_t>(share * to) - static_cast<int32_t>(share * from);
  };
  const size_t start = static_cast<size_t>(group * kUmapLanes);
  const size_t n_rows = std::min<size_t>(kUmapLanes, rows_.size() - start);
  for (size_t l = 0; l < n_rows; ++l) {
    int32_t n = 0;
    for (int64_t e = first_[start + l]; e < first_[start + l + 1]; ++e) n += n_due(e);
    calendar.n_slots[l] = n;
  }
  calendar.most_slots = *std::max_element(calendar.n_slots.begin(), calendar.n_slots.end());
  calendar.target.resize(static_cast<size_t>((calendar.most_slots + kCalendarEpochs) * kUmapLanes));
  for (size_t l = 0; l < n_rows; ++l) {
    int32_t* slot = calendar.target.data() + l;
    for (int64_t e = first_[start + l]; e < first_[start + l + 1]; ++e) {
      // As many as there can be, which the next edge writes over: a loop of another length each time costs more.
      for (int i = 0; i < kCalendarEpochs; ++i) slot[i * kUmapLanes] = target_[static_cast<size_t>(e)];
      slot += n_due(e) * kUmapLanes;
    }
  }
}

}  // namespace songscape
