// The training loop: validation by the same loss, history, checkpoints, early stopping, exact resume.
#pragma once

#include <span>
#include <string>

#include "data/batch_source.h"
#include "data/split.h"
#include "nn/vae.h"
#include "train/run_folder.h"
#include "train/train_config.h"

namespace songscape {

struct TrainResult {
  int64_t n_epochs = 0;  // done, of all sessions of this run
  int64_t n_steps = 0;
  int64_t best_epoch = 0;           // from 1
  double best_validation_loss = 0;  // nats a song
  double best_validation_mse = 0;   // from the mean, over valid values
  double last_validation_loss = 0;
  double wall_sec = 0;       // of this session
  std::string stop_reason;   // "all 100 epochs done", "no better validation loss for 20 epochs (best: epoch 41)"
  std::string resumed_from;  // empty, "last", "previous"
};

struct TrainJob {
  Vae& model;
  const BatchSource& source;
  const Split& split;
  const TrainConfig& config;
  const RunFolder& folder;
  std::span<const int64_t> labels = {};   // the condition's class of each row of the source; empty: none
  Partitioner partition = {};             // for models that group their latents between epochs
  at::Device device = at::kCPU;           // where it trains
  std::filesystem::path start_from = {};  // weights that a fresh run begins with, those that the model has
  bool records_graphs = false;            // on a GPU: recurring steps as CUDA graphs (train/step_graph.h)
};

// Trains until the epochs are done, early stopping, or Ctrl-C (a checkpoint is saved, then Error `interrupted`).
// Where the folder holds a checkpoint it goes on from there, to the bit as if never interrupted.  A non-finite loss or
// gradient is an Error `failed` that names term, step and songs; status.json says so too.  Afterwards the model holds
// the weights of the best epoch, and is on the device.  A run goes on on any device, whichever it began on.  An empty
// validation split: training loss decides, and a warning says so.
TrainResult train(const TrainJob& job);

}  // namespace songscape
