// The `train` command's work, free of LibTorch's headers: from settings and a source to a finished run folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/matrix.h"
#include "data/batch_source.h"
#include "data/split.h"
#include "run/condition.h"

namespace songscape {

struct TrainRequest {
  std::string model;
  std::string size = "spec";
  std::string form = "documented";
  std::string name;    // a title for people, may be empty
  ConfigMap settings;  // --set and the flags, over the preset: "train.epochs", "loss.beta", "latent_dim"; a bare
                       // last part ("epochs", "beta") will do where it is unique
  std::filesystem::path runs = "runs";
  std::optional<std::filesystem::path> resume;  // a run folder
  std::string source_path;                      // the library or array, kept in data.json
  std::optional<Condition> condition = {};      // of a conditional model; rows without a label are left out
  bool is_dry_run = false;
  // What the run keeps beside its own files, written into its folder before the first step.
  std::function<void(const std::filesystem::path& run)> keep_beside = {};
  std::filesystem::path from = {};  // a finished run, whose weights a new one begins with
  bool records_graphs = false;      // on a GPU: steps as CUDA graphs
  // Told of the partition that a mixture starts from, [training rows × components], rows sum to 1.
  std::function<void(MatrixView shares)> on_partition = {};
};

struct TrainOutcome {
  std::filesystem::path run;
  std::string model, size, form, precision, stop_reason, resumed_from;
  int64_t n_parameters = 0, n_train = 0, n_validation = 0;
  int64_t n_epochs = 0, n_steps = 0, best_epoch = 0;
  double best_validation_loss = 0, best_validation_mse = 0;
  double wall_sec = 0, step_sec = 0;
  bool is_dry_run = false;
  double expected_sec = 0, expected_disk_bytes = 0, expected_memory_bytes = 0;
};

// Says what disk, memory and time it expects and checks the disk, then trains on model_device().  A resumed run takes
// its model, size and settings from its own config.toml; settings that differ from those are refused with a diff, key
// by key, except train.epochs, train.patience and train.checkpoint_sec.  Another binary, CPU, thread count or data is
// refused.
TrainOutcome train_run(const TrainRequest& request, const BatchSource& source, const Split& split);

// The run in request.runs that a new run of this request would repeat: the same config.toml, data and labels.  The
// newest finished one, else the newest.  Nothing is trained.
struct EqualRun {
  std::filesystem::path path;  // empty: there is none
  bool is_finished = false;
  int64_t n_parameters = 0;  // of the request's model
};
EqualRun find_equal_run(const TrainRequest& request, const BatchSource& source);

// What a run was conditioned on, without its codes.
std::optional<Condition> condition_of_run(const std::filesystem::path& run);

// The library or array that a run was trained on, as its data.json has it.  Error `damaged` where that is missing.
std::string source_of_run(const std::filesystem::path& run);

// Every key of the run that a new request describes, resolved, those of the trainer included.  Errors of unknown keys,
// wrong kinds and values out of range as train_run's; nothing is made.
std::vector<ConfigRow> resolved_settings(const TrainRequest& request);

// Whether a model of these settings (over the preset's; whole keys) is told a label, and so needs
// TrainRequest::condition.
bool is_conditional(const std::string& model, const std::string& size, const std::string& form,
                    const ConfigMap& settings = {});

// Every key of a model at a size with its default, for help texts.
std::vector<ConfigRow> train_keys(const std::string& model, const std::string& size);

}  // namespace songscape
