// A model's training steps as a benchmark does them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/json.h"
#include "data/batch_source.h"
#include "train/timed_steps.h"

namespace songscape {

struct StepSpec {
  std::string model, size;
  int64_t batch = 16;
  std::string settings = {};  // over the preset's, as in a configuration file
};

// weights.safetensors and x.f32, a batch, that both sides start from.
void write_step_input(const StepSpec& spec, const std::filesystem::path& folder);

class BenchSteps {
 public:
  // With worker_threads() threads.  folder: that of write_step_input(), or empty: nothing is to be compared.
  explicit BenchSteps(const StepSpec& spec, const std::filesystem::path& folder = {});
  StepTimes run(int64_t n) { return steps_->run(n); }
  // n_parameters, loss, and first_error: from the mean, by statistics of the batch, without dropout; of music, −log p a
  // token.
  Json answer() const;
  const Vae& model() const { return *model_; }
  int64_t n_products() const { return steps_->n_products(); }

 private:
  std::unique_ptr<BatchSource> songs_;
  std::unique_ptr<Vae> model_;
  double first_error_ = 0;
  std::unique_ptr<TimedSteps> steps_;
};

}  // namespace songscape
