// Songs that must stay on one side of every split.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace songscape {

// Connected components of "has the same artist" and "is a near-duplicate", numbered by their first song.  Artists are
// compared without case and surrounding blanks; "", "unknown", "various artists" and the like join nobody.
// `duplicates`: pairs of song numbers.
std::vector<int32_t> group_songs(const std::vector<std::string>& artists,
                                 const std::vector<std::pair<size_t, size_t>>& duplicates);

}  // namespace songscape
