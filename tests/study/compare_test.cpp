#include "study/compare.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

ExitCode refusal(const CompareRequest& request, const std::string& told) {
  try {
    compare_runs(request);
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find(told), std::string::npos) << e.what();
    return e.exit_code();
  }
  return ExitCode::ok;
}

TEST(Compare, RefusesNoRunsUnknownNamesAndUnknownEndings) {
  const TemporaryFolder folder;
  const fs::path study = folder.path() / "study";
  EXPECT_EQ(refusal({.runs_folder = folder.path(), .study = study}, "no run to compare"), ExitCode::usage);
  EXPECT_EQ(refusal({.runs = {"conv_va"}, .runs_folder = folder.path(), .study = study}, "no such run"),
            ExitCode::usage);
  EXPECT_EQ(refusal({.runs_folder = folder.path(), .study = study, .output = "x.pdf"}, "ending"), ExitCode::usage);
  EXPECT_FALSE(fs::exists(study));
}

TEST(Compare, NamesDamagedRunsAndStopsWhereNoneIsLeft) {
  const TemporaryFolder folder;
  make_folder(folder.path() / "broken");
  publish_file(folder.path() / "broken" / "config.toml", "model = ");
  EXPECT_EQ(refusal({.runs_folder = folder.path(), .study = folder.path() / "study"}, "no run is left"),
            ExitCode::damaged);
}

TEST(StudyFolder, LiesBesideTheRunsUnlessAPathIsGiven) {
  EXPECT_EQ(study_folder("s", "runs"), fs::path("studies/s"));
  EXPECT_EQ(study_folder("s", "a/runs/"), fs::path("a/studies/s"));
  EXPECT_EQ(study_folder("x/s", "runs"), fs::path("x/s"));
}

}  // namespace
}  // namespace songscape
