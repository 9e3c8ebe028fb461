// Where results go, and what happens when they cannot get there (bad-input rows L3, L4).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/shell.h"

namespace songscape {
namespace {

void expect_lost(const std::string& line) {
  const ProgramResult r = run_shell(line);
  EXPECT_EQ(r.exit_code, 1) << line << "\n" << r.err;
  EXPECT_NE(r.err.find("error: "), std::string::npos) << line;
}

TEST(Output, LostOutputIsNeverSuccess) {
  for (const char* command : {"doctor", "doctor --json", "--help", "doctor --help", "--version"}) {
    expect_lost(std::string("\"$S\" ") + command + " >&-");
    expect_lost(std::string("\"$S\" ") + command + " >/dev/full");
  }
  expect_lost("\"$S\" doctor --csv /dev/full");
  expect_lost("\"$S\" doctor --csv /nowhere/at/all.csv");
}

TEST(Output, ABrokenPipeEndsWithOne) {
  const ProgramResult r = run_shell("(sleep 0.2; \"$S\" doctor; echo \"code $?\" >&2) | true");
  EXPECT_NE(r.err.find("code 1"), std::string::npos) << r.err;
}

TEST(Output, AClosedStandardErrorDoesNotLandInAFile) {
  const ProgramResult r = run_shell("\"$S\" docter --csv out.csv 2>&-; echo \"code $?\"; ls");
  EXPECT_EQ(r.out, "code 2\n");
}

TEST(Output, JsonIsOneDocumentOnStandardOutput) {
  const ProgramResult r = run_songscape("doctor --json");
  EXPECT_EQ(r.exit_code, 0);
  const auto rows = nlohmann::json::parse(r.out);
  ASSERT_TRUE(rows.is_array());
  EXPECT_EQ(rows[0]["check"], "cpu");
}

TEST(Output, CsvGoesToAFileBesideTheTextOrInsteadOfIt) {
  const ProgramResult file = run_shell("\"$S\" doctor --csv t.csv && head -n 1 t.csv");
  EXPECT_NE(file.out.find("check,state,found,advice\n"), std::string::npos);
  EXPECT_NE(file.out.find("cpu"), std::string::npos);
  EXPECT_EQ(run_songscape("doctor --csv -").out.find("check,state,found,advice\n"), 0u);
}

TEST(Output, NoEscapeSequencesAwayFromATerminal) {
  const ProgramResult r = run_shell("\"$S\" doctor; \"$S\" --help; \"$S\" nothing");
  EXPECT_EQ((r.out + r.err).find('\x1b'), std::string::npos);
}

TEST(Output, NeitherLocaleNorWidthNorAnEmptyEnvironmentChangesIt) {
  const std::string command = "\"$S\" --help";
  const std::string plain = run_shell(command).out;
  for (const char* setting :
       {"LC_ALL=C", "LC_ALL=tr_TR.UTF-8", "LC_ALL=no_SUCH", "COLUMNS=1", "-u HOME", "-i", "TMPDIR=/nowhere"}) {
    const ProgramResult r = run_shell(std::string("env ") + setting + " " + command);
    EXPECT_EQ(r.exit_code, 0) << setting;
    EXPECT_EQ(r.out, plain) << setting;
  }
}

TEST(Output, DoctorWorksInNarrowConditions) {
  for (const char* setting : {"env -i", "env TMPDIR=/nowhere", "env LC_ALL=no_SUCH"}) {
    const ProgramResult r = run_shell(std::string(setting) + " \"$S\" doctor");
    EXPECT_EQ(r.exit_code, 0) << setting << r.err;
  }
  EXPECT_EQ(run_shell("ulimit -n 32; \"$S\" doctor").exit_code, 0);
}

// LibTorch's MKL ends the process by itself there, before main, with a message and code 2.
TEST(Output, InADeletedFolderItWorksOrEndsWithAMessage) {
  const ProgramResult r = run_shell("mkdir d; cd d; rmdir ../d; \"$S\" doctor");
  EXPECT_TRUE(r.exit_code == 0 || (r.exit_code <= 2 && !r.err.empty())) << r.exit_code;
}

}  // namespace
}  // namespace songscape
