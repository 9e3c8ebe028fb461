// Completion scripts for shells, written from the tree of commands; they stand alone and never call the program.
#pragma once

#include <string>

namespace songscape {

struct CommandFacts;

std::string bash_completion(const CommandFacts& root);
std::string zsh_completion(const CommandFacts& root);
std::string fish_completion(const CommandFacts& root);

}  // namespace songscape
