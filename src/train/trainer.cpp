#include "train/trainer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/text.h"
#include "data/sampler.h"
#include "nn/beta_schedule.h"
#include "nn/binarise.h"
#include "nn/noise.h"
#include "train/agreement_of.h"
#include "train/batch_copier.h"
#include "train/checkpoint.h"
#include "train/environment.h"
#include "train/inference.h"
#include "train/learning_rate.h"
#include "train/prefetch.h"
#include "train/queued_steps.h"
#include "train/status.h"
#include "train/tensor_file.h"
#include "train/training_step.h"
#include "train/validation.h"
#include "train/weights.h"

namespace songscape {
namespace {

using Clock = std::chrono::steady_clock;

// Steps asked of a device before the host waits for them: what they gave, and where they failed, is known that late.
constexpr size_t kMostWaiting = 32;
constexpr double kSaveShareOfExpectedTime = 0.05, kSaveShareOfOwnCost = 20;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

StepFigures figures_of(const TrainingStep::Result& done) {
  StepFigures f{.loss = done.loss.total.item<double>(),
                .mse = done.loss.mse.mean().item<double>(),
                .kl = done.loss.kl_per_dim.sum(1).mean().item<double>(),
                .grad_norm = done.grad_norm,
                .n_songs = done.loss.mse.numel(),
                .is_clipped = done.is_clipped};
  for (const LossTerm& t : done.loss.terms) f.terms.push_back({t.name, t.value.item<double>(), t.count});
  return f;
}

// A device cannot refuse a class that the model does not have.
void check_labels(const TrainJob& job) {
  if (job.labels.empty() || job.model.n_classes() == 0) return;
  for (const auto* rows : {&job.split.train, &job.split.validation})
    for (const int64_t row : *rows)
      check(job.labels[static_cast<size_t>(row)] >= 0 && job.labels[static_cast<size_t>(row)] < job.model.n_classes(),
            "labels are classes of the condition");
}

class Training {
 public:
  explicit Training(const TrainJob& job);
  TrainResult run();

 private:
  void start_or_resume();
  void prepare_model();
  void run_epoch();
  void start_epoch();
  at::Tensor positions_of(const std::vector<int64_t>& rows) const;
  void go_to_device();
  void run_step(const Batch& batch, const std::vector<int64_t>& rows);
  void collect();
  void take_in(const StepFigures& figures);
  std::string progress_text() const;
  void end_epoch();
  void judge(double loss, double mse);
  std::string reason_to_stop() const;  // empty: goes on
  void save();
  bool is_time_to_save() const;
  double remaining_sec() const;
  double wall_sec() const { return state_.wall_sec + seconds_since(session_start_); }
  double fractional_epoch() const;
  void report(const std::string& state, const std::string& message) const;
  TrainResult finish();

  const TrainJob& job_;
  const TrainConfig& config_;
  uint64_t seed_;
  bool is_bf16_;
  Sampler sampler_;
  std::optional<Agreement> agreement_;
  at::Device device_;
  TrainingStep step_;
  std::optional<QueuedSteps> queue_;  // of steps on a device that computes beside the host
  BetaSchedule schedule_;
  std::optional<c10::StreamGuard> own_stream_;  // of the GPU: the default one cannot be recorded
  std::optional<BatchCopier> to_device_;
  std::optional<Progress> progress_;
  TrainState state_;
  std::unordered_map<int64_t, int64_t> position_of_row_;
  std::vector<NamedTensor> best_weights_;  // of state_.best_epoch, until saved
  std::string resumed_from_;
  Clock::time_point session_start_, last_save_, epoch_start_;
  double last_save_cost_sec_ = 0;
  double wait_sec_ = 0;  // of the last epoch, for batches
  int64_t session_first_step_ = 0;
};

Training::Training(const TrainJob& job)
    : job_(job),
      config_(job.config),
      seed_(static_cast<uint64_t>(job.config.seed)),
      is_bf16_(resolve_precision(job.config.precision, job.device) == "bf16"),
      sampler_(job.split.train, {.batch = job.config.batch, .seed = static_cast<uint64_t>(job.config.seed)}),
      agreement_(agreement_of(job.config, job.model)),
      device_(job.device),
      step_(job.model,
            {.is_bf16 = is_bf16_, .weight_decay = job.config.weight_decay, .max_grad_norm = job.config.max_grad_norm},
            agreement_),
      schedule_(job.model.loss_config()),
      session_start_(Clock::now()),
      last_save_(session_start_),
      epoch_start_(session_start_) {
  state_.n_train = static_cast<int64_t>(job.split.train.size());
  for (int64_t i = 0; i < state_.n_train; ++i) position_of_row_[job.split.train[static_cast<size_t>(i)]] = i;
}

// What is measured before the first step is measured on the CPU, so that training begins alike wherever it runs.
void Training::go_to_device() {
  if (device_.is_cpu()) return;
  prepare_device(device_);
  if (job_.records_graphs && device_.is_cuda())
    own_stream_.emplace(c10::impl::VirtualGuardImpl(device_.type()).getStreamFromGlobalPool(device_, false));
  job_.model.tensors().move_to(device_);
  step_.optimiser().move_to(device_);
  to_device_.emplace(device_);
  queue_.emplace(job_.model, step_.optimiser(), step_.settings(), agreement_, job_.records_graphs);
}

double Training::fractional_epoch() const {
  return static_cast<double>(state_.epoch) + static_cast<double>(state_.step) / static_cast<double>(sampler_.n_steps());
}

void Training::start_or_resume() {
  restart_peak_resident();
  const int64_t n_train = state_.n_train;
  const auto loaded = load_last(job_.folder, job_.model, step_.optimiser(), n_train);
  if (!loaded) return prepare_model();
  state_ = loaded->state;
  state_.n_train = n_train;
  resumed_from_ = loaded->name;
  schedule_.set_state(state_.beta_state);
  session_first_step_ = state_.n_steps;
  state_.stop_reason = reason_to_stop();  // more epochs or more patience may have been given
  state_.history.save(job_.folder.history());
}

std::string Training::reason_to_stop() const {
  if (config_.patience > 0 && state_.best_epoch > 0 && state_.epoch - state_.best_epoch >= config_.patience)
    return "no better validation loss for " + std::to_string(config_.patience) + " epochs (best: epoch " +
           std::to_string(state_.best_epoch) + ")";
  if (state_.epoch >= config_.epochs) return "all " + std::to_string(config_.epochs) + " epochs done";
  return {};
}

void Training::prepare_model() {
  std::vector<int64_t> rows = job_.split.train;
  Random random(seed_, stream_id("prepare"));
  random.shuffle(rows);
  const int64_t most = job_.model.n_songs_to_prepare();
  if (static_cast<int64_t>(rows.size()) > most) rows.resize(static_cast<size_t>(most));
  Batch sample = read_batch(job_.source, rows, job_.labels);
  // A song that is not finite is named at its step; here it would spoil what all start from.
  const at::Tensor finite = sample.x.flatten(1).isfinite().all(1).nonzero().squeeze(1);
  if (finite.numel() < sample.size())
    sample = {.x = sample.x.index_select(0, finite),
              .n_valid_frames = {},
              .labels = sample.labels.defined() ? sample.labels.index_select(0, finite) : at::Tensor(),
              .positions = {}};
  if (sample.size() > 0) job_.model.prepare(sample, state_.n_train);
  if (!job_.start_from.empty()) start_from_weights(job_.model, job_.start_from);
}

void Training::start_epoch() {
  job_.model.start_epoch({.epoch = state_.epoch,
                          .seed = seed_,
                          .n_train = state_.n_train,
                          .encode_means =
                              [this] {
                                return encode_means(job_.model, job_.source, job_.split.train,
                                                    std::max<int64_t>(config_.batch, 16));
                              },
                          .partition = job_.partition});
}

at::Tensor Training::positions_of(const std::vector<int64_t>& rows) const {
  std::vector<int64_t> positions;
  for (const int64_t row : rows) positions.push_back(position_of_row_.at(row));
  return at::tensor(positions, at::kLong);
}

void Training::run_step(const Batch& batch, const std::vector<int64_t>& rows) {
  const double epoch = fractional_epoch(), beta = schedule_.beta(epoch), lr = learning_rate(config_, epoch);
  const StepPlace place{state_.epoch + 1, state_.n_steps + 1, rows, job_.source};
  Pass pass{.is_training = true,
            .noise = noise_for(seed_, "step", static_cast<uint64_t>(state_.epoch), static_cast<uint64_t>(state_.step),
                               device_),
            .epoch = epoch};
  if (queue_) {
    queue_->run(batch, beta, lr, pass, place);
    if (queue_->n_waiting() == kMostWaiting || schedule_.listens()) collect();
  } else {
    take_in(figures_of(step_.run(batch, beta, lr, pass, place)));
  }
  ++state_.step;
  ++state_.n_steps;
}

void Training::collect() {
  if (!queue_) return;
  for (const StepFigures& figures : queue_->collect()) take_in(figures);
}

void Training::take_in(const StepFigures& figures) {
  schedule_.observe(figures.kl);
  state_.meters.add(figures);
}

std::string Training::progress_text() const {
  const double loss = state_.meters.mean("loss");
  return std::isfinite(loss) ? "loss " + format_number(loss, 6) : "";
}

void Training::run_epoch() {
  epoch_start_ = Clock::now();
  const int64_t n_steps = sampler_.n_steps(), first = state_.step;
  Prefetcher ahead(job_.source, {.first = first,
                                 .last = n_steps,
                                 .rows = [this](int64_t step) { return sampler_.batch_rows(state_.epoch, step); },
                                 .labels = job_.labels,
                                 .is_pinned = job_.device.is_cuda()});
  if (first == 0) start_epoch();
  for (int64_t s = first; s < n_steps; ++s) {
    auto [rows, batch] = ahead.take();
    batch.positions = positions_of(rows);
    if (to_device_) batch = (*to_device_)(batch);
    if (config_.binarise)
      batch = binarised(
          batch, noise_for(seed_, "binarise", static_cast<uint64_t>(state_.epoch), static_cast<uint64_t>(s), device_));
    run_step(batch, rows);
    progress_->add(1, progress_text());
    if (is_time_to_save() && s + 1 < n_steps) save();
    if (interrupt_requested()) return;
  }
  wait_sec_ = ahead.waited_sec();
  end_epoch();
}

// β M / N of Higgins et al. 2017, β beside a reconstruction of weight 1.
double beta_norm(const Vae& model, double beta) {
  double n_values = 1;
  for (const int64_t d : model.input_shape()) n_values *= static_cast<double>(d);
  return beta / model.reconstruction_weight() * static_cast<double>(model.latent_dim()) / n_values;
}

void Training::end_epoch() {
  collect();
  const double beta = schedule_.beta(fractional_epoch()), lr = learning_rate(config_, fractional_epoch());
  ++state_.epoch;
  state_.step = 0;
  std::vector<std::pair<std::string, double>> row = {{"epoch", static_cast<double>(state_.epoch)},
                                                     {"step", static_cast<double>(state_.n_steps)},
                                                     {"seconds", seconds_since(epoch_start_)},
                                                     {"wait_seconds", wait_sec_},
                                                     {"lr", lr},
                                                     {"beta", beta}};
  row.emplace_back("beta_norm", beta_norm(job_.model, beta));
  for (const auto& [name, mean] : state_.meters.means()) row.emplace_back("train_" + name, mean);
  double loss = state_.meters.mean("loss"), mse = state_.meters.mean("mse");
  if (!job_.split.validation.empty()) {
    const Validation v = validate(job_.model, job_.source, job_.split.validation,
                                  {config_.batch, seed_, job_.model.loss_config().beta, is_bf16_, job_.labels,
                                   agreement_ ? &*agreement_ : nullptr, config_.binarise});
    loss = v.means.at("loss");
    mse = v.mse;
    for (const auto& [name, mean] : v.means)
      if (name != "mse" && name != "mse_from_mean") row.emplace_back("validation_" + name, mean);
    row.emplace_back("validation_mse_sampled", v.means.at("mse"));
    row.emplace_back("validation_mse", v.mse);
    row.emplace_back("n_active", static_cast<double>(v.collapse.n_active));
    row.emplace_back("mutual_information", v.collapse.mutual_information);
  }
  state_.history.add(row);
  state_.meters = {};
  judge(loss, mse);
  state_.history.save(job_.folder.history());
  log_info("epoch " + std::to_string(state_.epoch) + ": validation loss " + format_number(loss, 7) + ", mse " +
           format_number(mse, 4) + (state_.best_epoch == state_.epoch ? " (best)" : ""));
  report("running", {});
}

void Training::judge(double loss, double mse) {
  if (!std::isfinite(loss))
    fail(ExitCode::failed, {.what = "the validation loss is not finite",
                            .where = "epoch " + std::to_string(state_.epoch),
                            .seen = format_number(loss),
                            .wanted = {},
                            .fix = "the last checkpoint is kept; try a smaller train.lr"});
  state_.last_loss = loss;
  const bool is_pre_training = state_.epoch <= job_.model.first_epoch_to_select() && state_.epoch < config_.epochs;
  if (is_pre_training) {
    state_.stop_reason = reason_to_stop();
    return;
  }
  if (state_.best_epoch == 0 || loss < state_.best_loss - config_.min_improvement) {
    state_.best_epoch = state_.epoch;
    state_.best_loss = loss;
    state_.best_mse = mse;
    best_weights_.clear();
    for (const NamedTensor& t : all_tensors(job_.model.tensors()))
      best_weights_.push_back({t.name, t.value.detach().clone()});
  }
  state_.stop_reason = reason_to_stop();
}

double Training::remaining_sec() const {
  const int64_t n_done = state_.n_steps - session_first_step_;
  if (n_done == 0) return 0;
  const int64_t n_left = config_.epochs * sampler_.n_steps() - state_.n_steps;
  return seconds_since(session_start_) / static_cast<double>(n_done) *
         static_cast<double>(std::max<int64_t>(0, n_left));
}

bool Training::is_time_to_save() const {
  if (config_.checkpoint_sec == 0) return true;
  const double expected = remaining_sec() + wall_sec();
  // Saving must not become the work: a spec-size checkpoint takes seconds.
  const double interval = std::max(std::min(config_.checkpoint_sec, kSaveShareOfExpectedTime * expected),
                                   kSaveShareOfOwnCost * last_save_cost_sec_);
  return seconds_since(last_save_) >= interval;
}

void Training::save() {
  collect();
  const Clock::time_point start = Clock::now();
  if (!best_weights_.empty()) save_best(job_.folder, job_.model, best_weights_, state_.best_epoch);
  best_weights_.clear();
  TrainState state = state_;
  state.beta_state = schedule_.state();
  state.wall_sec = wall_sec();
  save_last(job_.folder, job_.model, step_.optimiser(), state);
  last_save_ = Clock::now();
  last_save_cost_sec_ = seconds_since(start);
}

void Training::report(const std::string& state, const std::string& message) const {
  write_status(job_.folder, {.state = state,
                             .epoch = state_.epoch,
                             .n_epochs = config_.epochs,
                             .n_steps = state_.n_steps,
                             .validation_loss = state_.last_loss,
                             .best_validation_loss = state_.best_loss,
                             .best_validation_mse = state_.best_mse,
                             .best_epoch = state_.best_epoch,
                             .wall_sec = wall_sec(),
                             .remaining_sec = state == "running" ? remaining_sec() : 0,
                             .message = message});
}

TrainResult Training::finish() {
  save();
  save_weights(job_.model, job_.folder.final_weights());
  load_best(job_.folder, job_.model);
  wait_for(device_);
  publish_best(job_.folder);
  state_.history.save(job_.folder.history());
  report("finished", state_.stop_reason);
  return {.n_epochs = state_.epoch,
          .n_steps = state_.n_steps,
          .best_epoch = state_.best_epoch,
          .best_validation_loss = state_.best_loss,
          .best_validation_mse = state_.best_mse,
          .last_validation_loss = state_.last_loss,
          .wall_sec = seconds_since(session_start_),
          .stop_reason = state_.stop_reason,
          .resumed_from = resumed_from_};
}

TrainResult Training::run() {
  if (job_.split.validation.empty()) log_warning("no validation songs: the training loss picks the best epoch");
  start_or_resume();
  go_to_device();
  progress_.emplace("training", std::max<int64_t>(0, config_.epochs * sampler_.n_steps() - state_.n_steps), "steps");
  try {
    report("running", {});
    while (state_.stop_reason.empty()) {
      run_epoch();
      if (interrupt_requested()) {
        save();
        report("interrupted", "stopped after step " + std::to_string(state_.n_steps));
        fail(ExitCode::interrupted, {.what = "stopped; a checkpoint is saved",
                                     .where = job_.folder.path().string(),
                                     .seen = {},
                                     .wanted = {},
                                     .fix = "go on with --resume " + job_.folder.path().string()});
      }
      if (is_time_to_save() && state_.stop_reason.empty()) save();
    }
    return finish();
  } catch (const Error& e) {
    if (e.exit_code() != ExitCode::interrupted) report("failed", e.what());
    throw;
  }
}

}  // namespace

TrainResult train(const TrainJob& job) {
  check(!job.split.train.empty(), "there are songs to train on");
  check_labels(job);
  use_threads(job.config.threads);
  return Training(job).run();
}

}  // namespace songscape
