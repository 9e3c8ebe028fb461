// The program from its arguments to its exit code.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace songscape {

struct Session;

// The whole tree of commands and options, writing what it reads into `session`.
std::unique_ptr<CLI::App> make_app(Session& session);

// Parses, runs the command, and turns every fault into one line on standard error and an exit code (core/error.h).
int run_program(const std::vector<std::string>& arguments);

}  // namespace songscape
