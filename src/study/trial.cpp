#include "study/trial.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "models/registry.h"
#include "run/train_run.h"
#include "study/sweep.h"

namespace songscape {
namespace {

constexpr const char* kResult = "result.json";
constexpr const char* kFailure = "failure.json";

}  // namespace

bool Setting::is_baseline() const { return model == kPcaBaseline; }

bool Setting::is_conditional() const {
  return !is_baseline() && songscape::is_conditional(model, size, form, settings);
}

std::string Setting::architecture() const { return form == kDocumentedForm ? model : model + ":" + form; }

std::string Trial::name() const { return setting.name + "-s" + std::to_string(seed) + "-" + setting.hash; }

Json Trial::to_json() const {
  Json settings = Json::object();
  for (const auto& [key, entry] : setting.settings.entries) settings[key] = format_value(entry.value);
  return {{"format", 1},          {"model", setting.model}, {"form", setting.form},
          {"size", setting.size}, {"settings", settings},   {"seed", seed}};
}

Trial Trial::from_json(const Json& json, const std::string& where) {
  try {
    Trial trial;
    trial.setting.model = json.at("model").get<std::string>();
    trial.setting.form = json.at("form").get<std::string>();
    trial.setting.size = json.at("size").get<std::string>();
    for (const auto& [key, value] : json.at("settings").items())
      trial.setting.settings.set(key + "=" + value.get<std::string>());
    trial.seed = json.at("seed").get<int64_t>();
    return trial;
  } catch (const nlohmann::json::exception& e) {
    fail(ExitCode::damaged,
         {.what = "this is no trial", .where = where, .seen = e.what(), .wanted = "what ablate wrote", .fix = {}});
  }
}

std::string_view state_name(TrialState state) {
  return state == TrialState::finished ? "finished" : state == TrialState::failed ? "failed" : "not started";
}

std::string show_value(const ConfigValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<double>(&value)) return format_number(*number);
  return format_value(value);
}

TrialRecord read_record(const Trial& trial, const fs::path& folder) {
  TrialRecord record{.trial = trial};
  if (fs::exists(folder / kFailure)) {
    const Json failure = read_json(folder / kFailure);
    record.n_attempts = failure.value("attempts", kMostAttempts);
    record.message = failure.value("message", "");
    if (record.n_attempts >= kMostAttempts) record.state = TrialState::failed;
  }
  if (!fs::exists(folder / kResult)) return record;
  const Json result = read_json(folder / kResult);
  record.state = TrialState::finished;
  ++record.n_attempts;
  record.wall_sec = result.value("wall_sec", 0.0);
  const Json figures = result.value("figures", Json::object());
  for (const auto& [name, value] : figures.items())
    record.figures[name] = value.is_number() ? value.get<double>() : std::nan("");
  return record;
}

void write_result(const fs::path& folder, const std::map<std::string, double>& figures, double wall_sec) {
  Json values = Json::object();
  for (const auto& [name, value] : figures) values[name] = std::isfinite(value) ? Json(value) : Json();
  write_json(folder / kResult, {{"format", 1}, {"wall_sec", wall_sec}, {"figures", values}});
}

void write_failure(const fs::path& folder, int64_t n_attempts, const std::string& message) {
  write_json(folder / kFailure, {{"format", 1}, {"attempts", n_attempts}, {"message", message}});
}

}  // namespace songscape
