// What every model offers: training, encoding, proofs and reports work through this and know no model.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "nn/latent_mixture.h"
#include "nn/loss_config.h"
#include "nn/parameter_set.h"
#include "nn/partition.h"
#include "nn/posterior.h"

namespace songscape {

// Songs that pass through a model together.
struct Batch {
  at::Tensor x;               // [batch, input_shape…], f32
  at::Tensor n_valid_frames;  // [batch], int64; undefined where every frame is valid
  at::Tensor labels = {};     // [batch], int64: the condition's class; undefined where the training has none
  at::Tensor positions = {};  // [batch], int64: places among the training rows; undefined outside training steps
  int64_t size() const { return x.size(0); }
  // The same on another device, or itself.
  Batch to(at::Device device) const;
};

// How a pass runs.  `noise` serves dropout and sampling, keyed by the caller to (seed, epoch, step).
struct Pass {
  bool is_training = false;
  at::Generator noise = {};
  double epoch = 0;        // of training, fractional, from 0 at the first step
  at::Tensor labels = {};  // [batch], int64: what encode() and decode() of a conditional model are told; undefined:
                           // it infers them.  loss() takes the batch's own.
};

// What a model may look at before an epoch's first step.
struct EpochStart {
  int64_t epoch = 0;  // from 0
  uint64_t seed = 0;
  int64_t n_train = 0;
  std::function<at::Tensor()> encode_means = {};  // [n_train, latent_dim], the training rows in their order
  Partitioner partition = {};                     // empty where the caller has no clusterer
};

// One term of the loss: the mean over `count` songs, in nats a song, before its weight.
struct LossTerm {
  std::string name;
  at::Tensor value;  // scalar
  double weight = 1.0;
  int64_t count = 0;
};

struct VaeLoss {
  at::Tensor total;             // scalar: Σ weight · value over the terms
  std::vector<LossTerm> terms;  // "reconstruction", "kl", and what the model adds
  at::Tensor mse;               // [batch], detached: each song's mean squared error over valid values, of the sample
  at::Tensor kl_per_dim;        // [batch, latent_dim], detached
  Posterior posterior;          // detached
};

class Vae {
 public:
  Vae() = default;
  virtual ~Vae() = default;
  Vae(const Vae&) = delete;
  Vae& operator=(const Vae&) = delete;

  virtual std::string name() const = 0;                  // "conv_vae"
  virtual std::vector<int64_t> input_shape() const = 0;  // of one song
  virtual int64_t latent_dim() const = 0;
  virtual std::vector<ConfigRow> config_rows() const = 0;  // every key, resolved
  virtual const LossConfig& loss_config() const = 0;
  // What the loss multiplies the reconstruction by: below 1 where values count as their effective dimensions.
  virtual double reconstruction_weight() const = 0;

  // x: [batch, input_shape…] f32.
  virtual Posterior encode(const at::Tensor& x, Pass& pass) = 0;
  // z: [batch, latent_dim] → [batch, input_shape…] f32 on [0, 1].
  virtual at::Tensor decode(const at::Tensor& z, Pass& pass) = 0;
  // One pass with one sample of z.  Training and validation call this same function; `beta` weighs the KL.
  virtual VaeLoss loss(const Batch& batch, double beta, Pass& pass) = 0;
  // Each song's mean squared error, [batch]: of x̂ [batch, input_shape…], as decode() gives it, over what is valid of x.
  virtual at::Tensor song_errors(const Batch& batch, const at::Tensor& x_hat) const;
  // The same of what decode() makes of the posterior's mean, in the measure that loss() gives as `mse`.
  virtual at::Tensor errors_from_mean(const Batch& batch, const Posterior& posterior, Pass& pass);
  // Before the first step of a fresh run: what is measured once on some training songs and stored in buffers (the
  // decoder's first bias, effective dimensions).  n_train: songs that an epoch holds.
  virtual void prepare(const Batch& sample, int64_t n_train) = 0;
  // How many songs that sample holds at most.
  virtual int64_t n_songs_to_prepare() const { return 256; }

  // For trainings in stages: called before the first step of each epoch, never in the midst of one.
  virtual void start_epoch(const EpochStart&) {}
  // Whether from this pass on a training step is the same work for every batch of equal shape and equal beta, so that
  // it can be recorded and replayed.
  virtual bool is_steady(const Pass&) const { return true; }
  // Epochs before this one (a pre-training) are never the best, and patience does not count them.
  virtual int64_t first_epoch_to_select() const { return 0; }
  // What an exact resume needs beyond weights and buffers, as tensors to fill in place; kept in checkpoints/last alone.
  virtual std::vector<NamedTensor> training_state(int64_t n_train) {
    (void)n_train;
    return {};
  }

  // Those of its parameters that have an optimiser of their own: adversaries.
  virtual std::vector<ParameterGroup> parameter_groups() const { return {}; }

  // Conditional models: classes of the condition (0: the model has none), and log p(y|x) as the model itself infers it,
  // [batch, n_classes].
  virtual int64_t n_classes() const { return 0; }
  virtual at::Tensor class_log_scores(const at::Tensor& x, Pass& pass);
  // Models whose prior is a mixture.
  virtual std::optional<LatentMixture> mixture() const { return std::nullopt; }
  // z ~ p(z), [n, latent_dim]: N(0, I), the class prior of pass.labels, or the mixture.
  virtual at::Tensor sample_prior(int64_t n, Pass& pass);

  ParameterSet& tensors() { return tensors_; }
  const ParameterSet& tensors() const { return tensors_; }
  int64_t n_parameters() const { return tensors_.n_values(); }
  // Where its tensors lie, and those that it takes and gives.
  at::Device device() const { return tensors_.device(); }

 protected:
  ParameterSet tensors_;
};

}  // namespace songscape
