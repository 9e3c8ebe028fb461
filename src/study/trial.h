// One setting of an ablation and one training of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/json.h"

namespace songscape {

// All that decides a training but its seed.
struct Setting {
  std::string model;  // or kPcaBaseline
  std::string form, size;
  ConfigMap settings = {};                        // over the preset
  std::map<std::string, ConfigValue> swept = {};  // the study's swept keys, resolved; kArchitecture among them
  int64_t n_epochs = 0;                           // resolved; 0: the baseline
  // Model, form and what differs from the base, then 8 digits of a hash over every resolved key: equal settings have
  // equal names.
  std::string name = {}, hash = {};

  bool is_baseline() const;
  bool is_conditional() const;       // told a label
  std::string architecture() const;  // "MODEL" or "MODEL:FORM"
};

struct Trial {
  Setting setting;
  int64_t seed = 1;
  std::string name() const;  // of its folder

  Json to_json() const;  // what run_trial() needs
  // Error `damaged` naming `where` for anything that to_json did not write.
  static Trial from_json(const Json& json, const std::string& where);
};

// A value as tables show it: numbers as numbers, all else as text.
std::string show_value(const ConfigValue& value);

// What became of a trial.
enum class TrialState { not_started, finished, failed };
std::string_view state_name(TrialState state);  // "finished", "failed", "not started"
struct TrialRecord {
  Trial trial;
  TrialState state = TrialState::not_started;
  int64_t n_attempts = 0;
  std::string message = {};                    // of the last failure
  std::map<std::string, double> figures = {};  // by the names of study/trial_figures.h; NaN where undefined
  double wall_sec = 0;                         // of all that the trial took
};

inline constexpr int64_t kMostAttempts = 2;

// The record of a trial as its folder has it.
TrialRecord read_record(const Trial& trial, const std::filesystem::path& folder);
void write_result(const std::filesystem::path& folder, const std::map<std::string, double>& figures, double wall_sec);
void write_failure(const std::filesystem::path& folder, int64_t n_attempts, const std::string& message);

}  // namespace songscape
