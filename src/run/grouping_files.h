// The files of a grouping in a run's results folder.
#pragma once

#include <optional>

#include "run/grouping.h"
#include "run/grouping_data.h"

namespace songscape {

void write_grouping(const GroupingRequest& request, const GroupingData& data, const Grouping& grouping);

// What write_grouping left for the same weights, libraries, labels and settings.
std::optional<GroupedSongs> read_grouping(const GroupingRequest& request, const GroupingData& data);

}  // namespace songscape
