// The program's commands and options as plain data, read off CLI11's tree: what completion, the man page and
// docs/commands.md are made from.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace songscape {

struct OptionFacts {
  std::vector<std::string> names;  // "-h", "--help"; of a positional, its name alone
  std::string value;               // "FILE"; empty: takes none
  std::string help;
  std::vector<std::string> choices;  // where one_of() checks it
  bool is_positional = false;
  bool is_required = false;
  bool is_repeatable = false;
  bool takes_path() const;    // completed by file names
  std::string shown() const;  // "--library L", "DIR", "[DIR]", "RUN..."
};

struct CommandFacts {
  std::string name;  // "train"
  std::string path;  // "songscape train"
  std::string help;
  std::vector<OptionFacts> options;  // positionals first, --help and --quiet last
  std::vector<CommandFacts> commands;
  std::string synopsis() const;  // "songscape train MODEL [options]"
};

// Hidden commands (of the empty group) are left out.
CommandFacts describe_commands(const CLI::App& app);

// Every command that can be run, in order, without the root.
std::vector<const CommandFacts*> flatten(const CommandFacts& root);

}  // namespace songscape
