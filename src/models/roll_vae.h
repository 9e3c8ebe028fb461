// A VAE of piano-rolls, frame by frame, each with what was heard before it.
//
//   h_t = GRU(h_{t−1}, x_{t−1})                        nn/gru.h; x_0 = 0
//   p(z_t|x_{<t}) = Σ_c w_c(h_t) N(z_t; m_c, diag s_c²)  a mixture whose weights alone hear the past
//   p(x_t|z_t, x_{<t}) = Π_key Bernoulli(σ(MLP(z_t, h_t)))
//   q(z_t|x_{≤t}) = N(μ, diag σ²) of MLP(x_t, h_t)
//   loss = −Σ_t log 1/K Σ_k p(x_t|z_t^k, x_{<t}) (p(z_t^k|x_{<t}) / q(z_t^k|x_{≤t}))^β, z_t^k ~ q
//
// A recurrent VAE (Chung et al. 2015, "A recurrent latent variable model for sequential data") whose state hears the
// notes and not z: the past is known, so that z_t has to tell only which notes sound together.  Its likelihood then
// falls apart into frames, log p(x) = Σ_t log p(x_t|x_{<t}), each with an importance-weighted bound of its own (Burda
// et al. 2016, eq. 8), and no step waits for a z before it.  state_dim = 0: frames do not hear each other, a VAE of
// chords.
#pragma once

#include <optional>

#include "nn/fc_coder.h"
#include "nn/gru.h"
#include "nn/latent_mixture.h"
#include "nn/vae.h"

namespace songscape {

struct RollVaeConfig {
  std::vector<int64_t> input_shape = {88, 160};
  int64_t frame_latent_dim = 16;
  int64_t state_dim = 200;
  int64_t hidden_dim = 300;
  int64_t n_hidden = 1;
  int64_t n_components = 300;
  int64_t n_samples = 8;
  double dropout = 0.2;
  LossConfig loss = {};
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "keys and frames of one song", Range{1, 1e9});
    v("frame_latent_dim", frame_latent_dim, "size of a frame's z", Range{1, 65536});
    v("state_dim", state_dim, "of what is remembered of earlier frames; 0: nothing", Range{0, 65536});
    v("hidden_dim", hidden_dim, "of each hidden layer", Range{1, 65536});
    v("n_hidden", n_hidden, "hidden layers of the decoder; the encoder has one more", Range{1, 16});
    v("n_components", n_components, "of the prior's mixture", Range{1, 65536});
    v("n_samples", n_samples, "of z in training, K of the importance-weighted bound", Range{1, 65536});
    v("dropout", dropout, "share of hidden values dropped in training", Range{0, 0.99});
    v.section("loss", loss);
  }
};

class RollVae final : public Vae {
 public:
  // Error `usage` where the input has not two axes.
  RollVae(const RollVaeConfig& config, uint64_t seed);

  std::string name() const override { return "roll_vae"; }
  std::vector<int64_t> input_shape() const override { return config_.input_shape; }
  int64_t latent_dim() const override { return config_.frame_latent_dim * config_.input_shape[1]; }  // a song's path
  std::vector<ConfigRow> config_rows() const override { return list_config(config_); }
  const LossConfig& loss_config() const override { return config_.loss; }
  double reconstruction_weight() const override { return 1; }
  // x: [batch, keys, frames], of any number of frames → [batch, frames · frame_latent_dim]
  Posterior encode(const at::Tensor& x, Pass& pass) override;
  // Each frame hears the keys of those before it that were likelier than not.
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  at::Tensor sample_prior(int64_t n, Pass& pass) override;  // heard likewise
  // Terms, means over songs of sums over their valid frames: "reconstruction" and "kl" (weight beta), means over the
  // samples; "importance", by how much K samples together say more than each alone.
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  void prepare(const Batch& sample, int64_t n_train) override;

  // The importance-weighted bound of each valid frame's log p(x_t|x_{<t}), song by song, [valid frames] nats; without
  // gradient.  Their sum bounds log p(x).
  at::Tensor frame_bounds(const Batch& batch, int64_t n_samples, at::Generator& noise);

 private:
  // What is known of n frames.
  struct Frames {
    at::Tensor x;      // [n, keys]
    at::Tensor h;      // [n, state_dim]; undefined without a state
    at::Tensor place;  // [n] int64: song · frames of the batch + frame
  };
  // Each frame's h, [batch, frames, state_dim]; 0 in padding.
  at::Tensor history(const at::Tensor& x, const at::Tensor& n_valid_frames) const;
  Frames frames_of(const at::Tensor& x, const at::Tensor& n_valid_frames) const;
  LatentMixture prior(const at::Tensor& h, int64_t n, Pass& pass) const;  // log_weight: [n, n_components]
  Posterior posterior(const Frames& frames, Pass& pass) const;
  // z: [n, K, frame_latent_dim] → [n, K, keys]
  at::Tensor logits(const at::Tensor& z, const at::Tensor& h, Pass& pass) const;
  // z of the next frame by h, however the caller comes by it.
  at::Tensor play(int64_t batch, const std::function<at::Tensor(int64_t frame, const at::Tensor& h)>& z_of, Pass& pass);

  RollVaeConfig config_;
  int64_t n_keys_;
  std::optional<Gru> history_;
  std::optional<FcStack> to_weights_hidden_;
  std::optional<Linear> to_weights_, from_history_;
  at::Tensor weight_logits_, component_mean_, component_log_var_;
  FcStack encoder_;
  PosteriorHead head_;
  Linear from_z_;
  FcStack decoder_;
  Linear to_keys_;
};

}  // namespace songscape
