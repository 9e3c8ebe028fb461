#include "train/checkpoint.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/text.h"
#include "train/tensor_file.h"

namespace songscape {
namespace {

constexpr int kVersion = 1;
constexpr const char* kModelFile = "model.safetensors";
constexpr const char* kOptimiserFile = "optimizer.safetensors";
constexpr const char* kStateFile = "state.json";
constexpr const char* kHistoryFile = "history.csv";
constexpr const char* kManifestFile = "manifest.json";

Json state_to_json(const TrainState& s, const Adam& optimiser) {
  return {{"epoch", s.epoch},
          {"step", s.step},
          {"n_steps", s.n_steps},
          {"optimizer_steps", optimiser.n_steps()},
          {"optimizer_late_steps", optimiser.late_steps()},
          {"beta_state", s.beta_state},
          {"best_epoch", s.best_epoch},
          {"best_loss", s.best_loss},
          {"best_mse", s.best_mse},
          {"last_loss", s.last_loss},
          {"wall_sec", s.wall_sec},
          {"stop_reason", s.stop_reason},
          {"meters", s.meters.to_json()}};
}

TrainState state_from_json(const Json& j, const fs::path& where) try {
  TrainState s;
  s.epoch = j.at("epoch");
  s.step = j.at("step");
  s.n_steps = j.at("n_steps");
  s.beta_state = j.at("beta_state");
  s.best_epoch = j.at("best_epoch");
  s.best_loss = j.at("best_loss");
  s.best_mse = j.at("best_mse");
  s.last_loss = j.at("last_loss");
  s.wall_sec = j.at("wall_sec");
  s.stop_reason = j.at("stop_reason");
  s.meters = Meters::from_json(j.at("meters"));
  return s;
} catch (const Json::exception& e) {
  fail(ExitCode::damaged, {.what = "the state of training is not as it should be",
                           .where = escape_for_terminal(where.string()),
                           .seen = e.what(),
                           .wanted = {},
                           .fix = {}});
}

std::vector<NamedTensor> going_on(Vae& model, const Adam& optimiser, int64_t n_train) {
  std::vector<NamedTensor> tensors = optimiser.state();
  for (const NamedTensor& t : model.training_state(n_train)) tensors.push_back({"training_state." + t.name, t.value});
  return tensors;
}

Json manifest_of(const fs::path& folder, const std::map<std::string, std::string>& known_hashes,
                 const std::vector<const char*>& files, const Vae& model) {
  Json list = Json::object();
  for (const char* file : files) {
    const auto known = known_hashes.find(file);
    list[file] = {{"bytes", fs::file_size(folder / file)},
                  {"sha256", known != known_hashes.end() ? known->second : sha256_file(folder / file)}};
  }
  return {{"format", "songscape checkpoint"}, {"version", kVersion}, {"model", model.name()}, {"files", list}};
}

void remove_folder(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
}

// What is wrong with a checkpoint folder; empty: nothing.
std::string fault_of(const fs::path& folder) {
  try {
    const Json manifest = read_json(folder / kManifestFile, 1 << 20);
    if (manifest.at("version") != kVersion) return "its version is " + manifest.at("version").dump();
    for (const auto& [name, entry] : manifest.at("files").items()) {
      if (name.find('/') != std::string::npos || name.starts_with(".")) return "its manifest names a foreign file";
      std::error_code error;
      const auto size = fs::file_size(folder / name, error);
      if (error) return name + " is missing";
      if (size != entry.at("bytes").get<uint64_t>())
        return name + " has " + std::to_string(size) + " bytes, not " + entry.at("bytes").dump();
      if (sha256_file(folder / name) != entry.at("sha256").get<std::string>())
        return "the SHA-256 of " + name + " differs";
    }
  } catch (const Error& e) {
    return e.what();
  } catch (const Json::exception& e) {
    return std::string("its manifest is not as it should be: ") + e.what();
  }
  return {};
}

// Whether `copy` is, byte for byte, the model that the manifest of `folder` names; without a manifest, any file is.
bool is_listed(const fs::path& folder, const fs::path& copy) {
  if (!fs::exists(folder / kManifestFile)) return true;
  try {
    return read_json(folder / kManifestFile, 1 << 20).at("files").at(kModelFile).at("sha256") == sha256_file(copy);
  } catch (const std::exception&) {
    return true;
  }
}

}  // namespace

void save_last(const RunFolder& folder, Vae& model, const Adam& optimiser, const TrainState& state) {
  const fs::path root = folder.checkpoints(), next = root / "next", last = root / "last", previous = root / "previous";
  remove_folder(next);
  make_folder(next);
  std::map<std::string, std::string> hashes;
  hashes[kModelFile] = save_tensors(all_tensors(model.tensors()), next / kModelFile, {{"model", model.name()}});
  hashes[kOptimiserFile] =
      save_tensors(going_on(model, optimiser, state.n_train), next / kOptimiserFile, {{"optimizer", "adam"}});
  write_json(next / kStateFile, state_to_json(state, optimiser));
  state.history.save(next / kHistoryFile);
  write_json(next / kManifestFile,
             manifest_of(next, hashes, {kModelFile, kOptimiserFile, kStateFile, kHistoryFile}, model));
  // A crash between these leaves at least one whole folder; load_last looks at all three.
  remove_folder(previous);
  if (fs::exists(last)) fs::rename(last, previous);
  fs::rename(next, last);
  sync_folder(root);
}

void save_best(const RunFolder& folder, const Vae& model, const std::vector<NamedTensor>& weights, int64_t epoch) {
  const fs::path best = folder.checkpoints() / "best", next = folder.checkpoints() / "best.next";
  remove_folder(next);
  make_folder(next);
  std::map<std::string, std::string> hashes;
  hashes[kModelFile] =
      save_tensors(weights, next / kModelFile, {{"model", model.name()}, {"epoch", std::to_string(epoch)}});
  write_json(next / kManifestFile, manifest_of(next, hashes, {kModelFile}, model));
  remove_folder(best);
  fs::rename(next, best);
  sync_folder(folder.checkpoints());
}

void publish_best(const RunFolder& folder) {
  Publisher copy(folder.best_weights());
  copy.write(MappedFile(folder.checkpoints() / "best" / kModelFile).bytes());
  copy.publish();
}

std::optional<Loaded> load_last(const RunFolder& folder, Vae& model, Adam& optimiser, int64_t n_train) {
  std::vector<std::string> faults;
  for (const char* name : {"last", "next", "previous"}) {
    const fs::path at = folder.checkpoints() / name;
    if (!fs::exists(at / kManifestFile) && std::string(name) != "last") continue;
    if (!fs::exists(at)) continue;
    const std::string fault = fault_of(at);
    if (!fault.empty()) {
      faults.push_back(at.string() + ": " + fault);
      continue;
    }
    Loaded loaded{state_from_json(read_json(at / kStateFile), at / kStateFile), name};
    loaded.state.history = History::load(at / kHistoryFile);
    load_tensors(all_tensors(model.tensors()), at / kModelFile);
    if (!fs::exists(at / kOptimiserFile))
      fail(ExitCode::damaged, {.what = "the checkpoint has no optimiser state",
                               .where = escape_for_terminal(at.string()),
                               .seen = {},
                               .wanted = kOptimiserFile,
                               .fix = "it can be used, but not trained on"});
    load_tensors(going_on(model, optimiser, n_train), at / kOptimiserFile);
    const Json state = read_json(at / kStateFile);
    optimiser.set_steps(state.at("optimizer_steps"),
                        state.value("optimizer_late_steps", std::map<std::string, int64_t>()));
    for (const std::string& f : faults) log_warning("DAMAGED CHECKPOINT: " + f);
    if (!faults.empty())
      log_warning("CONTINUING FROM THE ONE BEFORE IT: " + at.string() + ", step " +
                  std::to_string(loaded.state.n_steps));
    return loaded;
  }
  if (faults.empty()) return std::nullopt;
  fail(ExitCode::damaged, {.what = "no checkpoint of this run is whole",
                           .where = escape_for_terminal(folder.checkpoints().string()),
                           .seen = join(faults, "; "),
                           .wanted = {},
                           .fix = "train anew"});
}

void load_best(const RunFolder& folder, Vae& model) {
  const fs::path best = folder.checkpoints() / "best";
  const bool has_checkpoint = fs::exists(best), has_copy = fs::exists(folder.best_weights());
  if (!has_checkpoint && !has_copy)
    fail(ExitCode::usage, {.what = "this run has no trained weights yet",
                           .where = escape_for_terminal(folder.path().string()),
                           .seen = {},
                           .wanted = {},
                           .fix = "train it first, or go on with train --resume"});
  const std::string fault = has_checkpoint ? fault_of(best) : "it is missing";
  if (fault.empty()) return load_tensors(all_tensors(model.tensors()), best / kModelFile);
  log_warning("DAMAGED CHECKPOINT: " + best.string() + ": " + fault);
  if (!has_copy || !is_listed(best, folder.best_weights()))
    fail(ExitCode::damaged, {.what = "the weights of this run are damaged",
                             .where = escape_for_terminal(best.string()),
                             .seen = fault,
                             .wanted = {},
                             .fix = "go on with train --resume, or train anew"});
  log_warning("USING " + folder.best_weights().string() + " INSTEAD");
  load_tensors(all_tensors(model.tensors()), folder.best_weights());
}

}  // namespace songscape
