// Faulty command lines (bad-input rows L1, L2): exit 2, one line that names the fault and the nearest known name.
#include <gtest/gtest.h>

#include "cli/shell.h"

namespace songscape {
namespace {

void expect_usage(const std::string& arguments, const std::string& said) {
  const ProgramResult r = run_songscape(arguments);
  EXPECT_EQ(r.exit_code, 2) << arguments;
  EXPECT_EQ(r.out, "") << arguments;
  EXPECT_NE(r.err.find(said), std::string::npos) << arguments << "\n" << r.err;
}

TEST(Arguments, NoneAtAllPrintsTheHelpAndIsAUsageError) {
  expect_usage("", "Usage: songscape");
  expect_usage("", "error: no command is given");
}

TEST(Arguments, AnUnknownCommandNamesTheNearest) {
  expect_usage("docter", "unknown command 'docter'; did you mean 'doctor'?");
  expect_usage("''", "unknown command ''");
}

TEST(Arguments, AnUnknownOptionNamesTheNearest) {
  expect_usage("doctor --jsn", "unknown option '--jsn'; did you mean '--json'?");
  expect_usage("doctor -x", "unknown option '-x'");
}

TEST(Arguments, AShortenedOptionIsUnknownAndNamesWhatItMayMean) {
  expect_usage("doctor --js", "did you mean '--json'?");
}

TEST(Arguments, AMissingOrEmptyValueIsNamed) {
  expect_usage("doctor --csv", "option '--csv' needs a value");
  expect_usage("doctor --csv --json", "option '--csv' needs a value");
  expect_usage("doctor --csv=", "option '--csv' needs a value");
  expect_usage("doctor --csv ''", "option '--csv' needs a value");
}

TEST(Arguments, AFlagTakesNoValue) { expect_usage("doctor --json=yes", "option '--json' takes no value"); }

TEST(Arguments, ARepeatedOptionIsRefused) {
  expect_usage("doctor --json --json", "option '--json' is given twice");
  expect_usage("doctor --csv a.csv --csv b.csv", "option '--csv' is given twice");
}

TEST(Arguments, ADoubleDashNeedsSomethingBehindIt) {
  expect_usage("doctor --", "nothing follows '--'");
  expect_usage("doctor -- --json", "not expected");
}

TEST(Arguments, AnExtraWordIsRefused) { expect_usage("doctor here", "not expected: here"); }

TEST(Arguments, WhatTheUserTypedIsEscapedInMessages) {
  expect_usage("doctor $'--\\e[31mred'", "'--\\x1b[31mred'");
  expect_usage("%n%n%s{}", "unknown command '%n%n%s{}'");
}

}  // namespace
}  // namespace songscape
