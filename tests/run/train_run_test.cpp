#include "run/train_run.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "data/row_split.h"
#include "data/synthetic_source.h"
#include "nn/vae.h"
#include "run/run_config.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

struct TrainRun : testing::Test {
  TemporaryFolder folder;
  SyntheticSource source{{.n_rows = 16, .item_shape = {16, 20}}};
  Split split = split_rows(16);

  TrainRequest request(std::vector<std::string> settings = {}) const {
    TrainRequest r;
    r.model = "basic_vae";
    r.size = "compact";
    r.runs = folder.path() / "runs";
    for (const char* s : {"widths=[8]", "latent_dim=3", "epochs=1", "threads=1", "batch=4"}) r.settings.set(s);
    for (const std::string& s : settings) r.settings.set(s);
    return r;
  }
  TrainRequest resume(const std::filesystem::path& run, std::vector<std::string> settings) const {
    TrainRequest r;
    r.resume = run;
    for (const std::string& s : settings) r.settings.set(s);
    return r;
  }
  void expect_fault(const TrainRequest& r, ExitCode code, const std::string& words) {
    try {
      train_run(r, source, split);
      ADD_FAILURE() << "accepted: " << words;
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), code) << e.what();
      EXPECT_NE(std::string(e.what()).find(words), std::string::npos) << e.what();
    }
  }
};

TEST_F(TrainRun, LeavesAFolderThatSaysAllThereIsToKnow) {
  const TrainOutcome outcome = train_run(request(), source, split);
  for (const char* file : {"config.toml", "environment.json", "data.json", "status.json", "training_history.csv"})
    EXPECT_TRUE(fs::exists(outcome.run / file)) << file;
  const RunConfig config = read_run_config(outcome.run);
  EXPECT_EQ(config.model, "basic_vae");
  EXPECT_EQ(format_value(config.settings.entries.at("widths").value), "[8]");
  EXPECT_EQ(config.settings.entries.at("train.batch").value, ConfigValue(int64_t{4}));
  EXPECT_EQ(open_model(outcome.run)->latent_dim(), 3);
  EXPECT_EQ(read_json(outcome.run / "data.json").at("validation").size(), split.validation.size());
}

TEST_F(TrainRun, ADryRunWritesNothing) {
  TrainRequest r = request();
  r.is_dry_run = true;
  EXPECT_GT(train_run(r, source, split).expected_disk_bytes, 0);
  EXPECT_FALSE(fs::exists(r.runs));
}

TEST_F(TrainRun, WrongSettingsAreUsageErrorsBeforeAnythingIsWritten) {
  expect_fault(request({"epoch=3"}), ExitCode::usage, "did you mean 'epochs'?");
  for (const char* bad : {"batch=0", "batch=-1", "batch=9223372036854775808", "lr=nan", "lr=0", "lr=-1", "lr=1e30",
                          "latent_dim=0", "epochs=0", "beta=inf", "seed=18446744073709551616", "precision=f16"})
    expect_fault(request({bad}), ExitCode::usage, "");
  EXPECT_FALSE(fs::exists(folder.path() / "runs"));
}

TEST_F(TrainRun, GoesOnWithMoreEpochsAndItsOwnSettings) {
  const fs::path run = train_run(request(), source, split).run;
  const TrainOutcome more = train_run(resume(run, {"epochs=3"}), source, split);
  EXPECT_EQ(more.run, run);
  EXPECT_EQ(more.n_epochs, 3);
  EXPECT_EQ(more.resumed_from, "last");
}

TEST_F(TrainRun, OtherSettingsOnResumeAreRefusedKeyByKey) {
  const fs::path run = train_run(request(), source, split).run;
  expect_fault(resume(run, {"latent_dim=4", "lr=0.5"}), ExitCode::usage,
               "latent_dim: now 4, was 3; train.lr: now 0.5, was 0.001");
}

TEST_F(TrainRun, OtherDataOnResumeAreRefused) {
  const fs::path run = train_run(request(), source, split).run;
  source = SyntheticSource({.n_rows = 16, .item_shape = {16, 20}, .seed = 9});
  expect_fault(resume(run, {"epochs=2"}), ExitCode::damaged, "not those that this run began with");
}

TEST_F(TrainRun, AnotherEnvironmentOnResumeIsAnnouncedKeyByKey) {
  const fs::path run = train_run(request(), source, split).run;
  Json environment = read_json(run / "environment.json");
  environment["cpu"] = "another";
  write_json(run / "environment.json", environment);
  testing::internal::CaptureStderr();
  train_run(resume(run, {"epochs=2"}), source, split);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("NOT AS THE RUN BEGAN: cpu: now"), std::string::npos) << said;
}

TEST_F(TrainRun, AFolderThatIsNoRunIsNamed) {
  expect_fault(resume(folder.path(), {}), ExitCode::usage, "this is no run");
}

}  // namespace
}  // namespace songscape
