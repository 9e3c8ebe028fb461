#include "study/ablation_file.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr const char* kFile = "ablation.json";
constexpr const char* kLock = "lock";

std::string absolute_or_empty(const std::string& path) { return path.empty() ? "" : fs::absolute(path).string(); }

Json to_json(const AblationRequest& r, const std::vector<Sweep>& sweeps, const TrialData& data) {
  Json settings = Json::object(), swept = Json::array();
  for (const auto& [key, entry] : r.settings.entries) settings[key] = format_value(entry.value);
  for (const Sweep& s : sweeps) swept.push_back({{"key", s.key}, {"values", s.values}});
  return {{"format", 1},
          {"model", r.model},
          {"size", r.size},
          {"form", r.form},
          {"library", absolute_or_empty(r.library)},
          {"data", absolute_or_empty(r.data)},
          {"targets", absolute_or_empty(r.targets)},
          {"content_hash", data.rows.source->content_hash()},
          {"label", data.label.name},
          {"condition", r.condition},
          {"labels_hash", data.labels_hash},
          {"factor_library", absolute_or_empty(r.factor_library)},
          {"search", ablation_search_name(r.search)},
          {"draws", r.n_draws},
          {"first_seed", r.first_seed},
          {"seeds", r.n_seeds},
          {"settings", settings},
          {"sweeps", swept}};
}

// The values of each sweep, to compare.
std::map<std::string, std::vector<std::string>> sweeps_of(const Json& json) {
  std::map<std::string, std::vector<std::string>> sweeps;
  for (const Json& s : json.at("sweeps")) sweeps[s.at("key").get<std::string>()] = s.at("values");
  return sweeps;
}

// What a study that goes on may not change.
std::vector<std::string> differences(const Json& now, const Json& was) {
  std::vector<std::string> out;
  const auto tell = [&](const std::string& key, const std::string& n, const std::string& w) {
    out.push_back(key + ": now " + (n.empty() ? "absent" : n) + ", was " + (w.empty() ? "absent" : w));
  };
  for (const char* key : {"model", "size", "form", "condition", "factor_library", "search", "first_seed", "settings"})
    if (now.at(key) != was.at(key)) tell(key, now.at(key).dump(), was.at(key).dump());
  const bool is_halving = was.at("search") == "halving";
  for (const char* key : {"seeds", "draws"}) {
    const int64_t n = now.at(key), w = was.at(key);
    if (n < w || (is_halving && n != w)) tell(key, std::to_string(n), std::to_string(w));
  }
  const auto new_sweeps = sweeps_of(now), old_sweeps = sweeps_of(was);
  const bool only_grows = was.at("search") == "each" || was.at("search") == "grid";
  for (const auto& [key, values] : old_sweeps) {
    const auto it = new_sweeps.find(key);
    const std::vector<std::string> held = it == new_sweeps.end() ? std::vector<std::string>{} : it->second;
    const bool holds_all =
        std::ranges::all_of(values, [&](const std::string& v) { return std::ranges::find(held, v) != held.end(); });
    if (!holds_all || (!only_grows && held != values)) tell("sweep " + key, join(held, ","), join(values, ","));
  }
  for (const auto& [key, values] : new_sweeps)
    if (!old_sweeps.contains(key) && was.at("search") != "each") tell("sweep " + key, join(values, ","), "");
  return out;
}

[[noreturn]] void refuse_data(const fs::path& study, const std::string& what, const Json& was, const Json& now) {
  const auto shown = [](const Json& j) { return j.value("library", "") + j.value("data", ""); };
  fail(ExitCode::damaged, {.what = what,
                           .where = escape_for_terminal(study.string()),
                           .seen = escape_for_terminal(shown(now)),
                           .wanted = escape_for_terminal(shown(was)) + ", as when the study began",
                           .fix = "begin another study on these data"});
}

void check_resumed(const fs::path& study, const Json& now, const Json& was) {
  if (now.at("content_hash") != was.at("content_hash"))
    refuse_data(study, "the data are not those that this study began with", was, now);
  if (now.at("labels_hash") != was.at("labels_hash"))
    refuse_data(study, "the labels are not those that this study began with", was, now);
  const std::vector<std::string> changed = differences(now, was);
  if (changed.empty()) return;
  fail(ExitCode::usage, {.what = "a study goes on with what it began with, and more of it",
                         .where = escape_for_terminal(study.string()),
                         .seen = escape_for_terminal(join(changed, "; ")),
                         .wanted = {},
                         .fix = "leave these out, or begin another study"});
}

void check_new(const fs::path& study) {
  for (const auto& entry : fs::directory_iterator(study))
    // A study that was killed as it began leaves its lock and the request half written.
    if (entry.path().filename() != kLock && !entry.path().filename().string().starts_with(kFile))
      fail(ExitCode::usage, {.what = "the folder holds something else than an ablation",
                             .where = escape_for_terminal(study.string()),
                             .seen = escape_for_terminal(entry.path().filename().string()),
                             .wanted = "a folder that does not exist yet, or an empty one",
                             .fix = "name another study"});
}

}  // namespace

struct AblationFolder::Lock {
  explicit Lock(const fs::path& path) : lock(path) {}
  FileLock lock;
};

AblationFolder::~AblationFolder() = default;

AblationFolder::AblationFolder(const AblationRequest& request, const std::vector<Sweep>& sweeps,
                               const TrialData& data) {
  const fs::path file = request.study / kFile;
  if (request.is_resume && !fs::exists(file)) read_ablation(request.study);  // refuses
  make_folder(request.study);
  lock_ = std::make_unique<Lock>(request.study / kLock);
  if (!request.is_resume && fs::exists(file))
    fail(ExitCode::usage, {.what = "the study is there already",
                           .where = escape_for_terminal(request.study.string()),
                           .seen = {},
                           .wanted = {},
                           .fix = "go on with it by --resume, or name another study"});
  if (!request.is_resume) check_new(request.study);
  const Json now = to_json(request, sweeps, data);
  if (request.is_resume) check_resumed(request.study, now, read_json(file));
  write_json(file, now);
}

AblationRequest read_ablation(const fs::path& study) {
  const fs::path file = study / kFile;
  if (!fs::exists(file))
    fail(ExitCode::usage, {.what = "there is no ablation to go on with",
                           .where = escape_for_terminal(study.string()),
                           .seen = "no ablation.json",
                           .wanted = "a study that `songscape ablate` began",
                           .fix = "leave --resume out to begin one"});
  const Json json = read_json(file);
  try {
    AblationRequest r;
    r.model = json.at("model"), r.size = json.at("size"), r.form = json.at("form");
    r.library = json.at("library"), r.data = json.at("data"), r.targets = json.at("targets");
    r.label = r.data.empty() ? json.at("label").get<std::string>() : "";
    r.condition = json.at("condition"), r.factor_library = json.at("factor_library");
    r.search = parse_ablation_search(json.at("search"));
    r.n_draws = json.at("draws"), r.first_seed = json.at("first_seed"), r.n_seeds = json.at("seeds");
    for (const auto& [key, value] : json.at("settings").items()) r.settings.set(key + "=" + value.get<std::string>());
    for (const Json& s : json.at("sweeps")) r.sweeps.push_back({s.at("key"), s.at("values")});
    r.study = study;
    r.is_resume = true;
    return r;
  } catch (const nlohmann::json::exception& e) {
    fail(ExitCode::damaged, {.what = "this is no ablation's request",
                             .where = escape_for_terminal(file.string()),
                             .seen = escape_for_terminal(e.what()),
                             .wanted = {},
                             .fix = {}});
  }
}

}  // namespace songscape
