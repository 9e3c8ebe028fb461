// The program run as a user runs it.
#pragma once

#include <string>

namespace songscape {

struct ProgramResult {
  int exit_code = -1;  // 128 + the signal where one ended it
  std::string out, err;
};

// `line` is a bash command line in which $S is the program; runs in a folder of its own unless `folder` is given.
ProgramResult run_shell(const std::string& line, const std::string& folder = {});

// $S with these arguments, as written in a shell.
inline ProgramResult run_songscape(const std::string& arguments) { return run_shell("\"$S\" " + arguments); }

}  // namespace songscape
