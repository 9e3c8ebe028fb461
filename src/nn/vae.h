// What every model offers: training, encoding, proofs and reports work through this and know no model.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "nn/loss_config.h"
#include "nn/parameter_set.h"
#include "nn/posterior.h"

namespace songscape {

// Songs that pass through a model together.
struct Batch {
  at::Tensor x;               // [batch, input_shape…], f32
  at::Tensor n_valid_frames;  // [batch], int64; undefined where every frame is valid
  int64_t size() const { return x.size(0); }
};

// How a pass runs.  `noise` serves dropout and sampling, keyed by the caller to (seed, epoch, step).
struct Pass {
  bool is_training = false;
  at::Generator noise = {};
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
  // Whether products in bf16 make it faster, as measured (DEVELOPMENT.md): what `precision = auto` asks.
  virtual bool gains_by_bf16() const { return true; }

  // x: [batch, input_shape…] f32.
  virtual Posterior encode(const at::Tensor& x, Pass& pass) = 0;
  // z: [batch, latent_dim] → [batch, input_shape…] f32 on [0, 1].
  virtual at::Tensor decode(const at::Tensor& z, Pass& pass) = 0;
  // One pass with one sample of z.  Training and validation call this same function; `beta` weighs the KL.
  virtual VaeLoss loss(const Batch& batch, double beta, Pass& pass) = 0;
  // Before the first step of a fresh run: what is measured once on some training songs and stored in buffers (the
  // decoder's first bias, effective dimensions).
  virtual void prepare(const Batch& sample) = 0;

  ParameterSet& tensors() { return tensors_; }
  const ParameterSet& tensors() const { return tensors_; }
  int64_t n_parameters() const { return tensors_.n_values(); }

 protected:
  ParameterSet tensors_;
};

}  // namespace songscape
