#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/idx_file.h"
#include "bench/mnist.h"
#include "bench/trial.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "data/npy.h"
#include "metrics/assignment.h"
#include "nn/autocast.h"
#include "run/threads.h"
#include "train/inference.h"

namespace songscape {
namespace {

constexpr int64_t kEpochs = 18, kBatch = 256;
constexpr double kGoal = 0.945, kPublished = 0.9446;
constexpr const char* kStartFile = "start_labels.npy";

struct Variant {
  std::string name;
  std::vector<std::string> settings;
};

const std::vector<Variant>& variants() {
  static const std::vector<std::string> augmented = {
      "init=graph",        "augment.rotate_deg=10",   "augment.scale=0.1",
      "augment.shear=0.1", "augment.shift_rows=0.07", "augment.shift_columns=0.07"};
  static const std::vector<Variant> all = [] {
    std::vector<std::string> recipe = augmented;
    recipe.push_back("assignment_weight=10");
    return std::vector<Variant>{
        {"recipe", recipe}, {"plain", {"init=gmm"}}, {"graph", {"init=graph"}}, {"graph_augment", augmented}};
  }();
  return all;
}

struct Digits {
  ArraySource source;
  std::vector<int32_t> digits;
};

Digits all_digits(const fs::path& folder) {
  Mnist train = read_mnist(folder, "train");
  const Mnist test = read_mnist(folder, "t10k");
  train.images.insert(train.images.end(), test.images.begin(), test.images.end());
  train.digits.insert(train.digits.end(), test.digits.begin(), test.digits.end());
  return {ArraySource(std::move(train.images), {28, 28}, "mnist"), std::move(train.digits)};
}

std::vector<std::string> settings_of(const Variant& variant, const PublishedRequest& request, uint64_t seed) {
  std::vector<std::string> settings = {"widths=[500,500,2000]",
                                       "latent_dim=10",
                                       "n_components=10",
                                       "norm=none",
                                       "dropout=0",
                                       "frame_pool=1",
                                       "likelihood.kind=bernoulli",
                                       "likelihood.effective_dims=false",
                                       "pretrain_epochs=10",
                                       "kl_warm_up_epochs=3",
                                       "assignment_start_epochs=3",
                                       "train.lr_schedule=cosine",
                                       "train.patience=0"};
  settings.push_back("train.batch=" + std::to_string(kBatch));
  settings.push_back("train.epochs=" + std::to_string(request.n_epochs > 0 ? request.n_epochs : kEpochs));
  settings.push_back("train.seed=" + std::to_string(seed));
  settings.push_back("train.threads=" + std::to_string(request.n_threads));
  settings.push_back(std::string("train.precision=") + (cpu_has_bf16() ? "bf16" : "f32"));
  settings.insert(settings.end(), variant.settings.begin(), variant.settings.end());
  return settings;
}

void keep_labels(const fs::path& path, MatrixView shares) {
  std::vector<int32_t> labels;
  for (int64_t i = 0; i < shares.n_rows; ++i) {
    const auto row = shares.row(i);
    labels.push_back(static_cast<int32_t>(std::ranges::max_element(row) - row.begin()));
  }
  write_npy<int32_t>(path, {shares.n_rows}, labels);
}

double accuracy_of_start(const fs::path& folder, const Digits& data) {
  const std::vector<int64_t> read = NpyFile(folder / kStartFile).read_integers();
  return clustering_accuracy(data.digits, std::vector<int32_t>(read.begin(), read.end()));
}

Json judge(Vae& model, const Digits& data) {
  const at::NoGradGuard no_grad;
  std::vector<int64_t> rows(data.digits.size());
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int64_t>(i);
  const at::Tensor log_q = log_responsibilities(model.mixture().value(), encode_means(model, data.source, rows, 1000));
  const at::Tensor component = log_q.argmax(1).contiguous();
  const std::vector<int32_t> labels(component.const_data_ptr<int64_t>(),
                                    component.const_data_ptr<int64_t>() + component.numel());
  const at::Tensor q = log_q.exp();
  return {{"accuracy", clustering_accuracy(data.digits, labels)},
          {"active_components", occupancy_of(q).n_active()},
          {"confidence", std::get<0>(q.max(1)).mean().item<double>()}};
}

Json run_trial(const Variant& variant, const PublishedRequest& request, uint64_t seed, const Digits& data) {
  const fs::path folder = request.output / (variant.name + "-s" + std::to_string(seed));
  if (Json done = finished_result(folder); !done.is_null()) return done;
  make_folder(folder);
  log_info("mnist_vade, " + variant.name + ", seed " + std::to_string(seed));
  Split split;
  for (int64_t i = 0; i < data.source.n_rows(); ++i) split.train.push_back(i);
  const TrainedTrial trained = train_trial(
      {folder, "vade", settings_of(variant, request, seed), [&](MatrixView s) { keep_labels(folder / kStartFile, s); }},
      data.source, split);
  Json result = {{"variant", variant.name}, {"seed", seed}};
  result.update(judge(*trained.model, data));
  result["start_accuracy"] = accuracy_of_start(folder, data);
  result["minutes"] = trained.wall_sec / 60;
  save_result(folder, result);
  log_info("accuracy " + format_number(result["accuracy"].get<double>(), 4) + ", of the start " +
           format_number(result["start_accuracy"].get<double>(), 4));
  return result;
}

std::vector<Variant> wanted_variants(const PublishedRequest& request) {
  if (request.variants.empty()) return variants();
  std::vector<Variant> some;
  for (const std::string& name : request.variants) {
    const auto it = std::ranges::find(variants(), name, &Variant::name);
    if (it == variants().end())
      fail(ExitCode::usage, {.what = "mnist_vade has no such variant",
                             .where = "--variant",
                             .seen = escape_for_terminal(name),
                             .wanted = "recipe, plain, graph or graph_augment",
                             .fix = {}});
    some.push_back(*it);
  }
  return some;
}

void add_summary(Table& table, const std::string& variant, const std::vector<Json>& trials) {
  const auto column = [&](const char* name) {
    std::vector<double> values;
    for (const Json& t : trials) values.push_back(t.at(name).get<double>());
    return spread_of(values);
  };
  const Spread ours = column("accuracy");
  table.add({"mnist_vade, " + variant, ours.mean, kPublished, std::string("VaDE, as its authors published"),
             ours.mean / kPublished, kGoal, ours.mean >= kGoal, ours.deviation, ours.least, ours.most,
             static_cast<int64_t>(trials.size()), column("start_accuracy").mean, column("active_components").least,
             column("minutes").mean});
}

}  // namespace

PublishedResult bench_mnist_vade(const PublishedRequest& request) {
  const std::vector<Variant> wanted = wanted_variants(request);
  set_compute_threads(request.n_threads);
  const Digits data = all_digits(request.data);
  PublishedResult result{
      {{"name", "ours", "peer", "peer_name", "ratio", "goal", "is_met", "deviation", "least", "most", "seeds",
        "start_accuracy", "active_components", "minutes"},
       {}},
      {{"variant", "seed", "accuracy", "start_accuracy", "active_components", "confidence", "minutes"}, {}}};
  for (const Variant& variant : wanted) {
    std::vector<Json> trials;
    for (int64_t i = 0; i < request.n_seeds; ++i) {
      trials.push_back(run_trial(variant, request, request.first_seed + static_cast<uint64_t>(i), data));
      const Json& t = trials.back();
      result.trials.add({variant.name, t.at("seed").get<int64_t>(), t.at("accuracy").get<double>(),
                         t.at("start_accuracy").get<double>(), t.at("active_components").get<int64_t>(),
                         t.at("confidence").get<double>(), t.at("minutes").get<double>()});
    }
    add_summary(result.summary, variant.name, trials);
  }
  return result;
}

}  // namespace songscape
