// The completion scripts are valid and complete what they should, in the shells themselves.
#include <gtest/gtest.h>

#include "cli/shell.h"

namespace songscape {
namespace {

// What bash offers for the words of a command line, the last one being completed.
std::string complete(const std::string& words, const std::string& before = "") {
  return run_shell("\"$S\" completion bash > c && source ./c || exit 9\n" + before + "\nCOMP_WORDS=(" + words +
                   ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_songscape\nprintf '%s\\n' \"${COMPREPLY[@]}\"")
      .out;
}

TEST(Completion, BashCompletesCommands) {
  EXPECT_EQ(complete("songscape doc"), "doctor\n");
  EXPECT_NE(complete("songscape ''").find("doctor\n"), std::string::npos);
}

TEST(Completion, BashCompletesTheOptionsOfTheCommandAtHand) {
  EXPECT_EQ(complete("songscape doctor --j"), "--json\n");
  EXPECT_EQ(complete("songscape man --j"), "\n");
}

TEST(Completion, BashCompletesChoicesAndFiles) {
  EXPECT_EQ(complete("songscape completion z"), "zsh\n");
  EXPECT_EQ(complete("songscape doctor --csv my", "touch 'my table.csv' other.csv"), "my table.csv\n");
}

TEST(Completion, EveryShellAcceptsItsScript) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const ProgramResult r = run_shell("command -v " + shell + " >/dev/null || exit 77\n\"$S\" completion " + shell +
                                      " > c && " + shell + " -n c");
    EXPECT_TRUE(r.exit_code == 0 || (r.exit_code == 77 && shell != "bash")) << shell << ": " << r.err;
    EXPECT_EQ(r.err, "") << shell;
  }
}

TEST(Completion, FishCompletesCommandsAndOptions) {
  const ProgramResult r = run_shell(
      "command -v fish >/dev/null || exit 77\n\"$S\" completion fish > c\n"
      "fish --no-config -c 'source c; complete -C \"songscape doctor --js\"'");
  if (r.exit_code == 77) GTEST_SKIP() << "no fish";
  EXPECT_TRUE(r.out.starts_with("--json")) << r.out << r.err;
}

}  // namespace
}  // namespace songscape
