// Faults of a command line that CLI11 lets pass or words badly, found before it parses: an unknown command or option
// (with the nearest known one), a missing or empty value, an option given twice, a value given to a flag, a `--` with
// nothing behind it.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace songscape {

// `arguments` without the program's name.  Throws Error `usage`.
void check_arguments(const CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace songscape
