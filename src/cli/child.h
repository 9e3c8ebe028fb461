// Asking another program a question.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace songscape {

// Standard output of `command` (found on PATH unless it has a slash), at most 1 MiB of it, its messages dropped.
// Nothing where the program is not there, fails, or takes longer than `timeout_sec`.
std::optional<std::string> output_of(const std::vector<std::string>& command, double timeout_sec = 10);

}  // namespace songscape
