// What a training will take, said before it starts.
#pragma once

#include <span>
#include <vector>

#include "data/batch_source.h"
#include "nn/vae.h"
#include "train/train_config.h"

namespace songscape {

struct Expectation {
  double step_sec = 0;
  double total_sec = 0;     // all epochs, validation (a third of a step a batch) included
  double disk_bytes = 0;    // checkpoints at their fullest
  double memory_bytes = 0;  // peak of this process
};

struct ExpectationJob {
  Vae& scratch;  // a model that is thrown away: two steps are tried on it
  const BatchSource& source;
  const std::vector<int64_t>& train_rows;
  const TrainConfig& config;
  std::span<const int64_t> labels = {};  // as TrainJob's
  at::Device device = at::kCPU;
};

Expectation measure_expectation(const ExpectationJob& job);

}  // namespace songscape
