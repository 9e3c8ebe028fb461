// A VAE whose prior is a mixture of Gaussians, which clusters as it learns.  Jiang et al. 2017, "Variational deep
// embedding: an unsupervised and generative approach to clustering".
//
//   p(c) = π_c,  p(z|c) = N(μ_c, diag σ_c²),  p(x|z) = N(x̂(z), σ² I) or Bernoulli(x̂(z)),  q(z|x) = N(μ(x), diag σ²(x))
//   q(c|x) ∝ p(c) p(z|c), in the log domain, at the sampled z in the loss, at μ(x) in reports            (eq. 16)
//   loss = −E_q log p(x|z) + β [Σ_c q(c|x) KL(q(z|x) ‖ p(z|c)) + KL(q(c|x) ‖ p(c))]                      (eq. 12)
//
// Layers: nn/fc_coder.h, the documents' form, or nn/conv_coder.h.  Written naively it collapses or diverges; so it
// trains in stages:
//   1. pretrain_epochs as an autoencoder (no noise, no KL) or a VAE with prior N(0, I);
//   2. the mixture is set from a partition of the latents (init: graph, gmm, kmeans), no label in sight;
//   3. VaDE, its KL weight rising from kl_start · β to β over kl_warm_up_epochs.  Before each of these epochs
//      components that hold no song, or less than a tenth of an equal share, are revived: each takes half of the
//      largest one.
// Optional in 3: the encoder sees changed copies (augment) while the decoder is asked for the original; and the
// cross-entropy −Σ_c t_c log q(c|x) towards assignments t, times assignment_weight: the start's for
// assignment_start_epochs, then those of the clean input, sharpened and balanced, taken anew before each epoch.
#pragma once

#include "nn/activation.h"
#include "nn/augment.h"
#include "nn/likelihood.h"
#include "nn/mixture_parameters.h"
#include "nn/output.h"
#include "nn/song_coder.h"
#include "nn/vae.h"

namespace songscape {

struct VadeConfig {
  std::vector<int64_t> input_shape = {128, 1293};
  int64_t latent_dim = 128;
  int64_t n_components = 50;
  std::string layers = "fc";
  std::vector<int64_t> widths = {512, 256, 128};
  std::vector<int64_t> channels = {32, 64, 128, 256};
  int64_t bottleneck_channels = 0;
  std::string pooling = "none";
  std::string activation = "relu";
  std::string norm = "batch";
  double dropout = 0.2;
  int64_t frame_pool = 1;
  std::string output = "sigmoid";
  double initial_log_var = -4;
  std::string pretrain = "autoencoder";
  int64_t pretrain_epochs = 10;
  std::string init = "graph";
  int64_t n_starts = 10;
  double kl_start = 0.1;
  double kl_warm_up_epochs = 3;
  bool revive = true;
  double assignment_weight = 0;
  int64_t assignment_start_epochs = 3;
  AugmentConfig augment;
  LossConfig loss;
  LikelihoodConfig likelihood;
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "shape of one song's values, the last axis time", Range{1, 1e9});
    v("latent_dim", latent_dim, "size of z", Range{1, 65536});
    v("n_components", n_components, "Gaussians of the prior", Range{1, 65536});
    v("layers", layers, "fully connected or convolutional", OneOf{"fc", "conv"});
    v("widths", widths, "fc: hidden layers of the encoder; the decoder mirrors them", Range{1, 1e6});
    v("channels", channels, "conv: of each stage, which halves bands and frames", Range{1, 65536});
    v("bottleneck_channels", bottleneck_channels, "conv: of the 1x1 convolution beside the latent layers; 0: none",
      Range{0, 65536});
    v("pooling", pooling, "conv: what the latent layers see: every frame of the last stage, or its mean over time",
      OneOf{"none", "time"});
    v("activation", activation, "after each hidden layer", activation_names());
    v("norm", norm, "after each hidden layer", OneOf{"batch", "none"});
    v("dropout", dropout, "share of hidden values dropped in training", Range{0, 0.99});
    v("frame_pool", frame_pool, "frames averaged into one that the layers see", Range{1, 65536});
    v("output", output, "of the decoder", output_names());
    v("initial_log_var", initial_log_var, "log variance of z at the first step", Range{-20, 20});
    v("pretrain", pretrain, "what comes before the mixture", OneOf{"autoencoder", "vae"});
    v("pretrain_epochs", pretrain_epochs, "epochs of it", Range{0, 1e6});
    v("init", init, "partition of the latents that the mixture starts from", partition_methods());
    v("n_starts", n_starts, "starts of gmm (best likelihood) and kmeans (least inertia)", Range{1, 10000});
    v("kl_start", kl_start, "share of beta at the mixture's first step", Range{0, 1});
    v("kl_warm_up_epochs", kl_warm_up_epochs, "epochs of the mixture until all of beta", Range{0, 1e6});
    v("revive", revive, "give dead components half of the largest one");
    v("assignment_weight", assignment_weight, "of the cross-entropy towards assignments; 0: none", Range{0, 1e9});
    v("assignment_start_epochs", assignment_start_epochs, "epochs that keep the start's assignments", Range{0, 1e6});
    v.section("augment", augment);
    v.section("loss", loss);
    v.section("likelihood", likelihood);
  }
};

class Vade final : public Vae {
 public:
  // Error `usage` where the layers cannot take rows of the input's shape.
  Vade(const VadeConfig& config, uint64_t seed);

  std::string name() const override { return "vade"; }
  std::vector<int64_t> input_shape() const override { return config_.input_shape; }
  int64_t latent_dim() const override { return config_.latent_dim; }
  std::vector<ConfigRow> config_rows() const override { return list_config(config_); }
  const LossConfig& loss_config() const override { return config_.loss; }
  double reconstruction_weight() const override { return likelihood_.weight(); }
  Posterior encode(const at::Tensor& x, Pass& pass) override;
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  // Terms beside "reconstruction" and "kl" (to p(z|c)): "kl_components"; "assignments" where these are taught; with
  // weight 0 "entropy", of q(c|x) in nats, and "active_components", as the epoch began.
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  // Error `usage` where there are fewer songs than components.
  void prepare(const Batch& sample, int64_t n_train) override;
  void start_epoch(const EpochStart& start) override;
  bool is_steady(const Pass& pass) const override;
  int64_t first_epoch_to_select() const override;
  std::vector<NamedTensor> training_state(int64_t n_train) override;
  std::optional<LatentMixture> mixture() const override { return mixture_.values(); }
  at::Tensor sample_prior(int64_t n, Pass& pass) override;

 private:
  VaeLoss pretrain_loss(const Batch& batch, double beta, Pass& pass);
  VaeLoss mixture_loss(const Batch& batch, double beta, Pass& pass);
  bool has_mixture() const { return has_mixture_.value() > 0; }
  double kl_share(const Pass& pass) const;
  bool teaches_assignments() const { return config_.assignment_weight > 0; }
  void begin_mixture(const EpochStart& start);
  void go_on_with_mixture(const EpochStart& start);

  VadeConfig config_;
  std::unique_ptr<SongCoder> coder_;
  MixtureParameters mixture_;
  Likelihood likelihood_;
  HostScalar has_mixture_;
  at::Tensor n_active_;     // scalar
  at::Tensor assignments_;  // [n_train, n_components]
};

}  // namespace songscape
