#include "train/meters.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace songscape {

void Meters::add(const std::string& name, double value, int64_t count) {
  check(count >= 1, "a mean of at least one");
  sums_[name].sum += value * static_cast<double>(count);
  sums_[name].count += count;
}

void Meters::add(const VaeLoss& loss) {
  for (const LossTerm& t : loss.terms) add(t.name, t.value.item<double>(), t.count);
  const int64_t n = loss.mse.numel();
  add("loss", loss.total.item<double>(), n);
  add("mse", loss.mse.mean().item<double>(), n);
}

void Meters::add(const StepFigures& step) {
  for (const StepFigures::Term& t : step.terms) add(t.name, t.value, t.count);
  add("loss", step.loss, step.n_songs);
  add("mse", step.mse, step.n_songs);
  add("grad_norm", step.grad_norm, 1);
  add("clipped", step.is_clipped ? 1 : 0, 1);
}

double Meters::mean(const std::string& name) const {
  const auto it = sums_.find(name);
  if (it == sums_.end()) return std::numeric_limits<double>::quiet_NaN();
  return it->second.sum / static_cast<double>(it->second.count);
}

std::map<std::string, double> Meters::means() const {
  std::map<std::string, double> means;
  for (const auto& [name, unused] : sums_) means[name] = mean(name);
  return means;
}

Json Meters::to_json() const {
  Json json = Json::object();
  for (const auto& [name, s] : sums_) json[name] = {s.sum, s.count};
  return json;
}

Meters Meters::from_json(const Json& json) {
  Meters meters;
  for (const auto& [name, pair] : json.items())
    meters.sums_[name] = {pair.at(0).get<double>(), pair.at(1).get<int64_t>()};
  return meters;
}

}  // namespace songscape
