// Training steps on a device that computes beside the host: asked for, not waited for.  What they gave stays there
// until collect().  After a loss or gradient that is not finite no later step touches the weights, until collect() says
// so.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/meters.h"
#include "train/step_graph.h"
#include "train/training_step.h"

namespace songscape {

class QueuedSteps {
 public:
  // Model and optimiser are on the device.  records: recurring steps are recorded as CUDA graphs and replayed.
  QueuedSteps(Vae& model, Adam& optimiser, const TrainingStep::Settings& settings,
              const std::optional<Agreement>& agreement, bool records);
  void run(const Batch& batch, double beta, double lr, Pass& pass, const StepPlace& place);
  size_t n_waiting() const { return waiting_.size(); }
  // What the steps since the last time gave, in their order.  Waits for them.  Error `failed` as TrainingStep::run.
  std::vector<StepFigures> collect();
  size_t n_recorded() const { return recorded_.size(); }

 private:
  // What a step leaves on the device.
  struct Traces {
    std::vector<LossTerm> terms;  // names, weights and counts; the values are in `figures`
    std::vector<std::string> gradient_names;
    at::Tensor figures;         // the terms' values, total, mse, kl, gradient's norm
    at::Tensor mse;             // [batch]
    at::Tensor gradient_norms;  // [gradients]
  };
  struct Waiting {
    Traces traces;
    int64_t epoch, n_step;
    std::vector<int64_t> rows;
    const BatchSource& source;
  };
  // What makes two steps the same work.
  struct Kind {
    std::vector<int64_t> shape;
    bool has_frames = false, has_labels = false, has_positions = false;
    double beta = 0;
    bool operator==(const Kind&) const = default;
  };
  struct Recorded {
    Kind kind;
    Batch batch;  // that every replay reads
    at::Generator noise;
    Traces traces;
    std::unique_ptr<StepGraph> graph;
  };
  Traces step(const Batch& batch, double beta, Pass& pass);
  Recorded* recorded_for(const Kind& kind);
  Recorded& record(const Kind& kind, const Batch& batch, const Pass& pass);
  Traces replay(Recorded& recorded, const Batch& batch, const Pass& pass);
  [[noreturn]] void fail_at(const Waiting& waiting, const at::Tensor& figures) const;

  Vae& model_;
  Adam& optimiser_;
  TrainingStep::Settings settings_;
  std::optional<Agreement> agreement_;
  bool records_;
  at::Tensor lr_, is_stopped_;  // scalars on the device
  std::vector<Waiting> waiting_;
  std::vector<std::unique_ptr<Recorded>> recorded_;
  Kind last_kind_;
  int64_t n_alike_ = 0;  // steps of that kind in a row
};

}  // namespace songscape
