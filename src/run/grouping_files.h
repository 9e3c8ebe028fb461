// The files of a grouping in a run's results folder.
#pragma once

#include <optional>

#include "run/grouping.h"
#include "run/grouping_data.h"

namespace songscape {

void write_grouping(const GroupingRequest& request, const GroupingData& data, const Grouping& grouping);

// What write_grouping left for the same weights, libraries, labels and settings.
std::optional<GroupedSongs> read_grouping(const GroupingRequest& request, const GroupingData& data);

// What the last write_grouping left for this run and library, whatever its settings.  Error `usage` where there is
// none, or where weights or songs have changed since; `damaged` where its files do not belong together.
GroupedSongs read_last_grouping(const std::filesystem::path& run, const std::string& library);

}  // namespace songscape
