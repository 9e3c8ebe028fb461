// Trainings in stages: pre-training, the mixture's start, assignments.
#include <ATen/TensorOperators.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "data/array_source.h"
#include "small_run.h"
#include "temporary_folder.h"
#include "train/history.h"

namespace songscape {
namespace {

// Rows by the sign of their first two dimensions, folded to k: a partition that depends on the latents, and on them
// alone.
at::Tensor by_signs(const at::Tensor& z, const PartitionRequest& request) {
  const at::Tensor quadrant = (z.select(1, 0) > z.select(1, 0).mean()).to(at::kLong) +
                              2 * (z.select(1, 1) > z.select(1, 1).mean()).to(at::kLong);
  return at::one_hot(quadrant.remainder(request.k), request.k).to(at::kFloat);
}

struct StopsAfter final : BatchSource {
  const BatchSource& inner;
  mutable int n_reads_left;
  StopsAfter(const BatchSource& source, int n_reads) : inner(source), n_reads_left(n_reads) {}
  int64_t n_rows() const override { return inner.n_rows(); }
  std::vector<int64_t> item_shape() const override { return inner.item_shape(); }
  std::string row_name(int64_t row) const override { return inner.row_name(row); }
  std::string content_hash() const override { return inner.content_hash(); }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid) const override {
    if (n_reads_left-- == 0)
      fail(ExitCode::damaged, {.what = "unplugged", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
    inner.read(rows, out, n_valid);
  }
};

struct StagedRun : SmallRun {
  std::vector<std::string> settings = {"widths=[16,8]",
                                       "latent_dim=4",
                                       "n_components=3",
                                       "dropout=0.1",
                                       "frame_pool=1",
                                       "pretrain_epochs=2",
                                       "kl_warm_up_epochs=1",
                                       "assignment_weight=2",
                                       "assignment_start_epochs=1",
                                       "augment.shift_columns=0.2",
                                       "likelihood.effective_dims=false"};
  StagedRun() {
    model = "vade";
    config.epochs = 6;
  }
  std::unique_ptr<Vae> make() const {
    ModelSpec spec{.name = model, .size = "compact", .input_shape = source.item_shape(), .seed = 5};
    for (const std::string& s : settings) spec.settings.set(s);
    return make_model(spec);
  }
  TrainResult go(const fs::path& folder, const BatchSource& rows, const Partitioner& partition = by_signs) const {
    make_folder(folder);
    const auto vae = make();
    return train({*vae, rows, split, config, RunFolder(folder), {}, partition});
  }
};

TEST(Stages, StoppedAnywhereAndResumedEqualUninterruptedToTheBit) {
  const TemporaryFolder folder;
  const StagedRun run;
  run.go(folder.path() / "whole", run.source);
  Random random(3);
  int n_stops = 0;
  for (int i = 0; i < 40; ++i) {
    try {
      run.go(folder.path() / "parts", StopsAfter(run.source, static_cast<int>(3 + random.below(8))));
      break;
    } catch (const Error&) {
      ++n_stops;
    }
  }
  run.go(folder.path() / "parts", run.source);
  EXPECT_GE(n_stops, 6);
  EXPECT_EQ(fingerprint(folder.path() / "parts"), fingerprint(folder.path() / "whole"));
}

TEST(Stages, OnlyEpochsOfTheWholeKlWeightBecomeTheBest) {
  const TemporaryFolder folder;
  const StagedRun run;
  EXPECT_GT(run.go(folder.path(), run.source).best_epoch, 3);
  const History history = History::load(folder.path() / "training_history.csv");
  EXPECT_TRUE(std::isnan(history.column("train_kl_components")[1]));
  for (const char* column : {"train_kl_components", "train_assignments", "train_entropy", "train_active_components"})
    EXPECT_TRUE(std::isfinite(history.column(column)[5])) << column;
}

TEST(Stages, OfIdenticalSongsStayFinite) {
  const TemporaryFolder folder;
  StagedRun run;
  const ArraySource same(std::vector<float>(23 * 16 * 30, 0.25f), {16, 30}, "same");
  for (const Partitioner& partition : {Partitioner(by_signs), Partitioner([](const at::Tensor&z, const auto&request) {
                                         at::Tensor q = at::zeros({z.size(0), request.k}, at::kFloat);
                                         q.select(1, 0).fill_(1);
                                         return q;
                                       })}) {
    fs::remove_all(folder.path() / "run");
    EXPECT_TRUE(std::isfinite(run.go(folder.path() / "run", same, partition).best_validation_loss));
  }
}

TEST(Stages, WithMoreComponentsThanSongsOrWithoutAClustererAreRefused) {
  const TemporaryFolder folder;
  StagedRun run;
  try {
    run.go(folder.path() / "none", run.source, {});
    ADD_FAILURE() << "trained without a clusterer";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("clusterer"), std::string::npos);
  }
  run.settings.push_back("n_components=50");
  try {
    run.go(folder.path() / "many", run.source);
    ADD_FAILURE() << "trained 50 components on 23 songs";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    EXPECT_NE(std::string(e.what()).find("50 components"), std::string::npos);
  }
}

TEST(Stages, OneComponentIsAPlainVae) {
  const TemporaryFolder folder;
  StagedRun run;
  run.settings.push_back("n_components=1");
  run.go(folder.path(), run.source);
  const auto kl = History::load(folder.path() / "training_history.csv").column("train_kl_components");
  EXPECT_NEAR(kl.back(), 0, 1e-6);
}

}  // namespace
}  // namespace songscape
