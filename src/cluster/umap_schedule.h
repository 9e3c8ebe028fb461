// Which edges of a graph pull in which epoch of UMAP's descent.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/neighbour_graph.h"

namespace songscape {

constexpr int64_t kUmapLanes = 32;  // rows that move side by side

// What pulls a group's rows in one epoch.
struct UmapDue {
  int64_t n_pulls = 0;                      // of the lane that has most
  std::vector<int32_t> target;              // [n_pulls × kUmapLanes], and rows that are there in the other places
  std::array<int32_t, kUmapLanes> count{};  // of each lane
};

// Rows in groups of like weight, so that lanes rarely wait for each other.  An edge is due in the share of the epochs
// that its weight is of the heaviest one's; edges that would be due in none are left out.
class UmapSchedule {
 public:
  UmapSchedule(const Graph& graph, int n_epochs);

  int64_t n_groups() const { return (static_cast<int64_t>(order_.size()) + kUmapLanes - 1) / kUmapLanes; }
  // The rows in a group's lanes; the last group's last lanes may be empty.
  std::span<const int32_t> rows(int64_t group) const {
    const size_t start = static_cast<size_t>(group * kUmapLanes);
    return std::span(order_).subspan(start, std::min<size_t>(kUmapLanes, order_.size() - start));
  }
  // What is due in an epoch; epochs come one after the other, groups of one epoch at any time and from any thread.
  const UmapDue& take(int64_t group, int epoch);

 private:
  static constexpr int kCalendarEpochs = 8;  // looked ahead at a time
  using Calendar = std::array<UmapDue, kCalendarEpochs>;
  void fill(int64_t group, float epoch, Calendar& calendar);

  std::vector<int32_t> order_;
  std::vector<int64_t> first_;
  std::vector<int32_t> target_;
  std::vector<float> period_, next_;  // of each edge, in epochs
  std::vector<Calendar> calendars_;   // of each group
};

}  // namespace songscape
