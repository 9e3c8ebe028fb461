// The man page renders, and docs/commands.md lists exactly the commands and options that --help does.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "cli/shell.h"

namespace songscape {
namespace {

using OptionsByCommand = std::map<std::string, std::set<std::string>>;

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), pattern); it != std::sregex_iterator(); ++it)
    found.insert((*it)[1]);
  return found;
}

// The options that a table of docs/commands.md lists, by its heading.
OptionsByCommand documented() {
  OptionsByCommand found;
  std::ifstream in(SONGSCAPE_SOURCE_DIR "/docs/commands.md");
  std::string line, command;
  const std::regex heading("## `songscape (.*)`"), row("\\| `(--[a-z0-9-]+).*");
  for (std::smatch m; std::getline(in, line);) {
    if (std::regex_match(line, m, heading)) found[command = m[1]];
    if (std::regex_match(line, m, row)) found[command].insert(m[1]);
  }
  return found;
}

// The words below "Subcommands:".
std::set<std::string> listed_commands(const std::string& help) {
  const size_t start = help.find("Subcommands:\n");
  return start == std::string::npos ? std::set<std::string>{}
                                    : matches(help.substr(start), std::regex("\n  ([a-z0-9-]+) "));
}

void collect_help(const std::string& command, OptionsByCommand& found) {
  const std::string help = run_songscape(command + " --help").out;
  if (!command.empty()) {
    found[command] = matches(help, std::regex("\n  (?:-[a-z],)?(--[a-z0-9-]+)"));
    found[command].erase("--help");
  }
  for (const std::string& sub : listed_commands(help)) collect_help(command.empty() ? sub : command + " " + sub, found);
}

TEST(Manual, TheDocumentedCommandsAndOptionsAreThoseOfHelp) {
  OptionsByCommand helped;
  collect_help("", helped);
  ASSERT_TRUE(helped.contains("doctor"));
  const OptionsByCommand written = documented();
  const std::string fix = "run: songscape man --markdown > docs/commands.md";
  for (const auto& [command, options] : helped) {
    ASSERT_TRUE(written.contains(command)) << "docs/commands.md lacks '" << command << "'; " << fix;
    EXPECT_EQ(written.at(command), options) << command << "; " << fix;
  }
  for (const auto& [command, options] : written)
    EXPECT_TRUE(helped.contains(command)) << "--help lacks '" << command << "'; " << fix;
}

TEST(Manual, EveryOptionHasItsHelp) {
  const std::string markdown = run_songscape("man --markdown").out;
  EXPECT_EQ(markdown.find("|  |"), std::string::npos);
}

TEST(Manual, TheManPageRendersWithoutWarnings) {
  const ProgramResult r =
      run_shell("command -v groff >/dev/null || exit 77\n\"$S\" man > p && groff -man -Tutf8 -P-cbou -ww p");
  if (r.exit_code == 77) GTEST_SKIP() << "no groff";
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_EQ(r.err, "");
  EXPECT_NE(r.out.find("songscape doctor"), std::string::npos);
}

}  // namespace
}  // namespace songscape
