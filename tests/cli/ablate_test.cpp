// Ablations as a user runs them: killed, without disk, twice in one folder, and with a wrong command line.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/shell.h"
#include "core/csv.h"
#include "core/random.h"
#include "data/npy.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

struct AblateCommand : testing::Test {
  TemporaryFolder folder;

  AblateCommand() {
    Random random(1);
    Matrix x(40, 6);
    for (int64_t i = 0; i < 40; ++i)
      for (float& v : x.row(i)) v = static_cast<float>(.3 * static_cast<double>(i % 2) + .5 * random.uniform());
    write_npy(folder.path() / "x.npy", x);
  }

  ProgramResult run(const std::string& line) const { return run_shell(line, folder.path().string()); }

  // A study of four trials.
  static std::string study(const std::string& name, const std::string& more = {}, int n_epochs = 30) {
    return "\"$S\" ablate basic_vae --quiet --data x.npy --sweep latent_dim=2,3 --sweep loss.beta=2,4 --set "
           "'widths=[4]' "
           "--set frame_pool=1 --set batch=8 --threads 2 --epochs " +
           std::to_string(n_epochs) + " --study ./" + name + " " + more;
  }

  // What does not hang on time or memory, by column.
  std::map<std::string, std::vector<std::string>> figures(const std::string& file) const {
    const CsvTable table = read_csv(folder.path() / file);
    std::map<std::string, std::vector<std::string>> columns;
    for (size_t c = 0; c < table.columns.size(); ++c) {
      const std::string& name = table.columns[c];
      if (name.starts_with("train_time_sec") || name.starts_with("memory_mb") || name == "attempts") continue;
      for (const auto& row : table.rows) columns[name].push_back(row[c]);
    }
    return columns;
  }

  void expect_refused(const std::string& arguments, const std::string& words) const {
    const ProgramResult r = run("\"$S\" ablate " + arguments);
    EXPECT_EQ(r.exit_code, 2) << arguments << ": " << r.err;
    EXPECT_NE(r.err.find(words), std::string::npos) << r.err;
    EXPECT_FALSE(fs::exists(folder.path() / "s")) << arguments;
  }
};

TEST_F(AblateCommand, KilledAtAnyMomentGoesOnToTheSameTables) {
  ASSERT_EQ(run(study("whole")).exit_code, 0);
  // Killed with the trials' processes still running, which have to die with it.
  for (const char* seconds : {"0.2", "0.6", "1.0", "1.5"})
    run("flag=; test -e cut/ablation.json && flag=--resume; (exec " + study("cut", "$flag") + ") & p=$!; sleep " +
        seconds + "; kill -9 $p 2>/dev/null; wait $p");
  const ProgramResult last = run("flag=; test -e cut/ablation.json && flag=--resume; " + study("cut", "$flag"));
  ASSERT_EQ(last.exit_code, 0) << last.err;
  for (const char* file : {"ablation.csv", "latent_dim_sweep.csv", "beta_sweep.csv", "effects.csv"})
    EXPECT_EQ(figures(std::string("whole/") + file), figures(std::string("cut/") + file)) << file;
}

TEST_F(AblateCommand, ChildrenDieWithTheStudy) {
  run("(exec " + study("s", "--set train.patience=0", 100000) + ") & p=$!; sleep 2; kill -9 $p; wait $p");
  EXPECT_EQ(run("sleep 0.3; pgrep -f \"$PWD/s/trials\"").out, "");
}

TEST_F(AblateCommand, AFullDiskStopsItAndItGoesOnAfterwards) {
  const ProgramResult full = run("trap '' XFSZ; ulimit -f 4; " + study("s"));
  EXPECT_EQ(full.exit_code, 1) << full.err;
  EXPECT_NE(full.err.find("File too large"), std::string::npos) << full.err;
  const ProgramResult after = run(study("s", fs::exists(folder.path() / "s/ablation.json") ? "--resume" : ""));
  EXPECT_EQ(after.exit_code, 0) << after.err;
  EXPECT_EQ(figures("s/ablation.csv").at("state"), std::vector<std::string>(4, "finished"));
}

TEST_F(AblateCommand, TwoSweepsInOneFolderAreOneTooMany) {
  const ProgramResult r = run("(exec " + study("s", "--set train.patience=0", 100000) +
                              ") & p=$!; while ! test -e s/ablation.json; do sleep 0.05; done; " +
                              study("s", "--resume") + "; code=$?; kill $p; wait $p; exit $code");
  EXPECT_EQ(r.exit_code, 75) << r.err;
  EXPECT_NE(r.err.find("pid "), std::string::npos) << r.err;
}

TEST_F(AblateCommand, StoppedByATermItSaysHowToGoOn) {
  const ProgramResult r =
      run("(exec " + study("s", "--set train.patience=0", 100000) + ") & p=$!; sleep 2; kill $p; wait $p");
  EXPECT_EQ(r.exit_code, 130) << r.err;
  EXPECT_NE(r.err.find("--resume"), std::string::npos) << r.err;
}

TEST_F(AblateCommand, RefusesAWrongCommandLineBeforeAnythingIsTrained) {
  const std::string data = "basic_vae --data x.npy --study ./s ";
  expect_refused("--data x.npy --study ./s", "no model");
  expect_refused("basic_vae --data x.npy", "--study");
  expect_refused("basic_vae --study ./s", "neither --library nor --data");
  expect_refused("basic_va --data x.npy --study ./s", "did you mean 'basic_vae'?");
  expect_refused(data + "--sweep latent_dims=4", "did you mean 'latent_dim'?");
  expect_refused(data + "--sweep latent_dim=", "is empty");
  expect_refused(data + "--sweep latent_dim=8..4*2", "is empty");
  expect_refused(data + "--sweep latent_dim=0", "1 to 65536");
  expect_refused(data + "--search gird", "did you mean 'grid'?");
  expect_refused(data + "--budget 60", "write 90s, 60m or 1.5h");
  expect_refused(data + "--seeds 0", "from 1");
  expect_refused(data + "--factor-library l.songscape", "an array has no factors");
  expect_refused(data + "--resume", "no ablation to go on with");
}

}  // namespace
}  // namespace songscape
