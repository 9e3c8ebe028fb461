#include "study/ablation_plan.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/hash.h"
#include "core/random.h"
#include "core/text.h"
#include "models/registry.h"
#include "run/run_config.h"
#include "run/train_run.h"

namespace songscape {
namespace {

constexpr int64_t kMostSettings = 10'000;
constexpr size_t kLongestName = 80;
constexpr int kRungs = 3;

// "MODEL" or "MODEL:FORM".
std::pair<std::string, std::string> model_and_form(const std::string& architecture) {
  const size_t colon = architecture.find(':');
  return colon == std::string::npos ? std::pair(architecture, std::string(kDocumentedForm))
                                    : std::pair(architecture.substr(0, colon), architecture.substr(colon + 1));
}

const std::string* architecture_of(const std::vector<SweptValue>& values) {
  for (const SweptValue& v : values)
    if (v.key == kArchitecture) return &v.value;
  return nullptr;
}

// Of a file name: what is not plain becomes '-'.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '=';
    if (is_plain || (!out.empty() && out.back() != '-' && out.back() != '=')) out += is_plain ? c : '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

TrainRequest train_request(const Setting& setting, const std::optional<Condition>& condition) {
  TrainRequest r;
  r.model = setting.model;
  r.size = setting.size;
  r.form = setting.form;
  r.settings = setting.settings;
  if (is_conditional(setting.model, setting.size)) r.condition = condition;
  return r;
}

const ConfigValue& value_of(const std::vector<ConfigRow>& rows, const std::string& key) {
  const auto it = std::ranges::find(rows, key, &ConfigRow::key);
  check(it != rows.end(), "a swept key is one of the model's");
  return it->value;
}

[[noreturn]] void refuse(const std::string& what, const std::string& seen, const std::string& fix) {
  fail(ExitCode::usage,
       {.what = what, .where = "--sweep", .seen = escape_for_terminal(seen), .wanted = {}, .fix = fix});
}

}  // namespace

bool names_conditional_model(const AblationRequest& request) {
  std::vector<std::string> models{request.model};
  for (const Sweep& s : request.sweeps)
    if (s.key == kArchitecture)
      for (const std::string& v : s.values) models.push_back(model_and_form(v).first);
  return std::ranges::any_of(
      models, [&](const std::string& m) { return m != kPcaBaseline && is_conditional(m, request.size); });
}

AblationPlan::AblationPlan(const AblationRequest& request, std::optional<Condition> condition)
    : request_(request), condition_(std::move(condition)) {
  base_.model = request.model, base_.form = request.form, base_.size = request.size;
  const std::vector<ConfigRow> known = train_keys(request.model, request.size);
  base_settings_ = with_whole_keys(request.settings, known);
  for (const char* own : {"train.seed", "n_classes"})
    if (base_settings_.entries.contains(own)) refuse("this key is the study's own", own, "leave it out");
  base_settings_.entries.try_emplace("train.threads", ConfigMap::Entry{int64_t{1}, "ablate"});
  base_.settings = base_settings_;
  base_rows_ = resolved_settings(train_request(base_, condition_));
  find_whole_keys();
  base_ = resolve({});
  request_.search == AblationSearch::each ? plan_each() : plan_product();
}

void AblationPlan::find_whole_keys() {
  const std::vector<ConfigRow> known = train_keys(request_.model, request_.size);
  std::set<std::string> seen;
  for (Sweep sweep : request_.sweeps.empty() ? default_sweeps(request_.model, request_.size) : request_.sweeps) {
    if (sweep.key != kArchitecture) {
      ConfigMap one;
      one.entries[sweep.key] = {std::string(), "--sweep"};
      sweep.key = with_whole_keys(one, known).entries.begin()->first;
    }
    if (sweep.key == "train.seed" || sweep.key == "n_classes" || sweep.key == "input_shape")
      refuse("this key cannot be swept", sweep.key, sweep.key == "train.seed" ? "give --seeds N" : "leave it out");
    if (!seen.insert(sweep.key).second) refuse("a key is swept twice", sweep.key, "put all its values in one --sweep");
    for (const std::string& value : sweep.values) resolve({{sweep.key, value}});
    sweeps_.push_back(std::move(sweep));
  }
  if (request_.search != AblationSearch::halving) return;
  for (const Sweep& sweep : sweeps_) {
    if (sweep.key == "train.epochs") refuse("halving decides the epochs itself", sweep.key, "leave this sweep out");
    if (std::ranges::find(sweep.values, kPcaBaseline) != sweep.values.end())
      refuse("halving ranks by validation loss, which the baseline has not", kPcaBaseline, "leave it out");
  }
}

void AblationPlan::add(Setting setting) {
  if (std::ranges::find(settings_, setting.hash, &Setting::hash) == settings_.end())
    settings_.push_back(std::move(setting));
}

std::vector<SweepPoint> AblationPlan::points(const Sweep& sweep) const {
  std::vector<SweepPoint> points;
  for (const std::string& value : sweep.values) {
    const Setting alone = resolve({{sweep.key, value}});
    SweepPoint point{alone.swept.at(sweep.key), {}};
    for (size_t i = 0; i < settings_.size(); ++i) {
      const Setting& s = settings_[i];
      const auto own = s.swept.find(sweep.key);
      const bool has_it = own != s.swept.end() && format_value(own->second) == format_value(point.value);
      if (request_.search == AblationSearch::each ? s.hash == alone.hash : has_it) point.settings.push_back(i);
    }
    points.push_back(std::move(point));
  }
  return points;
}

void AblationPlan::plan_each() {
  for (const Sweep& sweep : sweeps_)
    for (const std::string& value : sweep.values) add(resolve({{sweep.key, value}}));
}

std::vector<SweptValue> AblationPlan::place_in_product(int64_t index) const {
  std::vector<SweptValue> values;
  for (auto sweep = sweeps_.rbegin(); sweep != sweeps_.rend(); ++sweep) {
    const auto n = static_cast<int64_t>(sweep->values.size());
    values.insert(values.begin(), {sweep->key, sweep->values[static_cast<size_t>(index % n)]});
    index /= n;
  }
  return values;
}

// The whole product, or places of it in a fixed random order.
void AblationPlan::plan_product() {
  int64_t n_all = 1;
  for (const Sweep& sweep : sweeps_) {
    n_all *= static_cast<int64_t>(sweep.values.size());
    if (n_all > 1'000'000'000)
      refuse("the product of the sweeps is too large", "over 10⁹ settings", "sweep fewer values");
  }
  const bool is_grid = request_.search == AblationSearch::grid;
  const int64_t usual = request_.search == AblationSearch::random ? 20 : 27;
  const int64_t n = is_grid ? n_all : std::min(n_all, request_.n_draws > 0 ? request_.n_draws : usual);
  if (n > kMostSettings)
    refuse("these are too many settings", std::to_string(n), "sweep fewer values, or --search random");
  if (is_grid || n == n_all) {
    for (int64_t i = 0; i < n_all; ++i) add(resolve(place_in_product(i)));
    return;
  }
  Random random(static_cast<uint64_t>(request_.first_seed), stream_id("settings"));
  std::set<int64_t> drawn;
  while (static_cast<int64_t>(drawn.size()) < n)
    if (const int64_t place = random.below(n_all); drawn.insert(place).second) add(resolve(place_in_product(place)));
}

Setting AblationPlan::baseline(const std::vector<SweptValue>& values) const {
  std::vector<SweptValue> others;
  for (const SweptValue& v : values)
    if (v.key != kArchitecture) others.push_back(v);
  const Setting beside = resolve(others);
  const auto own = beside.swept.find("latent_dim");
  const ConfigValue latent_dim = own == beside.swept.end() ? value_of(base_rows_, "latent_dim") : own->second;
  Setting s{.model = kPcaBaseline, .form = kDocumentedForm, .size = request_.size};
  s.settings.entries["latent_dim"] = {latent_dim, "ablate"};
  s.swept = {{kArchitecture, std::string(kPcaBaseline)}, {"latent_dim", latent_dim}};
  name(s, {{"latent_dim", latent_dim, "", ""}});
  return s;
}

// What differs from the base, in the order of the model's own keys: it does not hang on the order of sweeps.
void AblationPlan::name(Setting& s, const std::vector<ConfigRow>& rows) const {
  s.name = s.model + (s.form == kDocumentedForm ? "" : "-" + s.form);
  for (const ConfigRow& row : rows) {
    const auto base = std::ranges::find(base_rows_, row.key, &ConfigRow::key);
    const bool is_base = base != base_rows_.end() && format_value(base->value) == format_value(row.value);
    if (s.model == request_.model && s.form == request_.form && !is_base)
      s.name += "-" + row.key + "=" + show_value(row.value);
  }
  s.name = plain(s.name).substr(0, kLongestName);
  s.hash = sha256_hex(s.model + "\n" + s.form + "\n" + s.size + "\n" + to_toml(rows)).substr(0, 8);
}

Setting AblationPlan::resolve(const std::vector<SweptValue>& values) const {
  const std::string* architecture = architecture_of(values);
  if (architecture && *architecture == kPcaBaseline) return baseline(values);
  Setting s{.model = request_.model, .form = request_.form, .size = request_.size};
  if (architecture) std::tie(s.model, s.form) = model_and_form(*architecture);
  const std::vector<ConfigRow> known = train_keys(s.model, s.size);
  // What another model has no key for does not concern it.
  for (const auto& [key, entry] : base_settings_.entries)
    if (std::ranges::find(known, key, &ConfigRow::key) != known.end()) s.settings.entries[key] = entry;
  for (const SweptValue& v : values) {
    if (v.key == kArchitecture) continue;
    ConfigMap one;
    one.set(v.key + "=" + v.value);
    one.entries.begin()->second.where = "--sweep " + v.key;
    for (const auto& [key, entry] : with_whole_keys(one, known).entries) s.settings.entries[key] = entry;
  }
  const std::vector<ConfigRow> rows = resolved_settings(train_request(s, condition_));
  const auto is_swept = [&](const std::string& key) {
    return std::ranges::find(sweeps_, key, &Sweep::key) != sweeps_.end() ||
           std::ranges::find(values, key, &SweptValue::key) != values.end();
  };
  for (const ConfigRow& row : rows)
    if (is_swept(row.key)) s.swept[row.key] = row.value;
  if (is_swept(kArchitecture)) s.swept[kArchitecture] = s.form == kDocumentedForm ? s.model : s.model + ":" + s.form;
  s.n_epochs = std::get<int64_t>(value_of(rows, "train.epochs"));
  name(s, rows);
  return s;
}

Setting AblationPlan::with_epochs(const Setting& setting, int64_t n_epochs) const {
  Setting s = setting;
  s.n_epochs = n_epochs;
  s.settings.entries["train.epochs"] = {n_epochs, "halving"};
  name(s, resolved_settings(train_request(s, condition_)));
  return s;
}

std::vector<int64_t> AblationPlan::rungs() const {
  std::vector<int64_t> epochs;
  double n = static_cast<double>(base_.n_epochs);
  for (int i = 0; i < kRungs; ++i, n /= kKeptOneOf)
    if (const int64_t rounded = std::max<int64_t>(1, std::llround(n)); epochs.empty() || epochs.back() != rounded)
      epochs.push_back(rounded);
  std::ranges::reverse(epochs);
  return epochs;
}

}  // namespace songscape
