#include "models/registry.h"

#include <algorithm>
#include <functional>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "models/basic_vae.h"
#include "models/beta_vae.h"
#include "models/conv_vae.h"
#include "models/cvae.h"
#include "models/multimodal_vae.h"
#include "models/music_transformer.h"
#include "models/presets.h"
#include "models/vade.h"

namespace songscape {
namespace {

struct Row {
  std::string name;
  std::function<std::unique_ptr<Vae>(const ConfigMap&, uint64_t seed)> make;
  std::function<std::vector<ConfigRow>(const ConfigMap&)> keys;
};

template <class Config>
Config read(const ConfigMap& settings) {
  Config config;
  read_config(config, settings);
  return config;
}

template <class Model, class Config>
Row row(const char* name) {
  return {
      name,
      [](const ConfigMap& settings, uint64_t seed) { return std::make_unique<Model>(read<Config>(settings), seed); },
      [](const ConfigMap& settings) { return list_config(read<Config>(settings)); }};
}

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      row<BasicVae, BasicVaeConfig>("basic_vae"),
      row<ConvVae, ConvVaeConfig>("conv_vae"),
      row<BetaVae, BetaVaeConfig>("beta_vae"),
      row<Cvae, CvaeConfig>("cvae"),
      row<Vade, VadeConfig>("vade"),
      row<MultimodalVae, MultimodalVaeConfig>("multimodal_vae"),
      row<MusicTransformer, MusicTransformerConfig>("music_transformer"),
  };
  return all;
}

const Row& find(const std::string& name) {
  for (const Row& r : rows())
    if (r.name == name) return r;
  const auto near = nearest_name(name, model_names());
  fail(ExitCode::usage, {.what = "there is no such model",
                         .where = {},
                         .seen = escape_for_terminal(name),
                         .wanted = join(model_names(), ", "),
                         .fix = near ? "did you mean '" + *near + "'?" : std::string()});
}

const std::string kCompact = "compact.", kForm = "form.";

ConfigMap all_keys(const std::string& model) {
  return ConfigMap::from_text(preset_text(model), "configs/" + model + ".toml");
}

// Takes over the keys under `prefix`, but those that go on with `unless`.
void lay_over(ConfigMap& chosen, const ConfigMap& all, const std::string& prefix, const std::string& unless = {}) {
  for (const auto& [key, entry] : all.entries) {
    if (!key.starts_with(prefix)) continue;
    const std::string rest = key.substr(prefix.size());
    if (unless.empty() || !rest.starts_with(unless)) chosen.entries[rest] = entry;
  }
}

bool is_of_trainer(const std::string& key) { return key.starts_with("train."); }

ConfigMap model_settings(const ModelSpec& spec) {
  ConfigMap settings = preset(spec.name, spec.size);
  for (const auto& [key, entry] : spec.settings.entries) settings.entries[key] = entry;
  std::erase_if(settings.entries, [](const auto& e) { return is_of_trainer(e.first); });
  if (spec.input_shape.empty()) return settings;
  const auto it = spec.settings.entries.find("input_shape");
  if (it != spec.settings.entries.end() && it->second.value != ConfigValue(spec.input_shape))
    fail(ExitCode::usage, {.what = "input_shape does not fit the data",
                           .where = it->second.where,
                           .seen = format_value(it->second.value),
                           .wanted = format_value(spec.input_shape),
                           .fix = "leave it out: it follows from the data"});
  settings.entries["input_shape"] = {spec.input_shape, "the data"};
  return settings;
}

}  // namespace

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const Row& r : rows()) names.push_back(r.name);
  return names;
}

const std::string& preset_text(const std::string& model) { return embedded_presets().at(find(model).name); }

std::vector<std::string> model_forms(const std::string& model) {
  std::set<std::string> forms;
  for (const auto& [key, entry] : all_keys(model).entries)
    if (key.starts_with(kForm)) forms.insert(key.substr(kForm.size(), key.find('.', kForm.size()) - kForm.size()));
  std::vector<std::string> names{kDocumentedForm};
  names.insert(names.end(), forms.begin(), forms.end());
  return names;
}

ConfigMap preset(const std::string& model, const std::string& size, const std::string& form) {
  if (size != "spec" && size != "compact")
    fail(ExitCode::usage, {.what = "there is no such size",
                           .where = "--size",
                           .seen = escape_for_terminal(size),
                           .wanted = "spec or compact",
                           .fix = {}});
  const std::vector<std::string> forms = model_forms(model);
  if (std::ranges::find(forms, form) == forms.end())
    fail(ExitCode::usage, {.what = model + " has no such form",
                           .where = "--form",
                           .seen = escape_for_terminal(form),
                           .wanted = join(forms, ", "),
                           .fix = {}});
  const ConfigMap all = all_keys(model);
  ConfigMap chosen;
  for (const auto& [key, entry] : all.entries)
    if (!key.starts_with(kCompact) && !key.starts_with(kForm)) chosen.entries[key] = entry;
  if (size == "compact") lay_over(chosen, all, kCompact, kForm);
  lay_over(chosen, all, kForm + form + ".");
  if (size == "compact") lay_over(chosen, all, kCompact + kForm + form + ".");
  return chosen;
}

std::unique_ptr<Vae> make_model(const ModelSpec& spec) {
  const Row& r = find(spec.name);
  return r.make(model_settings(spec), spec.seed);
}

std::vector<ConfigRow> resolved_keys(const ModelSpec& spec) {
  const Row& r = find(spec.name);
  return r.keys(model_settings(spec));
}

std::vector<ConfigRow> model_keys(const std::string& model, const std::string& size) {
  return resolved_keys({.name = model, .size = size});
}

}  // namespace songscape
