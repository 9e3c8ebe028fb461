// The manual, written from the tree of commands: as a man page and as docs/commands.md.
#pragma once

#include <string>

namespace songscape {

struct CommandFacts;

std::string man_page(const CommandFacts& root, const std::string& version);
std::string commands_markdown(const CommandFacts& root);

}  // namespace songscape
