// From sweeps to settings: what an ablation trains.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "run/condition.h"
#include "study/ablation.h"
#include "study/trial.h"

namespace songscape {

inline constexpr int64_t kKeptOneOf = 3;  // settings of a rung of halving; the next one has as many times its epochs

// One value of one key.
struct SweptValue {
  std::string key, value;
};

// One value of a sweep, and the settings that its row is the mean of.
struct SweepPoint {
  ConfigValue value;
  std::vector<size_t> settings;
};

class AblationPlan {
 public:
  // Checks every value of every sweep, alone and (grid) with the others.  `condition` is asked for where a sweep names
  // a conditional model.  Error `usage` for unknown keys, wrong kinds, values out of range, one key swept twice.
  AblationPlan(const AblationRequest& request, std::optional<Condition> condition);

  const std::vector<Sweep>& sweeps() const { return sweeps_; }  // whole keys
  const Setting& base() const { return base_; }
  // each, grid: all; random, halving: those drawn.  Equal settings once, in the order of the sweeps.
  const std::vector<Setting>& settings() const { return settings_; }
  // A sweep's values in their order.  each: one setting a value; else every setting that has it.
  std::vector<SweepPoint> points(const Sweep& sweep) const;
  // The same setting trained for another number of epochs.
  Setting with_epochs(const Setting& setting, int64_t n_epochs) const;
  // Epochs of halving's rungs, rising: a ninth, a third, all of the base's; fewer where these are equal.
  std::vector<int64_t> rungs() const;

 private:
  void find_whole_keys();
  void plan_each();
  void plan_product();
  void add(Setting setting);
  Setting resolve(const std::vector<SweptValue>& values) const;
  Setting baseline(const std::vector<SweptValue>& values) const;
  void name(Setting& setting, const std::vector<ConfigRow>& rows) const;
  std::vector<SweptValue> place_in_product(int64_t index) const;

  const AblationRequest& request_;
  std::optional<Condition> condition_;
  std::vector<Sweep> sweeps_;
  ConfigMap base_settings_;
  Setting base_;
  std::vector<ConfigRow> base_rows_;
  std::vector<Setting> settings_;
};

// Whether a model that the request names is told a label.
bool names_conditional_model(const AblationRequest& request);

}  // namespace songscape
