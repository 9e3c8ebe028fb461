#include "run/train_all.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/text.h"
#include "data/library_source.h"
#include "models/registry.h"
#include "run/condition.h"
#include "run/music_training.h"
#include "run/song_training.h"
#include "run/train_run.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

// One model in one form, told one label or none.
struct Variant {
  std::string model, form;
  std::optional<Condition> condition = {};
  std::string condition_name() const { return condition ? condition->column : ""; }
  std::string name() const { return model + (condition ? " " + condition->column : "") + ", " + form; }
};

struct Training {
  Variant variant;
  int64_t seed;
  EqualRun was;             // a run of the same settings
  double expected_sec = 0;  // 0: nothing to do
  std::string fault = {};   // why it cannot begin
};

std::vector<Condition> conditions_of(const TrainAllRequest& request, const LibraryIndex& index) {
  std::vector<Condition> all;
  for (const std::string& column : request.conditions) all.push_back(condition_of_library(index, column));
  if (!request.conditions.empty()) return all;
  for (const char* column : {"language", "genre"}) {
    try {
      all.push_back(condition_of_library(index, column));
    } catch (const Error& e) {
      log_warning(std::string("no cvae by ") + column + ": " + e.parts().what);
    }
  }
  return all;
}

std::vector<Variant> variants_of(const TrainAllRequest& request, const LibraryIndex& index) {
  std::vector<Variant> all;
  for (const std::string& model : model_names()) {
    if (reads_songs(model) || reads_tokens(model)) continue;
    for (const std::string& form : model_forms(model)) {
      if (!request.forms.empty() && std::ranges::find(request.forms, form) == request.forms.end()) continue;
      if (model != "cvae") all.push_back({model, form});
      if (model == "cvae")
        for (Condition& c : conditions_of(request, index)) all.push_back({model, form, std::move(c)});
    }
  }
  return all;
}

class TrainAll {
 public:
  explicit TrainAll(const TrainAllRequest& request)
      : request_(request),
        index_(std::make_shared<const LibraryIndex>(request.library, LibraryIndex::Songs::without_midi)),
        source_(index_),
        split_(clips_of_split(*index_, split_songs(*index_))) {}

  TrainAllResult run() {
    plan();
    TrainAllResult result;
    result.table.columns = {"model",  "form",       "condition",       "seed",           "state",  "run", "parameters",
                            "epochs", "best_epoch", "validation_loss", "validation_mse", "seconds"};
    for (const Training& t : trainings_) add_row(result, t);
    return result;
  }

 private:
  void plan();
  TrainRequest request_of(const Variant& variant, int64_t seed) const;
  void add_row(TrainAllResult& result, const Training& training);
  TrainOutcome train(const Training& training);
  void tell_time_left(double expected_sec, double took_sec);

  const TrainAllRequest& request_;
  std::shared_ptr<const LibraryIndex> index_;
  LibrarySource source_;
  Split split_;
  std::vector<Training> trainings_;
  double left_sec_ = 0;                          // expected of what is left
  double done_expected_sec_ = 0, took_sec_ = 0;  // of what this call did
  size_t n_done_ = 0;
};

TrainRequest TrainAll::request_of(const Variant& variant, int64_t seed) const {
  TrainRequest r;
  r.model = variant.model;
  r.size = request_.size;
  r.form = variant.form;
  r.settings = request_.settings;
  r.settings.entries["train.seed"] = {seed, "--seed"};
  r.runs = request_.runs;
  r.source_path = fs::absolute(request_.library).string();
  r.condition = variant.condition;
  return r;
}

// Every training, and how long each will take: measured once a variant on a few steps.
void TrainAll::plan() {
  std::optional<Error> first_fault;
  for (const Variant& variant : variants_of(request_, *index_)) {
    double expected = 0;
    std::string fault;
    for (int64_t i = 0; i < request_.n_seeds; ++i) {
      const int64_t seed = static_cast<int64_t>(request_.first_seed) + i;
      TrainRequest r = request_of(variant, seed);
      Training t{variant, seed, {}};
      try {
        if (fault.empty()) t.was = find_equal_run(r, source_);
        r.is_dry_run = true;
        if (fault.empty() && !t.was.is_finished && expected == 0) expected = train_run(r, source_, split_).expected_sec;
      } catch (const Error& e) {
        if (e.exit_code() == ExitCode::interrupted) throw;
        fault = e.what();
        if (!first_fault) first_fault = e;
      }
      t.fault = fault;
      if (!t.was.is_finished && fault.empty()) t.expected_sec = expected;
      left_sec_ += t.expected_sec;
      trainings_.push_back(std::move(t));
    }
  }
  if (first_fault && std::ranges::none_of(trainings_, [](const Training& t) { return t.fault.empty(); }))
    throw *first_fault;
  std::stable_sort(trainings_.begin(), trainings_.end(), [](const auto& a, const auto& b) { return a.seed < b.seed; });
  const auto n_there =
      std::count_if(trainings_.begin(), trainings_.end(), [](const auto& t) { return t.was.is_finished; });
  log_info("train-all: " + std::to_string(trainings_.size()) + " trainings, " + std::to_string(n_there) +
           " there already; the others take about " + format_duration(left_sec_));
}

void TrainAll::tell_time_left(double expected_sec, double took_sec) {
  left_sec_ -= expected_sec;
  done_expected_sec_ += expected_sec;
  took_sec_ += took_sec;
  const double pace = done_expected_sec_ > 0 ? took_sec_ / done_expected_sec_ : 1;
  log_info("train-all: " + std::to_string(n_done_) + " of " + std::to_string(trainings_.size()) + " done, about " +
           format_duration(std::max(0.0, left_sec_) * pace) + " left");
}

TrainOutcome TrainAll::train(const Training& t) {
  TrainRequest r = request_of(t.variant, t.seed);
  if (!t.was.path.empty()) {
    r.resume = t.was.path;
    r.settings = {};
  }
  return train_run(r, source_, split_);
}

TrainOutcome outcome_without_figures(const fs::path& run) {
  TrainOutcome o;
  o.run = run;
  return o;
}

// What status.json says of a finished run.
TrainOutcome recorded(const fs::path& run) {
  const Json status = read_json(RunFolder(run).status());
  TrainOutcome o = outcome_without_figures(run);
  o.n_epochs = status.value("epoch", int64_t{0});
  o.best_epoch = status.value("best_epoch", int64_t{0});
  o.best_validation_loss = status.value("best_validation_loss", 0.0);
  o.best_validation_mse = status.value("best_validation_mse", 0.0);
  return o;
}

void TrainAll::add_row(TrainAllResult& result, const Training& t) {
  const auto start = std::chrono::steady_clock::now();
  const std::string name = t.variant.name();
  const auto add = [&](const std::string& state, const TrainOutcome& o) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.table.add({t.variant.model, t.variant.form, t.variant.condition_name(), t.seed, state, o.run.string(),
                      t.was.n_parameters, o.n_epochs, o.best_epoch, o.best_validation_loss, o.best_validation_mse,
                      seconds});
  };
  if (t.was.is_finished) return ++n_done_, add("there already", recorded(t.was.path));
  if (!t.fault.empty()) {
    log_error(name + ": " + t.fault);
    ++result.n_failed;
    return ++n_done_, add("failed: " + t.fault, {});
  }
  if (request_.is_dry_run)
    return add(t.was.path.empty() ? "to train" : "to resume", outcome_without_figures(t.was.path));
  log_info("train-all: " + name + ", seed " + std::to_string(t.seed));
  try {
    const TrainOutcome outcome = train(t);
    add(t.was.path.empty() ? "trained" : "resumed", outcome);
  } catch (const Error& e) {
    if (e.exit_code() == ExitCode::interrupted) throw;
    log_error(name + ": " + e.what());
    ++result.n_failed;
    add("failed: " + e.parts().what, outcome_without_figures(t.was.path));
  }
  ++n_done_;
  tell_time_left(t.expected_sec, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

}  // namespace

TrainAllResult train_all(const TrainAllRequest& request) { return TrainAll(request).run(); }

}  // namespace songscape
