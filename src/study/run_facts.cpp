#include "study/run_facts.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/text.h"
#include "run/run_config.h"
#include "train/history.h"
#include "train/run_folder.h"
#include "train/train_config.h"

namespace songscape {
namespace {

constexpr const char* kSeedKey = "train.seed";

double number_of(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_number() ? it->get<double>() : std::nan("");
}

void read_settings(RunFacts& facts) {
  const RunConfig config = read_run_config(facts.path);
  facts.model = config.model;
  facts.size = config.size;
  facts.form = config.form;
  for (const auto& [key, entry] : config.settings.entries) {
    if (key != kSeedKey)
      facts.settings[key] = format_value(entry.value);
    else if (const auto* seed = std::get_if<int64_t>(&entry.value))
      facts.seed = *seed;
  }
}

void read_data(RunFacts& facts) {
  const Json data = read_json(RunFolder(facts.path).data());
  facts.source = data.value("source", "");
  facts.content_hash = data.value("content_hash", "");
  facts.has_library = fs::path(facts.source).extension() != ".npy" && !facts.source.empty();
  if (const auto it = data.find("condition"); it != data.end()) facts.condition = it->value("column", "");
  for (const char* part : {"train_rows", "validation_rows"})
    if (!data.contains(part) || !data[part].is_array())
      fail(ExitCode::damaged, {.what = std::string("'") + part + "' is missing",
                               .where = escape_for_terminal((facts.path / "data.json").string()),
                               .seen = {},
                               .wanted = "a run's own file",
                               .fix = "leave the run out, or train it again"});
  facts.n_train = static_cast<int64_t>(data["train_rows"].size());
  facts.n_validation = static_cast<int64_t>(data["validation_rows"].size());
  facts.split_hash = sha256_hex(data["train_rows"].dump() + data["validation_rows"].dump());
}

void read_status(RunFacts& facts) {
  const Json status = read_json(RunFolder(facts.path).status());
  facts.is_finished = status.value("state", "") == "finished";
  facts.n_epochs = status.value("epoch", int64_t{0});
  facts.n_steps = status.value("n_steps", int64_t{0});
  facts.best_epoch = status.value("best_epoch", int64_t{0});
  facts.best_validation_loss = number_of(status, "best_validation_loss");
  facts.best_validation_mse = number_of(status, "best_validation_mse");
  facts.wall_hours = number_of(status, "wall_sec") / 3600;
  if (const double bytes = number_of(status, "peak_memory_bytes"); bytes > 0) facts.peak_memory_gb = bytes / 1e9;
}

void read_history(RunFacts& facts) {
  const fs::path file = RunFolder(facts.path).history();
  if (!fs::exists(file)) return;
  const History history = History::load(file);
  facts.stability = convergence_stability(history.column("validation_loss"));
  if (const std::vector<double> beta = history.column("beta_norm"); !beta.empty() && std::isfinite(beta.back()))
    facts.beta_norm = beta.back();
  const std::vector<double> seconds = history.column("seconds");
  const double sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  if (facts.n_steps >= kStepsToExtrapolate && !seconds.empty())
    facts.hundred_epochs = {sum / static_cast<double>(seconds.size()) * 100 / 3600, facts.n_steps};
}

}  // namespace

RunFacts read_run_facts(const fs::path& run) {
  RunFacts facts;
  facts.path = run;
  facts.name = run.filename().string();
  read_settings(facts);
  read_data(facts);
  read_status(facts);
  read_history(facts);
  if (!fs::exists(RunFolder(run).checkpoints() / "best" / "manifest.json"))
    fail(ExitCode::damaged, {.what = "the run has no weights",
                             .where = escape_for_terminal(run.string()),
                             .seen = facts.is_finished ? "finished, but no checkpoint" : "not finished",
                             .wanted = "checkpoints/best",
                             .fix = "train it on with `songscape train --resume`, or leave it out"});
  return facts;
}

void add_defaults(RunFacts& facts, const Vae& model) {
  for (const auto& rows : {model.config_rows(), train_rows(TrainConfig{})})
    for (const ConfigRow& row : rows)
      if (row.key != kSeedKey) facts.settings.try_emplace(row.key, format_value(row.value));
}

std::optional<double> convergence_stability(const std::vector<double>& loss) {
  if (loss.size() < 5 || std::any_of(loss.begin(), loss.end(), [](double v) { return !std::isfinite(v); }))
    return std::nullopt;
  const double drop = loss.front() - *std::min_element(loss.begin(), loss.end());
  if (drop <= 0) return std::nullopt;
  const auto n = std::max<size_t>(2, loss.size() / 5);
  const auto last = loss.end() - static_cast<ptrdiff_t>(n);
  const double mean = std::accumulate(last, loss.end(), 0.0) / static_cast<double>(n);
  const double variance =
      std::accumulate(last, loss.end(), 0.0, [&](double s, double v) { return s + (v - mean) * (v - mean); }) /
      static_cast<double>(n);
  return variance / drop;
}

}  // namespace songscape
