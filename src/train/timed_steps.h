// Training steps over one batch that lies in memory: what benchmarks time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "nn/vae.h"
#include "train/training_step.h"

namespace songscape {

class TimedSteps {
 public:
  // The first `n_rows` rows of `source` are the batch.  precision: auto, f32, bf16.
  TimedSteps(Vae& model, const BatchSource& source, int64_t n_rows, const std::string& precision);

  // Where the time of n steps went; the loss of the last one is kept.
  StepTimes run(int64_t n);
  double loss() const { return loss_; }
  // Multiply-adds of the last step's products.
  int64_t n_products() const { return n_products_; }
  const std::string& precision() const { return precision_; }

 private:
  Vae& model_;
  const BatchSource& source_;
  std::string precision_;
  std::vector<int64_t> rows_;
  Batch batch_;
  TrainingStep step_;
  int64_t n_done_ = 0, n_products_ = 0;
  double loss_ = 0;
};

}  // namespace songscape
