#include "study/run_facts.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "models/registry.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

TEST(ConvergenceStability, IsTheVarianceOfTheLastFifthOverTheWholeDrop) {
  // Drop 10; the last fifth is 2 and 4: variance 1.
  const auto s = convergence_stability({12, 10, 8, 7, 6, 5, 4, 3, 2, 4});
  ASSERT_TRUE(s);
  EXPECT_NEAR(*s, .1, 1e-12);
  EXPECT_NEAR(*convergence_stability({9, 8, 7, 5, 5, 5, 5, 5, 5, 5}), 0, 1e-12);
}

TEST(ConvergenceStability, IsUnknownForShortCurvesAndThoseThatNeverFell) {
  EXPECT_FALSE(convergence_stability({3, 2, 1}));
  EXPECT_FALSE(convergence_stability({1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(convergence_stability({5, 4, 3, 2, std::nan("")}));
}

TEST(RunFacts, OfAFolderWithoutWeightsAreRefusedAndSayWhatToDo) {
  const TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  make_folder(run);
  publish_file(run / "config.toml", "model = \"conv_vae\"\nsize = \"compact\"\nform = \"documented\"\nname = \"\"\ntrain.seed = 4\n");
  publish_file(run / "data.json",
               R"({"source": "x.songscape", "content_hash": "ab", "train_rows": [0], "validation_rows": [1]})");
  publish_file(run / "status.json", R"({"state": "interrupted", "epoch": 1, "n_steps": 3})");
  try {
    read_run_facts(run);
    FAIL() << "read";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    EXPECT_NE(std::string(e.what()).find("no weights"), std::string::npos) << e.what();
  }
  publish_file(run / "data.json", "{");
  EXPECT_THROW(read_run_facts(run), Error);
}

TEST(RunFacts, OfAnEarlierVersionGetTheDefaultsOfWhatCameLater) {
  ModelSpec spec{.name = "conv_vae", .size = "compact", .input_shape = {16, 16}};
  for (const char* setting : {"channels=[4,8]", "frame_pool=1", "latent_dim=3"}) spec.settings.set(setting);
  const auto model = make_model(spec);
  RunFacts facts;
  facts.settings = {{"latent_dim", "2"}, {"train.lr", "0.001"}};
  add_defaults(facts, *model);
  EXPECT_EQ(facts.settings.at("latent_dim"), "2");
  EXPECT_EQ(facts.settings.at("principal_pool"), "0");
  EXPECT_EQ(facts.settings.at("train.lr"), "0.001");
  EXPECT_TRUE(facts.settings.contains("train.lr_schedule"));
  EXPECT_FALSE(facts.settings.contains("train.seed"));
}

}  // namespace
}  // namespace songscape
