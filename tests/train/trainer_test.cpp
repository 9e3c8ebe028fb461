#include "train/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/random.h"
#include "small_run.h"
#include "temporary_folder.h"
#include "train/checkpoint.h"
#include "train/environment.h"

namespace songscape {
namespace {

// Rows as of `inner`, but the n-th read fails, or one row holds NaN.
struct Faulty final : BatchSource {
  const BatchSource& inner;
  mutable int n_reads_left;
  int64_t nan_row = -1;
  Faulty(const BatchSource& source, int n_reads) : inner(source), n_reads_left(n_reads) {}
  int64_t n_rows() const override { return inner.n_rows(); }
  std::vector<int64_t> item_shape() const override { return inner.item_shape(); }
  std::string row_name(int64_t row) const override { return inner.row_name(row); }
  std::string content_hash() const override { return inner.content_hash(); }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid) const override {
    if (n_reads_left-- == 0)
      fail(ExitCode::damaged, {.what = "unplugged", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
    inner.read(rows, out, n_valid);
    const int64_t n = item_size(inner);
    for (size_t i = 0; i < rows.size(); ++i)
      if (rows[i] == nan_row) out[static_cast<int64_t>(i) * n] = std::numeric_limits<float>::quiet_NaN();
  }
};

TEST(Trainer, LeavesACompleteRunFolderAndAModelThatBeatsTheMeanSong) {
  const TemporaryFolder folder;
  SmallRun run;
  run.config.epochs = 30;
  run.config.lr = 3e-3;
  const TrainResult result = run.go(folder.path());
  EXPECT_EQ(result.n_epochs, 30);
  for (const char* file : {"training_history.csv", "status.json", "best_model.safetensors", "model_final.safetensors",
                           "checkpoints/best/manifest.json", "checkpoints/last/manifest.json"})
    EXPECT_TRUE(fs::exists(folder.path() / file)) << file;
  const History history = History::load(folder.path() / "training_history.csv");
  EXPECT_EQ(history.n_rows(), 30u);
  const auto mse = history.column("validation_mse");
  EXPECT_LT(result.best_validation_mse, 0.7 * mse.front());
  for (const char* column : {"train_kl", "train_reconstruction", "train_grad_norm", "beta", "beta_norm", "lr",
                             "n_active", "validation_loss", "validation_kl", "mutual_information"})
    for (const double v : history.column(column)) EXPECT_TRUE(std::isfinite(v)) << column;
  EXPECT_EQ(read_json(folder.path() / "status.json").at("state"), "finished");
}

TEST(Trainer, InterruptedAtRandomStepsAndResumedEqualsUninterruptedToTheBit) {
  for (const char* model : {"basic_vae", "conv_vae"}) {
    const TemporaryFolder folder;
    SmallRun run;
    run.model = model;
    run.go(folder.path() / "whole");
    Random random(9, stream_id(model));
    int n_stops = 0;
    for (int i = 0; i < 4; ++i) {
      const auto vae = run.make();
      try {
        run.go(folder.path() / "parts", *vae, Faulty(run.source, static_cast<int>(2 + random.below(9))));
      } catch (const Error&) {
        ++n_stops;
      }
    }
    run.go(folder.path() / "parts");
    EXPECT_GE(n_stops, 2);
    EXPECT_EQ(fingerprint(folder.path() / "parts"), fingerprint(folder.path() / "whole")) << model;
  }
}

TEST(Trainer, AgreementOfViewsIsATermThatTrainingLowersAndResumesToTheBit) {
  const TemporaryFolder whole, parted;
  SmallRun run;
  run.config.epochs = 8;
  run.config.batch = 6;
  run.config.lr = 3e-3;
  run.config.agreement.weight = 2000;
  run.config.agreement.views.semitones = 1;
  run.go(whole.path());
  const auto agreement = History::load(whole.path() / "training_history.csv").column("train_agreement");
  EXPECT_LT(agreement.back(), 0.7 * agreement.front());
  EXPECT_TRUE(
      std::isfinite(History::load(whole.path() / "training_history.csv").column("validation_agreement").back()));
  const auto vae = run.make();
  EXPECT_THROW(run.go(parted.path(), *vae, Faulty(run.source, 21)), Error);
  run.go(parted.path());
  EXPECT_EQ(fingerprint(whole.path()), fingerprint(parted.path()));
}

TEST(Trainer, AnotherSeedGivesAnotherModel) {
  const TemporaryFolder folder;
  SmallRun run;
  run.config.epochs = 1;
  run.go(folder.path() / "a");
  run.config.seed = 6;
  run.go(folder.path() / "b");
  EXPECT_NE(fingerprint(folder.path() / "a"), fingerprint(folder.path() / "b"));
}

TEST(Trainer, MoreEpochsGoOnWhereAFinishedRunEnded) {
  const TemporaryFolder folder;
  SmallRun run;
  run.config.epochs = 2;
  run.go(folder.path() / "a");
  run.config.epochs = 4;
  EXPECT_EQ(run.go(folder.path() / "a").n_epochs, 4);
  run.go(folder.path() / "b");
  EXPECT_EQ(fingerprint(folder.path() / "a"), fingerprint(folder.path() / "b"));
}

TEST(Trainer, StopsEarlyAndSaysWhy) {
  const TemporaryFolder folder;
  SmallRun run;
  run.config.epochs = 50;
  run.config.patience = 2;
  run.config.min_improvement = 1e6;
  const TrainResult result = run.go(folder.path());
  EXPECT_EQ(result.n_epochs, 3);
  EXPECT_EQ(result.best_epoch, 1);
  EXPECT_EQ(result.stop_reason, "no better validation loss for 2 epochs (best: epoch 1)");
}

TEST(Trainer, ANonFiniteValueNamesTermStepAndSongAndReachesNoWeight) {
  const TemporaryFolder folder;
  SmallRun run;
  Faulty source(run.source, 1000);
  source.nan_row = run.split.train[7];
  const auto vae = run.make();
  try {
    run.go(folder.path(), *vae, source);
    FAIL() << "trained on NaN";
  } catch (const Error& e) {
    const std::string message = e.what();
    EXPECT_NE(message.find("loss term 'reconstruction' is not finite"), std::string::npos) << message;
    EXPECT_NE(message.find("epoch 1, step "), std::string::npos) << message;
    EXPECT_NE(message.find("songs synthetic row " + std::to_string(source.nan_row) + ": loss"), std::string::npos)
        << message;
  }
  for (const NamedTensor& p : vae->tensors().parameters()) EXPECT_TRUE(p.value.isfinite().all().item<bool>()) << p.name;
  EXPECT_EQ(read_json(folder.path() / "status.json").at("state"), "failed");
}

TEST(Trainer, WithoutValidationSongsTheTrainingLossDecides) {
  const TemporaryFolder folder;
  SmallRun run;
  run.config.epochs = 2;
  run.split.validation.clear();
  EXPECT_EQ(run.go(folder.path()).n_epochs, 2);
}

TEST(Trainer, EnvironmentsDifferByKey) {
  Json a = {{"threads", 2}, {"precision", "f32"}, {"system", "x"}},
       b = {{"threads", 4}, {"precision", "f32"}, {"system", "y"}};
  EXPECT_EQ(environment_differences(a, b), std::vector<std::string>{"threads: now 2, was 4"});
}

}  // namespace
}  // namespace songscape
