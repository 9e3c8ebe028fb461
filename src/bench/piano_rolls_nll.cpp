#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/piano_rolls.h"
#include "bench/trial.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/text.h"
#include "models/roll_vae.h"
#include "nn/noise.h"
#include "run/threads.h"
#include "train/trainer.h"

namespace songscape {
namespace {

constexpr int64_t kSamples = 500, kWindow = 200, kFramesAtOnce = 200;

struct Form {
  std::string name, file, peer_name;
  double peer, goal;  // goal 0: none
  RollVaeConfig model;
  int64_t epochs, batch;
  double lr = 1e-3;
};

RollVaeConfig of_frames(double warm_up_epochs) {
  RollVaeConfig config{
      .input_shape = {kKeys, 1}, .state_dim = 0, .hidden_dim = 200, .n_hidden = 2, .n_components = 2000, .dropout = 0};
  config.loss.warm_up_epochs = warm_up_epochs;
  return config;
}

RollVaeConfig of_songs(double warm_up_epochs) {
  RollVaeConfig config{.input_shape = {kKeys, kWindow}};
  config.loss.warm_up_epochs = warm_up_epochs;
  return config;
}

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"jsb_frames", "JSB_Chorales", "independent keys", 11.06, 7.6, of_frames(45), 60, 128, 2e-3},
      {"jsb_songs", "JSB_Chorales", "DMM, Krishnan et al. 2017", 6.388, 6.6, of_songs(20), 60, 16},
      {"nottingham_frames", "Nottingham", "independent keys", 10.25, 0, of_frames(9), 12, 256, 2e-3},
      {"nottingham_songs", "Nottingham", "DMM, Krishnan et al. 2017", 2.770, 0, of_songs(5), 10, 16}};
  return all;
}

TrainConfig train_config(const Form& form, const PublishedRequest& request, uint64_t seed) {
  TrainConfig config;
  config.epochs = request.n_epochs > 0 ? request.n_epochs : form.epochs;
  config.batch = form.batch;
  config.lr = form.lr;
  config.lr_schedule = "cosine";
  config.max_grad_norm = 1000;
  config.patience = 0;
  config.precision = "f32";
  config.threads = request.n_threads;
  config.seed = static_cast<int64_t>(seed);
  return config;
}

// −log p of each frame of the test songs; a frame at a time where frames do not hear each other.
double test_nll(RollVae& model, const RollPart& test) {
  const bool hears = model.input_shape()[1] > 1;
  std::vector<int64_t> lengths = test.lengths;
  if (!hears) {
    lengths.assign(static_cast<size_t>(test.n_frames() / kFramesAtOnce), kFramesAtOnce);
    if (const int64_t n_left = test.n_frames() % kFramesAtOnce; n_left > 0) lengths.push_back(n_left);
  }
  Progress progress("importance-weighted bound", test.n_frames(), "frames");
  double nats = 0;
  int64_t first = 0;
  for (size_t i = 0; i < lengths.size(); ++i) {
    const at::Tensor frames =
        at::from_blob(const_cast<float*>(test.frames.data()) + first * kKeys, {lengths[i], kKeys}, at::kFloat);
    const at::Tensor x = hears ? frames.t().unsqueeze(0) : frames.unsqueeze(2);
    at::Generator noise = noise_for(0, "importance bound", i);
    nats -= model.frame_bounds({.x = x, .n_valid_frames = {}}, kSamples, noise).to(at::kDouble).sum().item<double>();
    first += lengths[i];
    progress.add(lengths[i]);
    throw_if_interrupted();
  }
  return nats / static_cast<double>(test.n_frames());
}

// Rows of training, then of validation.
struct TrainingRows {
  RollWindows source;
  Split split;
};

TrainingRows rows_of(const PianoRolls& rolls, int64_t window) {
  const int64_t n_train = RollWindows(rolls.train.frames, rolls.train.lengths, window).n_rows();
  std::vector<float> frames = rolls.train.frames;
  frames.insert(frames.end(), rolls.valid.frames.begin(), rolls.valid.frames.end());
  std::vector<int64_t> lengths = rolls.train.lengths;
  lengths.insert(lengths.end(), rolls.valid.lengths.begin(), rolls.valid.lengths.end());
  TrainingRows rows{RollWindows(std::move(frames), lengths, window), {}};
  for (int64_t i = 0; i < rows.source.n_rows(); ++i)
    (i < n_train ? rows.split.train : rows.split.validation).push_back(i);
  return rows;
}

Json run_trial(const Form& form, const PublishedRequest& request, uint64_t seed, const PianoRolls& rolls) {
  const fs::path folder = request.output / (form.name + "-s" + std::to_string(seed));
  if (Json done = finished_result(folder); !done.is_null()) return done;
  make_folder(folder / "run");
  log_info("piano_rolls, " + form.name + ", seed " + std::to_string(seed));
  const TrainConfig config = train_config(form, request, seed);
  const TrainingRows rows = rows_of(rolls, form.model.input_shape[1]);
  RollVae model(form.model, seed);
  const RunFolder run(folder / "run");
  const TrainResult trained =
      train({.model = model, .source = rows.source, .split = rows.split, .config = config, .folder = run});
  const double n_valid_rows = static_cast<double>(rows.split.validation.size());
  const Json result = {
      {"seed", seed},
      {"nll", test_nll(model, rolls.test)},
      {"validation_bound", trained.best_validation_loss * n_valid_rows / static_cast<double>(rolls.valid.n_frames())},
      {"best_epoch", trained.best_epoch},
      {"minutes", read_json(run.status()).value("wall_sec", 0.0) / 60}};
  save_result(folder, result);
  log_info("test NLL " + format_number(result["nll"].get<double>(), 5) + " nats a frame");
  return result;
}

std::vector<Form> wanted_forms(const PublishedRequest& request) {
  if (request.variants.empty()) return forms();
  std::vector<Form> some;
  for (const std::string& name : request.variants) {
    const auto it = std::ranges::find(forms(), name, &Form::name);
    if (it == forms().end())
      fail(ExitCode::usage, {.what = "piano_rolls has no such variant",
                             .where = "--variant",
                             .seen = escape_for_terminal(name),
                             .wanted = "jsb_frames, jsb_songs, nottingham_frames or nottingham_songs",
                             .fix = {}});
    some.push_back(*it);
  }
  return some;
}

}  // namespace

PublishedResult bench_piano_rolls(const PublishedRequest& request) {
  const std::vector<Form> wanted = wanted_forms(request);
  set_compute_threads(request.n_threads);
  PublishedResult result{{{"name", "ours", "peer", "peer_name", "ratio", "goal", "is_met", "deviation", "least", "most",
                           "seeds", "independent_keys", "minutes"},
                          {}},
                         {{"variant", "seed", "nll", "validation_bound", "best_epoch", "minutes"}, {}}};
  for (const Form& form : wanted) {
    const PianoRolls rolls = read_piano_rolls(request.data / (form.file + ".npz"));
    std::vector<double> nll, minutes;
    for (int64_t i = 0; i < request.n_seeds; ++i) {
      const Json t = run_trial(form, request, request.first_seed + static_cast<uint64_t>(i), rolls);
      nll.push_back(t.at("nll").get<double>());
      minutes.push_back(t.at("minutes").get<double>());
      result.trials.add({form.name, t.at("seed").get<int64_t>(), nll.back(), t.at("validation_bound").get<double>(),
                         t.at("best_epoch").get<int64_t>(), minutes.back()});
    }
    const Spread ours = spread_of(nll);
    result.summary.add({"piano_rolls, " + form.name, ours.mean, form.peer, form.peer_name, ours.mean / form.peer,
                        form.goal > 0 ? Cell(form.goal) : Cell(), form.goal > 0 ? Cell(ours.mean <= form.goal) : Cell(),
                        ours.deviation, ours.least, ours.most, request.n_seeds, independent_keys_nll(rolls),
                        spread_of(minutes).mean});
  }
  return result;
}

}  // namespace songscape
