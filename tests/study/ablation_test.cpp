#include "study/ablation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "core/random.h"
#include "data/npy.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

// A study of a small array, its trials in this process.
struct AblationTest : testing::Test {
  TemporaryFolder folder;

  AblationTest() {
    set_log_level(LogLevel::quiet);
    write_array("x.npy", 1);
    std::vector<int32_t> classes;
    for (int i = 0; i < 40; ++i) classes.push_back(i % 2);
    write_npy<int32_t>(folder.path() / "y.npy", {40}, classes);
  }

  void write_array(const std::string& name, uint64_t seed) const {
    Random random(seed);
    Matrix x(40, 6);
    for (int64_t i = 0; i < 40; ++i)
      for (float& v : x.row(i)) v = static_cast<float>(.3 * (i % 2) + .5 * random.uniform());
    write_npy(folder.path() / name, x);
  }

  AblationRequest request(std::vector<std::string> sweeps = {"latent_dim=2,3"}) const {
    AblationRequest r;
    r.model = "basic_vae";
    r.data = (folder.path() / "x.npy").string();
    r.targets = (folder.path() / "y.npy").string();
    r.study = folder.path() / "study";
    for (const char* s : {"widths=[4]", "frame_pool=1", "epochs=6", "batch=8"}) r.settings.set(s);
    for (const std::string& s : sweeps) r.sweeps.push_back(parse_sweep(s));
    return r;
  }

  std::string refusal(const AblationRequest& r, ExitCode code) const {
    try {
      run_ablation(r);
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), code) << e.what();
      return e.what();
    }
    ADD_FAILURE() << "accepted";
    return {};
  }

  fs::file_time_type time_of_a_result() const {
    for (const auto& entry : fs::recursive_directory_iterator(folder.path() / "study"))
      if (entry.path().filename() == "result.json" &&
          entry.path().string().find("latent_dim=2-s1") != std::string::npos)
        return fs::last_write_time(entry.path());
    return {};
  }
};

TEST_F(AblationTest, LeavesTablesFiguresAndAReport) {
  AblationRequest r = request({"latent_dim=2,3", "beta=1,4", "architecture=basic_vae,pca"});
  r.settings.set("latent_dim=2");
  r.n_seeds = 2;
  const AblationOutcome outcome = run_ablation(r);
  EXPECT_EQ(outcome.n_finished, 8);  // base, latent_dim 3, beta 4, the baseline; two seeds each
  for (const char* file : {"ablation.csv", "latent_dim_sweep.csv", "latent_dim_sweep.png", "beta_sweep.csv",
                           "architecture_sweep.svg", "effects.csv", "ABLATION.md", "ablation.html"})
    EXPECT_TRUE(fs::exists(r.study / file)) << file;
  const CsvTable trials = read_csv(r.study / "ablation.csv");
  for (const char* figure : {"silhouette", "ari", "purity", "memory_mb", "train_time_sec"})
    for (const auto& row : trials.rows) EXPECT_FALSE(row[static_cast<size_t>(trials.find(figure))].empty()) << figure;
  for (const char* figure : {"negative_elbo", "final_loss", "converged_epoch", "kl_divergence", "reconstruction_loss"})
    EXPECT_FALSE(trials.rows[0][static_cast<size_t>(trials.find(figure))].empty()) << figure;
  // Only the best weights stay of a trial's run.
  for (const auto& entry : fs::recursive_directory_iterator(r.study / "trials"))
    EXPECT_NE(entry.path().filename(), "optimizer.safetensors");
}

TEST_F(AblationTest, GoesOnWithWhatItHasAndTrainsWhatIsAdded) {
  AblationRequest r = request();
  run_ablation(r);
  const auto first = time_of_a_result();
  EXPECT_NE(refusal(r, ExitCode::usage).find("--resume"), std::string::npos);
  r.is_resume = true;
  r.sweeps = {parse_sweep("latent_dim=2,3,4"), parse_sweep("beta=2,8")};
  EXPECT_EQ(run_ablation(r).n_finished, 5);
  EXPECT_EQ(time_of_a_result(), first);
  EXPECT_EQ(read_ablation(r.study).sweeps.size(), 2u);
}

TEST_F(AblationTest, RefusesToGoOnWithLessOrWithSomethingElse) {
  AblationRequest r = request();
  r.is_resume = true;
  EXPECT_NE(refusal(r, ExitCode::usage).find("no ablation to go on with"), std::string::npos);
  r.is_resume = false;
  run_ablation(r);
  r.is_resume = true;
  AblationRequest less = r;
  less.sweeps = {parse_sweep("latent_dim=2")};
  EXPECT_NE(refusal(less, ExitCode::usage).find("sweep latent_dim: now 2, was 2,3"), std::string::npos);
  AblationRequest other = r;
  other.settings.set("epochs=7");
  EXPECT_NE(refusal(other, ExitCode::usage).find("settings"), std::string::npos);
  write_array("x2.npy", 2);
  AblationRequest moved = r;
  moved.data = (folder.path() / "x2.npy").string();
  EXPECT_NE(refusal(moved, ExitCode::damaged).find("not those that this study began with"), std::string::npos);
  AblationRequest unlabelled = r;
  unlabelled.targets.clear();
  EXPECT_NE(refusal(unlabelled, ExitCode::damaged).find("labels"), std::string::npos);
}

TEST_F(AblationTest, NamesWhoWorksInTheFolderAndKeepsOutOfOthers) {
  AblationRequest r = request();
  make_folder(r.study);
  {
    const FileLock held(r.study / "lock");
    EXPECT_NE(refusal(r, ExitCode::locked).find("pid"), std::string::npos);
  }
  publish_file(r.study / "ablation.json.tmp1.0", "{");  // killed as it began
  EXPECT_EQ(run_ablation(r).n_finished, 2);
  fs::remove_all(r.study);
  make_folder(r.study);
  publish_file(r.study / "model_comparison.csv", "");
  EXPECT_NE(refusal(r, ExitCode::usage).find("something else"), std::string::npos);
}

TEST_F(AblationTest, TriesAFailedTrialOnceMoreAndRecordsIt) {
  AblationRequest r = request({"architecture=basic_vae,conv_vae"});  // six numbers are no picture
  const AblationOutcome outcome = run_ablation(r);
  EXPECT_EQ(outcome.n_failed, 1);
  EXPECT_EQ(outcome.n_finished, 1);
  const CsvTable trials = read_csv(r.study / "ablation.csv");
  EXPECT_EQ(trials.rows[1][static_cast<size_t>(trials.find("state"))], "failed");
  EXPECT_EQ(trials.rows[1][static_cast<size_t>(trials.find("attempts"))], "2");
  EXPECT_FALSE(trials.rows[1][static_cast<size_t>(trials.find("message"))].empty());
}

TEST_F(AblationTest, ABudgetThatIsSpentStartsNothing) {
  AblationRequest r = request();
  r.budget_sec = 1e-6;
  const AblationOutcome outcome = run_ablation(r);
  EXPECT_EQ(outcome.n_not_started, 2);
  EXPECT_NE(read_file(r.study / "ABLATION.md").find("2 of 2 trials were not started"), std::string::npos);
  r.budget_sec = 0;
  r.is_resume = true;
  EXPECT_EQ(run_ablation(r).n_finished, 2);
}

TEST_F(AblationTest, HalvingTrainsFewForLong) {
  AblationRequest r = request({"latent_dim=2,3,4", "beta=1,2,4"});
  r.search = AblationSearch::halving;
  r.settings.set("epochs=9");
  const AblationOutcome outcome = run_ablation(r);
  EXPECT_EQ(outcome.n_finished, 9 + 3 + 1) << outcome.trials.to_csv();
  const CsvTable trials = read_csv(r.study / "ablation.csv");
  EXPECT_EQ(trials.rows.back()[static_cast<size_t>(trials.find("n_epochs"))], "9");
  EXPECT_EQ(trials.rows.front()[static_cast<size_t>(trials.find("n_epochs"))], "1");
}

TEST_F(AblationTest, AGridHasEffectsInteractionsAndTheirFigure) {
  AblationRequest r = request({"latent_dim=2,3", "beta=1,4"});
  r.search = AblationSearch::grid;
  r.targets.clear();
  const AblationOutcome outcome = run_ablation(r);
  EXPECT_EQ(outcome.n_finished, 4) << outcome.trials.to_csv();
  for (const char* file : {"interactions.csv", "interactions.png", "effects.png"})
    EXPECT_TRUE(fs::exists(r.study / file)) << file;
}

TEST_F(AblationTest, ADryRunWritesNothing) {
  AblationRequest r = request();
  r.is_dry_run = true;
  EXPECT_EQ(run_ablation(r).n_not_started, 2);
  EXPECT_FALSE(fs::exists(r.study));
}

}  // namespace
}  // namespace songscape
