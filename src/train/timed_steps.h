// Training steps over one batch that lies in memory: what benchmarks time.
#pragma once

#include <c10/core/Stream.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "nn/vae.h"
#include "train/queued_steps.h"
#include "train/training_step.h"

namespace songscape {

struct TimedStepsOptions {
  std::string precision = "auto";    // auto, f32, bf16
  at::Device device = at::kCPU;      // the model is moved there
  bool records_graphs = false;       // on a GPU (train/step_graph.h)
  std::vector<int64_t> labels = {};  // of each row, for models with a condition
  int64_t n_train = 0;               // songs that the batch stands for; 0: its own
};

class TimedSteps {
 public:
  // The first `n_rows` rows of `source` are the batch.
  TimedSteps(Vae& model, const BatchSource& source, int64_t n_rows, const TimedStepsOptions& options = {});

  // Where the time of n steps went; on the CPU alone.
  StepTimes run(int64_t n);
  // How long n steps take one after the other, on any device; the last one is waited for.
  double run_in_a_row(int64_t n);
  double loss() const { return losses_.empty() ? 0 : losses_.back(); }
  // Of all steps so far.
  const std::vector<double>& losses() const { return losses_; }
  // Multiply-adds of the last step's products.
  int64_t n_products() const { return n_products_; }
  const std::string& precision() const { return precision_; }

 private:
  StepTimes run_one();
  void queue_one();

  Vae& model_;
  const BatchSource& source_;
  at::Device device_;
  std::string precision_;
  std::vector<int64_t> rows_;
  Batch batch_;
  c10::Stream stream_;  // that steps in a row are asked of
  TrainingStep step_;
  std::optional<QueuedSteps> queue_;  // on other devices than the CPU
  int64_t n_done_ = 0, n_products_ = 0;
  std::vector<double> losses_;
};

}  // namespace songscape
