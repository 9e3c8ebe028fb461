#include "train/device.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "nn/noise.h"
#include "pretend_device.h"
#include "small_run.h"
#include "temporary_folder.h"
#include "train/history.h"
#include "train/inference.h"
#include "train/prefetch.h"
#include "train/queued_steps.h"
#include "train/step_graph.h"

namespace songscape {
namespace {

const DeviceFacts kNoCuda{}, kNoDriver{.is_cuda_build = true, .gpu_name = {}},
    kHidden{.is_cuda_build = true, .has_driver = true, .gpu_name = {}},
    kH200{.is_cuda_build = true, .n_gpus = 1, .has_driver = true, .has_bf16 = true, .gpu_name = "NVIDIA H200"};

std::string fault_of(const std::string& wanted, const DeviceFacts& facts) {
  try {
    choose_device(wanted, facts);
    return {};
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    return e.what();
  }
}

TEST(Device, AutoTakesTheGpuWhereThereIsOne) {
  EXPECT_EQ(choose_device("auto", kNoCuda), at::Device(at::kCPU));
  EXPECT_EQ(choose_device("auto", kHidden), at::Device(at::kCPU));
  EXPECT_EQ(choose_device("auto", kH200), at::Device(at::kCUDA, 0));
  EXPECT_EQ(choose_device("cpu", kH200), at::Device(at::kCPU));
  EXPECT_EQ(choose_device("cuda", kH200), at::Device(at::kCUDA, 0));
}

TEST(Device, TheChoiceIsSaidWithItsReason) {
  EXPECT_EQ(describe_choice(at::kCPU, kNoCuda), "the CPU: this LibTorch is made without CUDA");
  EXPECT_EQ(describe_choice(at::kCPU, kNoDriver), "the CPU: no driver of NVIDIA's is loaded");
  EXPECT_EQ(describe_choice(at::kCPU, kHidden), "the CPU: CUDA offers no GPU to this process");
  EXPECT_EQ(describe_choice(at::kCPU, kH200), "the CPU, as asked");
  EXPECT_EQ(describe_choice({at::kCUDA, 0}, kH200), "the GPU: NVIDIA H200");
}

TEST(Device, CudaWithoutAGpuNamesWhatIsMissingAndWhatToDo) {
  const std::vector<std::tuple<DeviceFacts, std::string, std::string>> cases = {
      {kNoCuda, "made without CUDA", "CMAKE_PREFIX_PATH"},
      {kNoDriver, "no driver", "nvidia-smi"},
      {kHidden, "offers no GPU", "CUDA_VISIBLE_DEVICES"}};
  for (const auto& [facts, seen, fix] : cases) {
    const std::string fault = fault_of("cuda", facts);
    for (const std::string& part : {std::string("there is no GPU"), std::string("--device"), seen, fix})
      EXPECT_NE(fault.find(part), std::string::npos) << fault << " lacks " << part;
  }
}

TEST(Device, MemoryIsPinnedForAGpuAlone) {
  const SyntheticSource source{{.n_rows = 3, .item_shape = {4, 5}}};
  const std::vector<std::vector<int64_t>> batches{{0, 2}};
  EXPECT_FALSE(Prefetcher(source, in_order(batches)).take().batch.x.is_pinned());
}

// The columns of two histories that are losses, near each other.
void expect_alike(const fs::path& a, const fs::path& b, double tolerance) {
  const History one = History::load(a / "training_history.csv"), other = History::load(b / "training_history.csv");
  ASSERT_EQ(one.columns(), other.columns());
  ASSERT_EQ(one.n_rows(), other.n_rows());
  for (const char* column : {"train_loss", "train_kl", "train_mse", "train_grad_norm", "validation_loss"}) {
    const auto x = one.column(column), y = other.column(column);
    for (size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(x[i], y[i], tolerance * std::max(1.0, std::abs(x[i]))) << column << ", epoch " << i + 1;
  }
}

struct DeviceRun : SmallRun {
  at::Device device = pretend_device();
  bool records = false;
  std::vector<std::string> settings = {};
  std::vector<int64_t> labels = {};

  std::unique_ptr<Vae> make_vae() const {
    ModelSpec spec{.name = model, .size = "compact", .input_shape = {16, 30}, .seed = 5};
    for (const std::string& s : settings) spec.settings.set(s);
    return settings.empty() ? make() : make_model(spec);
  }
  TrainResult train_in(const fs::path& folder, Vae& vae) const {
    make_folder(folder);
    return train({.model = vae,
                  .source = source,
                  .split = split,
                  .config = config,
                  .folder = RunFolder(folder),
                  .labels = labels,
                  .partition = split_in_two,
                  .device = device,
                  .records_graphs = records});
  }
  TrainResult train_in(const fs::path& folder) const {
    const auto vae = make_vae();
    return train_in(folder, *vae);
  }
  // Rows by turns, as a clusterer would give them.
  static at::Tensor split_in_two(const at::Tensor& points, const PartitionRequest& request) {
    at::Tensor shares = at::zeros({points.size(0), request.k});
    for (int64_t i = 0; i < points.size(0); ++i) shares[i][i % request.k] = 1;
    return shares;
  }
};

struct Variant {
  std::string name, model;
  std::vector<std::string> settings;
};

std::vector<Variant> variants() {
  const std::string conv = "channels=[4,8]", z = "latent_dim=4";
  return {{"basic", "basic_vae", {z, "widths=[16,8]", "dropout=0.2", "likelihood.effective_dims=true"}},
          {"conv", "conv_vae", {z, conv, "bottleneck_channels=2", "dropout=0.1", "loss.schedule=controller"}},
          {"conv_pooled", "conv_vae", {z, conv, "frame_pool=3", "pooling=time"}},
          {"principal", "conv_vae", {z, conv, "output=linear", "principal_pool=3"}},
          {"beta_views", "beta_vae", {z, conv, "trains_on_views=true", "axes_weight=1"}},
          {"beta_tc", "beta_vae", {z, conv, "objective=tc", "loss.beta=4"}},
          {"beta_factor", "beta_vae", {z, conv, "objective=factor", "loss.beta=4", "discriminator_widths=[8,8]"}},
          {"cvae_class", "cvae", {z, conv, "n_classes=3", "prior=class", "embedding_dim=4"}},
          {"cvae_guided",
           "cvae",
           {z, conv, "n_classes=3", "embedding_dim=4", "inference=recogniser", "guidance_weight=1",
            "recogniser.channels=[4,4]", "recogniser.window_frames=20"}},
          {"vade_at_once",
           "vade",
           {z, "widths=[16,8]", "n_components=2", "pretrain_epochs=0", "kl_warm_up_epochs=1", "assignment_weight=1",
            "assignment_start_epochs=1"}},
          // Biases before a normalisation have gradients of rounding alone, which Adam makes steps of; its running
          // mean lags behind these, and the mixture starts from what it then says.
          {"vade",
           "vade",
           {z, "widths=[16,8]", "n_components=2", "pretrain_epochs=1", "kl_warm_up_epochs=1", "norm=none",
            "assignment_weight=1", "assignment_start_epochs=1"}}};
}

class DeviceTraining : public testing::TestWithParam<Variant> {
 protected:
  DeviceRun run_of(const Variant& v) const {
    DeviceRun run;
    run.model = v.model;
    run.settings = v.settings;
    if (v.model == "cvae")
      for (int64_t i = 0; i < run.source.n_rows(); ++i) run.labels.push_back(i % 3);
    return run;
  }
  TemporaryFolder folder_;
};

TEST_P(DeviceTraining, LearnsWhatTheCpuLearns) {
  DeviceRun run = run_of(GetParam());
  run.config.lr = 1e-4;  // large steps make much of rounding
  run.train_in(folder_.path() / "device");
  run.device = at::kCPU;
  run.train_in(folder_.path() / "cpu");
  expect_alike(folder_.path() / "cpu", folder_.path() / "device", 2e-3);
}

TEST_P(DeviceTraining, TheHostWaitsForNoStep) {
  const DeviceRun run = run_of(GetParam());
  const auto vae = run.make_vae();
  const std::vector<int64_t> rows{0, 1, 2, 3, 4};
  Batch batch = read_batch(run.source, rows, run.labels);
  batch.positions = at::arange(5);
  vae->prepare(batch, 23);
  vae->tensors().move_to(run.device);
  Adam adam(vae->tensors(), 0);
  QueuedSteps steps(*vae, adam, {.max_grad_norm = 1}, {}, false);
  batch = batch.to(run.device);
  int64_t n_before = 0;
  for (int64_t i = 0; i < 6; ++i) {
    Pass pass{.is_training = true, .noise = noise_for(1, "step", 0, static_cast<uint64_t>(i))};
    if (i == 1) n_before = n_reads_of_host();  // scalars are fetched once
    steps.run(batch, 1, 1e-3, pass, {1, i + 1, rows, run.source});
  }
  EXPECT_EQ(n_reads_of_host() - n_before, 0);
  EXPECT_EQ(steps.collect().size(), 6u);
}

INSTANTIATE_TEST_SUITE_P(Models, DeviceTraining, testing::ValuesIn(variants()),
                         [](const auto& test) { return test.param.name; });

TEST(OtherDevice, ARunGoesOnWhereverItBegan) {
  const TemporaryFolder folder;
  DeviceRun run;
  run.train_in(folder.path() / "whole");
  run.config.epochs = 2;
  run.train_in(folder.path() / "to_cpu");
  run.train_in(folder.path() / "on_device");
  run.device = at::kCPU;
  run.train_in(folder.path() / "to_device");
  run.config.epochs = 4;
  run.train_in(folder.path() / "to_cpu");
  run.device = pretend_device();
  run.train_in(folder.path() / "to_device");
  run.train_in(folder.path() / "on_device");
  expect_alike(folder.path() / "whole", folder.path() / "to_cpu", 2e-3);
  expect_alike(folder.path() / "whole", folder.path() / "to_device", 2e-3);
  EXPECT_EQ(fingerprint(folder.path() / "whole"), fingerprint(folder.path() / "on_device"));
}

// One value of one row is no number.
struct SpoiltSource : BatchSource {
  SyntheticSource rows{{.n_rows = 8, .item_shape = {16, 30}}};
  int64_t n_rows() const override { return rows.n_rows(); }
  std::vector<int64_t> item_shape() const override { return rows.item_shape(); }
  std::string row_name(int64_t row) const override { return rows.row_name(row); }
  std::string content_hash() const override { return rows.content_hash(); }
  void read(std::span<const int64_t> wanted, float* out, int32_t* n_valid_frames) const override {
    rows.read(wanted, out, n_valid_frames);
    for (size_t i = 0; i < wanted.size(); ++i)
      if (wanted[i] == 3) out[i * 16 * 30] = std::numeric_limits<float>::quiet_NaN();
  }
};

TEST(OtherDevice, AfterALossThatIsNotFiniteTheWeightsStayAndTheSongIsNamed) {
  const SpoiltSource source;
  const auto vae = DeviceRun().make();
  vae->tensors().move_to(pretend_device());
  Adam adam(vae->tensors(), 0);
  QueuedSteps steps(*vae, adam, {}, {}, false);
  std::vector<at::Tensor> before;
  for (int64_t step = 0; step < 4; ++step) {
    if (step == 1)
      for (const NamedTensor& p : vae->tensors().parameters()) before.push_back(p.value.detach().clone());
    const std::vector<int64_t> rows = step == 1 ? std::vector<int64_t>{2, 3} : std::vector<int64_t>{0, 1};
    Pass pass{.is_training = true, .noise = noise_for(1, "step", 0, static_cast<uint64_t>(step))};
    steps.run(read_batch(source, rows).to(pretend_device()), 1, 1e-3, pass, {1, step + 1, rows, source});
  }
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(before[i].equal(vae->tensors().parameters()[i].value.detach())) << i;
  try {
    steps.collect();
    FAIL() << "a loss that is not finite was let through";
  } catch (const Error& e) {
    const std::string fault = e.what();
    for (const std::string& part :
         {std::string("loss term 'reconstruction'"), std::string("step 2"), source.row_name(3)})
      EXPECT_NE(fault.find(part), std::string::npos) << fault << " lacks " << part;
    EXPECT_EQ(fault.find(source.row_name(2)), std::string::npos) << fault;
  }
}

TEST(OtherDevice, AModelOnADeviceEncodesAndRebuildsAsOnTheCpu) {
  const DeviceRun run;
  const auto here = run.make(), there = run.make();
  there->tensors().move_to(pretend_device());
  const std::vector<int64_t> rows{0, 4, 9};
  const Reconstruction a = reconstruct_rows(*here, run.source, rows), b = reconstruct_rows(*there, run.source, rows);
  for (size_t i = 0; i < a.mse.size(); ++i) EXPECT_NEAR(a.mse[i], b.mse[i], 1e-6);
  const Encoded x = encode_rows(*here, run.source, rows), y = encode_rows(*there, run.source, rows);
  for (size_t i = 0; i < x.mean.values.size(); ++i) EXPECT_NEAR(x.mean.values[i], y.mean.values[i], 1e-5);
  const Matrix z = decode_rows(*there, x.mean);
  for (size_t i = 0; i < z.values.size(); ++i) EXPECT_NEAR(z.values[i], a.from_mean.values[i], 1e-5);
}

// With a GPU alone.
class Gpu : public testing::Test {
 protected:
  void SetUp() override {
    if (device_facts().n_gpus == 0) GTEST_SKIP() << "there is no GPU here: the CUDA path is not tried";
  }
  const at::Device gpu_{at::kCUDA, 0};
  TemporaryFolder folder_;
};

// 20 steps by noise that the CPU draws: rounding alone parts them, and grows with every step.
TEST_F(Gpu, TheFirstTwentyStepsInF32LoseAsOnTheCpu) {
  prepare_device(gpu_);
  for (const Variant& v : variants()) {
    std::vector<std::vector<double>> losses;
    for (const at::Device device : {at::Device(at::kCPU), gpu_}) {
      DeviceRun run;
      run.model = v.model;
      run.settings = v.settings;
      if (v.model == "cvae") run.labels = {0, 1, 2, 0, 1, 2, 0, 1};
      const auto vae = run.make_vae();
      const std::vector<int64_t> rows{0, 1, 2, 3, 4, 5, 6, 7};
      const Batch batch = read_batch(run.source, rows, run.labels);
      vae->prepare(batch, 23);
      vae->tensors().move_to(device);
      Adam adam(vae->tensors(), 0);
      QueuedSteps steps(*vae, adam, {}, {}, false);
      TrainingStep plain(*vae, {});
      std::vector<double> own;
      for (int64_t i = 0; i < 20; ++i) {
        Pass pass{.is_training = true, .noise = noise_for(1, "step", 0, static_cast<uint64_t>(i))};
        const StepPlace place{1, i + 1, rows, run.source};
        if (device.is_cpu())
          own.push_back(plain.run(batch, 1, 1e-3, pass, place).loss.total.item<double>());
        else
          steps.run(batch.to(device), 1, 1e-3, pass, place);
      }
      if (!device.is_cpu())
        for (const StepFigures& f : steps.collect()) own.push_back(f.loss);
      losses.push_back(own);
    }
    for (size_t i = 0; i < 20; ++i)
      EXPECT_NEAR(losses[0][i], losses[1][i], 5e-3 * std::max(1.0, std::abs(losses[0][i]))) << v.name << ", step " << i;
  }
}

TEST_F(Gpu, ARunGoesOnOnTheCpuAndTheOtherWayRound) {
  DeviceRun run;
  for (const bool begins_on_gpu : {true, false}) {
    const fs::path folder = folder_.path() / (begins_on_gpu ? "a" : "b");
    run.device = begins_on_gpu ? gpu_ : at::Device(at::kCPU);
    run.config.epochs = 2;
    run.train_in(folder);
    run.device = begins_on_gpu ? at::Device(at::kCPU) : gpu_;
    run.config.epochs = 4;
    const TrainResult result = run.train_in(folder);
    EXPECT_EQ(result.n_epochs, 4);
    EXPECT_TRUE(std::isfinite(result.last_validation_loss));
  }
}

TEST_F(Gpu, RecordedStepsTrainAsPlainOnes) {
  if (!StepGraph::is_available()) GTEST_SKIP() << "this build was made without CUDA's headers";
  DeviceRun run;
  run.device = gpu_;
  run.settings = variants()[1].settings;
  run.settings.back() = "loss.schedule=constant";
  run.config.epochs = 8;
  run.train_in(folder_.path() / "plain");
  run.records = true;
  run.train_in(folder_.path() / "recorded");
  expect_alike(folder_.path() / "plain", folder_.path() / "recorded", 5e-3);
}

}  // namespace
}  // namespace songscape
