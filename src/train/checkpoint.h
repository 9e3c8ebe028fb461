// Checkpoints on disk: folders that appear whole, each with a manifest of its files' SHA-256.
//
//   checkpoints/last      all that an exact resume needs; previous: the one before; next: one being written
//   checkpoints/best      weights of the best epoch alone
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/json.h"
#include "nn/vae.h"
#include "train/adam.h"
#include "train/history.h"
#include "train/meters.h"
#include "train/run_folder.h"

namespace songscape {

// All of a training in progress but its tensors.  Orders, noise and schedules are functions of (seed, epoch, step), so
// the position stands for their state.
struct TrainState {
  int64_t n_train = 0;  // rows that an epoch holds; given, not stored
  int64_t epoch = 0;    // epochs done
  int64_t step = 0;     // steps done of the next epoch
  int64_t n_steps = 0;  // steps done in all
  double beta_state = 0;
  int64_t best_epoch = 0;  // from 1; 0: none yet
  double best_loss = 0;
  double best_mse = 0;
  double last_loss = 0;
  double wall_sec = 0;
  std::string stop_reason;  // empty: goes on
  Meters meters;            // of the epoch under way
  History history;
};

// Beside the optimiser's state stands what the model needs to go on (Vae::training_state).
void save_last(const RunFolder& folder, Vae& model, const Adam& optimiser, const TrainState& state);
void save_best(const RunFolder& folder, const Vae& model, const std::vector<NamedTensor>& weights, int64_t epoch);

// best_model.safetensors, a copy of that.
void publish_best(const RunFolder& folder);

struct Loaded {
  TrainState state;
  std::string name;  // "last", "previous"
};
// Fills model and optimiser from the newest whole checkpoint.  Where the last one is damaged the previous one serves,
// with a loud line; none whole: Error `damaged`; none at all: std::nullopt.
std::optional<Loaded> load_last(const RunFolder& folder, Vae& model, Adam& optimiser, int64_t n_train);

// Weights of the best epoch, for use.  best_model.safetensors, checked against its manifest; where that is damaged,
// the checkpoint's own copy, with a loud line.  Error `damaged` where neither is whole, `usage` where there is none.
void load_best(const RunFolder& folder, Vae& model);

}  // namespace songscape
