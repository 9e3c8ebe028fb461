#include "run/train_run.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/text.h"
#include "data/row_split.h"
#include "models/registry.h"
#include "run/find_run.h"
#include "run/model_device.h"
#include "run/partition.h"
#include "run/run_config.h"
#include "train/environment.h"
#include "train/expectation.h"
#include "train/trainer.h"

namespace songscape {
namespace {

constexpr const char* kClassesKey = "n_classes";
constexpr const char* kConditionalKey = "conditional";

// "train." before each key.
struct TrainSection {
  TrainConfig& train;
  template <class V>
  void visit(V& v) {
    v.section("train", train);
  }
};

TrainConfig read_train_config(const ConfigMap& settings) {
  ConfigMap own;
  for (const auto& [key, entry] : settings.entries)
    if (key.starts_with("train.")) own.entries[key] = entry;
  TrainConfig config;
  TrainSection section{config};
  read_config(section, own);
  return config;
}

// All that decides a run, resolved.
struct Plan {
  std::string model, size, form, name;
  ConfigMap settings;
  TrainConfig train;
  std::vector<ConfigRow> rows;  // of config.toml
};

std::unique_ptr<Vae> make(const Plan& plan, const BatchSource& source) {
  return make_model({.name = plan.model,
                     .size = plan.size,
                     .input_shape = source.item_shape(),
                     .seed = static_cast<uint64_t>(plan.train.seed),
                     .settings = plan.settings});
}

void list_rows(Plan& plan, const Vae& model) {
  plan.rows = {{"model", plan.model, "the model", ""},
               {"size", plan.size, "spec or compact", ""},
               {"form", plan.form, "documented, or another of the preset's", ""},
               {"name", plan.name, "a title for people", ""}};
  for (const auto& rows : {model.config_rows(), train_rows(plan.train)})
    plan.rows.insert(plan.rows.end(), rows.begin(), rows.end());
}

void check_condition(const TrainRequest& request, const ConfigMap& settings) {
  const bool needs_label = is_conditional(request.model, request.size, request.form, settings);
  if (needs_label == request.condition.has_value()) return;
  fail(ExitCode::usage, {.what = needs_label ? request.model + " needs a label to be conditioned on"
                                             : request.model + " takes no condition",
                         .where = "--condition",
                         .seen = needs_label ? "none" : request.condition->column,
                         .wanted = needs_label ? "a label column, as language or genre" : "none",
                         .fix = needs_label ? "`songscape info` lists the library's columns"
                                            : "train cvae (or multimodal_vae --form cvae), or leave --condition out"});
}

// Without the rows that lack the condition's label.
Split labelled_rows(const Split& split, const Condition& condition) {
  Split kept = split;
  const auto lacks = [&](int64_t row) { return condition.codes[static_cast<size_t>(row)] < 0; };
  const size_t n_left_out = std::erase_if(kept.train, lacks) + std::erase_if(kept.validation, lacks);
  if (n_left_out > 0) log_warning(std::to_string(n_left_out) + " clips are left out: they have no " + condition.column);
  return kept;
}

Plan plan_new(const TrainRequest& request) {
  Plan plan{request.model, request.size, request.form, request.name, {}, {}, {}};
  plan.settings = preset(request.model, request.size, request.form);
  const ConfigMap own = with_whole_keys(request.settings, train_keys(request.model, request.size));
  check_condition(request, own);
  for (const auto& [key, entry] : own.entries) plan.settings.entries[key] = entry;
  if (request.condition)
    plan.settings.entries[kClassesKey] = {static_cast<int64_t>(request.condition->classes.size()), "the condition"};
  plan.train = read_train_config(plan.settings);
  return plan;
}

bool may_change(const std::string& key) {
  return key == "train.epochs" || key == "train.patience" || key == "train.checkpoint_sec";
}

// The run's own settings, with what may change taken from the request.
Plan plan_resumed(const TrainRequest& request) {
  const RunConfig was = read_run_config(*request.resume);
  Plan plan{was.model, was.size, was.form, was.name, was.settings, {}, {}};
  const ConfigMap asked = with_whole_keys(request.settings, train_keys(was.model, was.size));
  std::vector<std::string> differences;
  if (!request.model.empty() && request.model != was.model)
    differences.push_back("model: now " + request.model + ", was " + was.model);
  for (const auto& [key, entry] : asked.entries) {
    const auto it = was.settings.entries.find(key);
    const bool is_same =
        it != was.settings.entries.end() && format_value(it->second.value) == format_value(entry.value);
    if (!is_same && !may_change(key))
      differences.push_back(key + ": now " + format_value(entry.value) + ", was " +
                            (it == was.settings.entries.end() ? "absent" : format_value(it->second.value)));
    plan.settings.entries[key] = entry;
  }
  if (!differences.empty())
    fail(ExitCode::usage, {.what = "a run goes on with the settings that it began with",
                           .where = escape_for_terminal(request.resume->string()),
                           .seen = join(differences, "; "),
                           .wanted = {},
                           .fix = "leave these out, or train a new run"});
  plan.train = read_train_config(plan.settings);
  return plan;
}

Json describe_data(const TrainRequest& request, const BatchSource& source, const Split& split) {
  const auto names = [&](const std::vector<int64_t>& rows) {
    Json list = Json::array();
    for (const int64_t r : rows) list.push_back({{"row", r}, {"name", source.row_name(r)}, {"key", source.row_key(r)}});
    return list;
  };
  Json json = {{"format", 1},
               {"source", request.source_path},
               {"content_hash", source.content_hash()},
               {"n_rows", source.n_rows()},
               {"item_shape", source.item_shape()}};
  if (!request.from.empty())
    json["from"] = {{"run", fs::absolute(request.from).string()},
                    {"weights", sha256_file(RunFolder(request.from).best_weights())}};
  if (request.condition) json["condition"] = request.condition->to_json();
  json.update(split_to_json(split));
  json["train"] = names(split.train);
  json["validation"] = names(split.validation);
  if (!split.test.empty()) json["test"] = names(split.test);
  return json;
}

// The split that the run began with; its data must be the same.
Split frozen_split(const RunFolder& folder, const BatchSource& source) {
  const Json data = read_json(folder.data());
  const std::string was = data.value("content_hash", ""), now = source.content_hash();
  if (was != now)
    fail(ExitCode::damaged, {.what = "the data are not those that this run began with",
                             .where = escape_for_terminal(folder.path().string()),
                             .seen = "content hash " + now.substr(0, 16) + "…",
                             .wanted = was.substr(0, 16) + "…, from " + data.value("source", ""),
                             .fix = "train a new run on the new data"});
  return split_from_json(data, source.n_rows(), folder.data().string());
}

// Whether a run's data.json has the condition asked for; its file of targets may have moved.
bool has_equal_labels(const Json& data, const std::optional<Condition>& condition) {
  Json was = data.value("condition", Json()), now = condition ? condition->to_json() : Json();
  for (Json* c : {&was, &now})
    if (c->is_object()) c->erase("path");
  return was == now;
}

// train_rows of data.json are right with the labels that the run began with alone.
void check_labels(const RunFolder& folder, const std::optional<Condition>& condition) {
  const Json data = read_json(folder.data());
  if (has_equal_labels(data, condition)) return;
  const std::string was = data.contains("condition") ? data["condition"].value("column", "") : "no condition";
  const std::string now = condition ? condition->column : "no condition";
  fail(ExitCode::damaged, {.what = "the labels are not those that this run began with",
                           .where = escape_for_terminal(folder.path().string()),
                           .seen = now + (was == now ? ", with other values" : ""),
                           .wanted = was + ", as when it began",
                           .fix = "train a new run"});
}

void announce_environment(const RunFolder& folder, const Json& now) {
  const auto differences = environment_differences(now, read_json(folder.environment()));
  for (const std::string& d : differences) log_warning("NOT AS THE RUN BEGAN: " + d);
  if (!differences.empty()) log_warning("it goes on, but will not equal an uninterrupted run to the bit");
}

TrainOutcome outcome_of(const Plan& plan, const Vae& model, const Split& split, const Expectation& expectation) {
  TrainOutcome outcome;
  outcome.model = plan.model;
  outcome.size = plan.size;
  outcome.form = plan.form;
  outcome.precision = resolve_precision(plan.train.precision, model_device());
  outcome.n_parameters = model.n_parameters();
  outcome.n_train = static_cast<int64_t>(split.train.size());
  outcome.n_validation = static_cast<int64_t>(split.validation.size());
  outcome.step_sec = expectation.step_sec;
  outcome.expected_sec = expectation.total_sec;
  outcome.expected_disk_bytes = expectation.disk_bytes;
  outcome.expected_memory_bytes = expectation.memory_bytes;
  return outcome;
}

void add_result(TrainOutcome& outcome, const TrainResult& result) {
  outcome.stop_reason = result.stop_reason;
  outcome.resumed_from = result.resumed_from;
  outcome.n_epochs = result.n_epochs;
  outcome.n_steps = result.n_steps;
  outcome.best_epoch = result.best_epoch;
  outcome.best_validation_loss = result.best_validation_loss;
  outcome.best_validation_mse = result.best_validation_mse;
  outcome.wall_sec = result.wall_sec;
}

Expectation expect(const Plan& plan, const BatchSource& source, const Split& split, std::span<const int64_t> labels) {
  const auto scratch = make(plan, source);
  const Expectation e = measure_expectation({*scratch, source, split.train, plan.train, labels, model_device()});
  log_info(plan.model + ", " + plan.size + " size, " + plan.form + " form: " + std::to_string(scratch->n_parameters()) +
           " parameters, " + std::to_string(split.train.size()) + " clips to train on, " +
           std::to_string(split.validation.size()) + " to validate on, " +
           resolve_precision(plan.train.precision, model_device()));
  log_info("expected: " + format_bytes(e.disk_bytes) + " of disk, " + format_bytes(e.memory_bytes) + " of memory, " +
           format_duration(e.total_sec) + " for " + std::to_string(plan.train.epochs) + " epochs (" +
           format_number(e.step_sec, 3) + " s a step)");
  return e;
}

Partitioner partitioner(const TrainRequest& request) {
  if (!request.on_partition) return partition;
  return [&request](const at::Tensor& points, const PartitionRequest& wanted) {
    const at::Tensor shares = partition(points, wanted).contiguous();
    request.on_partition({shares.const_data_ptr<float>(), shares.size(0), shares.size(1)});
    return shares;
  };
}

}  // namespace

std::vector<ConfigRow> train_rows(TrainConfig config) { return list_config(TrainSection{config}); }

std::vector<ConfigRow> train_keys(const std::string& model, const std::string& size) {
  std::vector<ConfigRow> rows = model_keys(model, size);
  const auto own = train_rows(read_train_config(preset(model, size)));
  rows.insert(rows.end(), own.begin(), own.end());
  return rows;
}

// One that counts classes, unless a key of its own says that it does not.
bool is_conditional(const std::string& model, const std::string& size, const std::string& form,
                    const ConfigMap& settings) {
  const std::vector<ConfigRow> keys = model_keys(model, size);
  const auto has = [&](const char* key) { return std::ranges::find(keys, key, &ConfigRow::key) != keys.end(); };
  if (!has(kClassesKey) || !has(kConditionalKey)) return has(kClassesKey);
  ConfigMap all = preset(model, size, form);
  for (const auto& [key, entry] : settings.entries) all.entries[key] = entry;
  const auto it = all.entries.find(kConditionalKey);
  return it != all.entries.end() && it->second.value == ConfigValue(true);
}

std::vector<ConfigRow> resolved_settings(const TrainRequest& request) {
  const Plan plan = plan_new(request);
  std::vector<ConfigRow> rows = resolved_keys({.name = plan.model, .size = plan.size, .settings = plan.settings});
  const auto own = train_rows(plan.train);
  rows.insert(rows.end(), own.begin(), own.end());
  return rows;
}

EqualRun find_equal_run(const TrainRequest& request, const BatchSource& source) {
  Plan plan = plan_new(request);
  const auto model = make(plan, source);
  list_rows(plan, *model);
  const std::string config_toml = to_toml(plan.rows);
  EqualRun found{.path = {}, .is_finished = false, .n_parameters = model->n_parameters()};
  for (const RunSummary& run : list_runs(request.runs)) {
    const RunFolder folder(run.path);
    if (run.model != plan.model || !fs::is_regular_file(folder.data())) continue;
    if (read_file(folder.config()) != config_toml) continue;
    const Json data = read_json(folder.data());
    if (data.value("content_hash", "") != source.content_hash()) continue;
    if (!has_equal_labels(data, request.condition)) continue;
    const bool is_finished = run.state == "finished";
    if (!is_finished && found.is_finished) continue;
    found.path = run.path;
    found.is_finished = is_finished;
  }
  return found;
}

std::optional<Condition> condition_of_run(const std::filesystem::path& run) {
  const Json data = read_json(RunFolder(run).data());
  const auto it = data.find("condition");
  if (it == data.end()) return std::nullopt;
  return Condition::from_json(*it, escape_for_terminal(RunFolder(run).data().string()));
}

std::string source_of_run(const std::filesystem::path& run) {
  const Json data = read_json(RunFolder(run).data());
  const auto it = data.find("source");
  if (it == data.end() || !it->is_string())
    fail(ExitCode::damaged, {.what = "'source' is missing",
                             .where = escape_for_terminal(RunFolder(run).data().string()),
                             .seen = {},
                             .wanted = "a run's own file",
                             .fix = "name the data with --library or --data"});
  return it->get<std::string>();
}

TrainOutcome train_run(const TrainRequest& request, const BatchSource& source, const Split& new_split) {
  Plan plan = request.resume ? plan_resumed(request) : plan_new(request);
  Split split = request.resume ? frozen_split(RunFolder(*request.resume), source) : new_split;
  if (request.resume) check_labels(RunFolder(*request.resume), request.condition);
  if (request.condition) split = labelled_rows(split, *request.condition);
  if (split.train.empty())
    fail(ExitCode::usage, {.what = "there is nothing to train on",
                           .where = request.source_path,
                           .seen = "no training clips",
                           .wanted = "at least one",
                           .fix = "ingest more songs"});
  const int n_threads = use_threads(plan.train.threads);
  const std::span<const int64_t> labels =
      request.condition ? std::span<const int64_t>(request.condition->codes) : std::span<const int64_t>();
  const Expectation expectation = expect(plan, source, split, labels);
  const auto model = make(plan, source);
  list_rows(plan, *model);
  TrainOutcome outcome = outcome_of(plan, *model, split, expectation);
  if (request.is_dry_run) {
    outcome.is_dry_run = true;
    return outcome;
  }
  require_disk(request.resume ? *request.resume : request.runs, static_cast<uint64_t>(expectation.disk_bytes),
               "training");
  const Json environment = describe_environment(n_threads, outcome.precision, model_device());
  const std::string config_toml = to_toml(plan.rows);
  const RunFolder folder = request.resume ? RunFolder(*request.resume)
                                          : RunFolder::create(request.runs, plan.model, plan.train.seed, config_toml);
  publish_file(folder.config(), config_toml);
  if (request.resume) {
    announce_environment(folder, environment);
  } else {
    if (request.keep_beside) request.keep_beside(folder.path());
    write_json(folder.environment(), environment);
    write_json(folder.data(), describe_data(request, source, split));
  }
  outcome.run = folder.path();
  add_result(outcome, train({.model = *model,
                             .source = source,
                             .split = split,
                             .config = plan.train,
                             .folder = folder,
                             .labels = labels,
                             .partition = partitioner(request),
                             .device = model_device(),
                             .start_from = request.from.empty() ? fs::path() : RunFolder(request.from).best_weights(),
                             .records_graphs = request.records_graphs}));
  return outcome;
}

}  // namespace songscape
