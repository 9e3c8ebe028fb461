#include "train/queued_steps.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "core/error.h"
#include "nn/autocast.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

// Steps that are done plainly before one of their kind is recorded: libraries choose their kernels in these.
constexpr int64_t kStepsBeforeRecording = 3;
constexpr size_t kMostRecorded = 4;
enum Figure : int64_t { kTotal, kMse, kKl, kNorm, kNumFigures };  // behind the terms

bool is_finite(const float* figures, int64_t n_terms) {
  return std::isfinite(figures[n_terms + kTotal]) && std::isfinite(figures[n_terms + kNorm]);
}

}  // namespace

QueuedSteps::QueuedSteps(Vae& model, Adam& optimiser, const TrainingStep::Settings& settings,
                         const std::optional<Agreement>& agreement, bool records)
    : model_(model),
      optimiser_(optimiser),
      settings_(settings),
      agreement_(agreement),
      records_(records && StepGraph::is_available()),
      lr_(at::zeros({}, at::TensorOptions(model.device()).dtype(at::kFloat))),
      is_stopped_(at::zeros({}, lr_.options())) {}

QueuedSteps::Traces QueuedSteps::step(const Batch& batch, double beta, Pass& pass) {
  VaeLoss loss;
  {
    const Autocast bf16(settings_.is_bf16);
    loss = model_.loss(batch, beta, pass);
    if (agreement_) agreement_->add_to(loss, model_, batch, pass);
  }
  loss.total.backward();
  const at::NoGradGuard no_grad;
  Traces traces;
  traces.gradient_norms = optimiser_.gradient_norms();
  traces.gradient_names = optimiser_.gradient_names();
  const at::Tensor norm = traces.gradient_norms.norm(), total = loss.total.detach();
  is_stopped_.copy_(is_stopped_.maximum((total + norm).isfinite().logical_not().to(at::kFloat)));
  at::Tensor divisor;
  if (settings_.max_grad_norm > 0) divisor = (norm / settings_.max_grad_norm).clamp_min(1);
  optimiser_.step_queued(lr_, divisor, is_stopped_);
  std::vector<at::Tensor> figures;
  for (LossTerm& t : loss.terms) {
    figures.push_back(t.value.detach().to(at::kFloat));
    traces.terms.push_back({t.name, {}, t.weight, t.count});
  }
  figures.insert(figures.end(), {total, loss.mse.mean(), loss.kl_per_dim.sum(1).mean(), norm});
  traces.figures = at::stack(figures);
  traces.mse = loss.mse;
  return traces;
}

void QueuedSteps::run(const Batch& batch, double beta, double lr, Pass& pass, const StepPlace& place) {
  lr_.fill_(lr);
  const Kind kind{batch.x.sizes().vec(), batch.n_valid_frames.defined(), batch.labels.defined(),
                  batch.positions.defined(), beta};
  n_alike_ = kind == last_kind_ ? n_alike_ + 1 : 1;
  last_kind_ = kind;
  const bool may_record = records_ && model_.is_steady(pass);
  Recorded* recorded = may_record ? recorded_for(kind) : nullptr;
  if (may_record && !recorded && n_alike_ > kStepsBeforeRecording && recorded_.size() < kMostRecorded)
    recorded = &record(kind, batch, pass);
  waiting_.push_back({recorded ? replay(*recorded, batch, pass) : step(batch, beta, pass), place.epoch, place.n_step,
                      place.rows, place.source});
}

QueuedSteps::Recorded* QueuedSteps::recorded_for(const Kind& kind) {
  for (const auto& r : recorded_)
    if (r->kind == kind) return r.get();
  return nullptr;
}

QueuedSteps::Recorded& QueuedSteps::record(const Kind& kind, const Batch& batch, const Pass& pass) {
  auto recorded = std::make_unique<Recorded>();
  const auto own = [](const at::Tensor& t) { return t.defined() ? t.clone() : t; };
  recorded->kind = kind;
  recorded->batch = {own(batch.x), own(batch.n_valid_frames), own(batch.labels), own(batch.positions)};
  recorded->noise = pass.noise;
  Pass own_pass = pass;
  recorded->graph = std::make_unique<StepGraph>(recorded->noise,
                                                [&] { recorded->traces = step(recorded->batch, kind.beta, own_pass); });
  optimiser_.count_steps(-1);  // recorded, not yet done
  recorded_.push_back(std::move(recorded));
  return *recorded_.back();
}

QueuedSteps::Traces QueuedSteps::replay(Recorded& recorded, const Batch& batch, const Pass& pass) {
  const auto take = [](const at::Tensor& to, const at::Tensor& from) {
    if (to.defined()) to.copy_(from, /*non_blocking=*/true);
  };
  take(recorded.batch.x, batch.x);
  take(recorded.batch.n_valid_frames, batch.n_valid_frames);
  take(recorded.batch.labels, batch.labels);
  take(recorded.batch.positions, batch.positions);
  recorded.noise.set_current_seed(pass.noise.current_seed());
  recorded.graph->replay();
  optimiser_.count_steps(1);
  Traces traces = recorded.traces;
  for (at::Tensor* t : {&traces.figures, &traces.mse, &traces.gradient_norms}) *t = t->clone();
  return traces;
}

std::vector<StepFigures> QueuedSteps::collect() {
  std::vector<StepFigures> steps;
  if (waiting_.empty()) return steps;
  std::vector<at::Tensor> parts;
  for (const Waiting& w : waiting_) parts.push_back(w.traces.figures);
  const at::Tensor all = at::cat(parts).to(at::kCPU).contiguous();
  int64_t first = 0;
  for (const Waiting& w : waiting_) {
    const auto n_terms = static_cast<int64_t>(w.traces.terms.size());
    const at::Tensor figures = all.narrow(0, first, n_terms + kNumFigures);
    const float* values = figures.const_data_ptr<float>();
    first += figures.numel();
    if (!is_finite(values, n_terms)) fail_at(w, figures);
    StepFigures& s = steps.emplace_back();
    for (int64_t i = 0; i < n_terms; ++i) {
      const LossTerm& t = w.traces.terms[static_cast<size_t>(i)];
      s.terms.push_back({t.name, values[i], t.count});
    }
    s.loss = values[n_terms + kTotal];
    s.mse = values[n_terms + kMse];
    s.kl = values[n_terms + kKl];
    s.grad_norm = values[n_terms + kNorm];
    s.n_songs = w.traces.mse.numel();
    s.is_clipped = settings_.max_grad_norm > 0 && s.grad_norm > settings_.max_grad_norm;
  }
  waiting_.clear();
  return steps;
}

void QueuedSteps::fail_at(const Waiting& waiting, const at::Tensor& figures) const {
  const StepPlace place{waiting.epoch, waiting.n_step, waiting.rows, waiting.source};
  VaeLoss loss;
  loss.terms = waiting.traces.terms;
  for (size_t i = 0; i < loss.terms.size(); ++i) loss.terms[i].value = figures[static_cast<int64_t>(i)];
  loss.total = figures[static_cast<int64_t>(loss.terms.size()) + kTotal];
  loss.mse = waiting.traces.mse.to(at::kCPU);
  check_loss_is_finite(loss, read_batch(waiting.source, waiting.rows), place);
  const at::Tensor norms = waiting.traces.gradient_norms.to(at::kCPU);
  for (size_t i = 0; i < waiting.traces.gradient_names.size(); ++i)
    if (!std::isfinite(norms[static_cast<int64_t>(i)].item<double>()))
      fail_on_gradient(waiting.traces.gradient_names[i], place);
  fail_on_gradient({}, place);
}

}  // namespace songscape
