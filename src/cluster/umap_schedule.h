// Which edges of a graph pull in which epoch of UMAP's descent.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "stats/neighbour_graph.h"

namespace songscape {

constexpr int64_t kUmapLanes = 32;  // rows that move side by side

// What pulls a group's rows in the epochs first_epoch … first_epoch + n_epochs − 1: slot s belongs to epoch
// first_epoch + s % n_epochs.
struct UmapCalendar {
  int first_epoch = 0, n_epochs = 0;
  std::array<int32_t, kUmapLanes> n_slots{};  // of each lane
  int32_t most_slots = 0;                     // of one lane
  std::vector<int32_t> target;  // [most_slots × kUmapLanes] places, and more; any place where a lane has no slot
};

// Rows at places by falling weight, kUmapLanes of them a group, so that lanes rarely wait for each other.  An edge is
// due in the share of the epochs that its weight is of the heaviest one's, and what is due to a row within a calendar
// is spread evenly over its epochs; edges that would be due in none are left out.
class UmapSchedule {
 public:
  UmapSchedule(const Graph& graph, int n_epochs);

  int64_t n_groups() const { return (static_cast<int64_t>(rows_.size()) + kUmapLanes - 1) / kUmapLanes; }
  // The row at each place.
  const std::vector<int32_t>& rows() const { return rows_; }
  // That of an epoch; epochs come one after the other, groups of one epoch at any time and from any thread.
  const UmapCalendar& calendar(int64_t group, int epoch);

 private:
  static constexpr int kCalendarEpochs = 8;
  void fill(int64_t group, UmapCalendar& calendar) const;

  int n_epochs_;
  std::vector<int32_t> rows_;
  std::vector<int64_t> first_;  // of each place's edges
  std::vector<int32_t> target_;
  std::vector<float> share_;  // of the epochs, of each edge
  std::vector<UmapCalendar> calendars_;
};

}  // namespace songscape
