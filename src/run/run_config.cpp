#include "run/run_config.h"

#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "models/registry.h"
#include "run/model_device.h"
#include "train/checkpoint.h"

namespace songscape {
namespace {

std::string take_text(ConfigMap& map, const std::string& key, const std::filesystem::path& run) {
  const auto it = map.entries.find(key);
  const auto* text = it == map.entries.end() ? nullptr : std::get_if<std::string>(&it->second.value);
  if (!text)
    fail(ExitCode::damaged, {.what = "the run's config.toml lacks '" + key + "'",
                             .where = escape_for_terminal(run.string()),
                             .seen = {},
                             .wanted = {},
                             .fix = {}});
  const std::string value = *text;
  map.entries.erase(it);
  return value;
}

std::unique_ptr<Vae> make(const RunConfig& config, uint64_t seed) {
  auto model = make_model(
      {.name = config.model, .size = config.size, .input_shape = {}, .seed = seed, .settings = config.settings});
  model->tensors().move_to(model_device());
  return model;
}

}  // namespace

RunConfig read_run_config(const std::filesystem::path& run) {
  const RunFolder folder(run);
  if (!fs::is_regular_file(folder.config()))
    fail(ExitCode::usage, {.what = "this is no run",
                           .where = escape_for_terminal(run.string()),
                           .seen = "no config.toml in it",
                           .wanted = "a folder that `songscape train` made",
                           .fix = "`songscape runs list` shows those there are"});
  RunConfig config;
  config.settings = ConfigMap::from_file(folder.config());
  config.model = take_text(config.settings, "model", run);
  config.size = take_text(config.settings, "size", run);
  // Older runs lack it: a model then had one form.
  config.form = config.settings.entries.contains("form") ? take_text(config.settings, "form", run) : kDocumentedForm;
  config.name = take_text(config.settings, "name", run);
  return config;
}

std::unique_ptr<Vae> open_model(const std::filesystem::path& run) {
  auto model = make(read_run_config(run), 0);
  load_best(RunFolder(run), *model);
  return model;
}

std::unique_ptr<Vae> random_model(const std::filesystem::path& run, uint64_t seed) {
  return make(read_run_config(run), seed);
}

ConfigMap with_whole_keys(const ConfigMap& settings, const std::vector<ConfigRow>& known) {
  std::set<std::string> keys;
  for (const ConfigRow& row : known) keys.insert(row.key);
  ConfigMap whole;
  for (const auto& [key, entry] : settings.entries) {
    std::vector<std::string> ending;
    for (const std::string& k : keys)
      if (k.ends_with("." + key)) ending.push_back(k);
    const bool is_short = !keys.contains(key) && ending.size() == 1;
    if (!keys.contains(key) && !is_short) {
      std::vector<std::string> names(keys.begin(), keys.end());
      for (const std::string& k : keys)
        if (const size_t dot = k.rfind('.'); dot != std::string::npos) names.push_back(k.substr(dot + 1));
      const auto near = nearest_name(key, names);
      fail(ExitCode::usage,
           {.what = "unknown key '" + escape_for_terminal(key) + "'",
            .where = entry.where,
            .seen = {},
            .wanted = {},
            .fix = near ? "did you mean '" + *near + "'?" : "known keys: " + join({keys.begin(), keys.end()}, ", ")});
    }
    whole.entries[is_short ? ending.front() : key] = entry;
  }
  return whole;
}

}  // namespace songscape
