// A convolutional VAE whose latent dimensions are pressed to be independent.  Encoder and decoder as conv_vae.
//
//   q(z|x) = N(μ(x), diag σ²(x)),  p(z) = N(0, I),  p(x|z) = N(x̂(z), σ² I)
//   objective = beta:    −E_q log p(x|z) + β KL(q(z|x) ‖ p(z))            Higgins et al. 2017, "beta-VAE", eq. 4
//   objective = tc:      −E_q log p(x|z) + I(z; n) + β TC(z) + Σ_j KL(q(z_j) ‖ p(z_j))
//                                                  Chen et al. 2018, "Isolating sources of disentanglement in VAEs",
//                                                  eq. 4
//   objective = factor:  −E_q log p(x|z) + KL(q(z|x) ‖ p(z)) + (β − 1) TC(z)
//                                                  Kim & Mnih 2018, "Disentangling by factorising", eq. 2 with
//                                                  γ = β − 1
// TC(z) = KL(q(z) ‖ Π_j q(z_j)): from the batch (nn/total_correlation.h) or by a discriminator
// (nn/factor_discriminator.h).  Since the parts sum to the KL, both are trained as w KL + (β − w) TC with w = min(β,
// 1): the KL in closed form, and while a schedule holds β below 1 what the plain form would be.
//
// axes_weight > 0 adds, in training, that times the error of nn/view_axes.h: dimensions 0, 1 and 2 are then gain, tilt
// and transposition ("axes" in the loss).
//
// The discriminator's weights are parameters of the model ("discriminator."), its loss a term beside the others: each
// sees the other's tensors detached, so that one optimiser and one checkpoint serve both.  It has 4.1M of the spec
// size's 68.7M parameters and 165 thousand of the compact size's 2.5M.
#pragma once

#include "nn/conv_coder.h"
#include "nn/factor_discriminator.h"
#include "nn/likelihood.h"
#include "nn/vae.h"
#include "nn/view_axes.h"

namespace songscape {

struct BetaVaeConfig {
  std::vector<int64_t> input_shape = {128, 1293};
  int64_t latent_dim = 128;
  std::string objective = "beta";
  std::string tc_sampling = "stratified";
  std::vector<int64_t> discriminator_widths = {1000, 1000, 1000, 1000, 1000};
  std::string pooling = "none";
  ConvStackConfig stack;
  double initial_log_var = -4;
  LossConfig loss;
  LikelihoodConfig likelihood;
  double axes_weight = 0;
  bool trains_on_views = false;
  SongViewConfig view;
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "bands and frames of one song", Range{1, 1e9});
    v("latent_dim", latent_dim, "size of z", Range{1, 65536});
    v("objective", objective,
      "what loss.beta weighs: the KL, or its total correlation alone, by sampling or by a "
      "discriminator",
      OneOf{"beta", "tc", "factor"});
    v("tc_sampling", tc_sampling, "objective tc: how q(z) is estimated from a batch", OneOf{"stratified", "weighted"});
    v("discriminator_widths", discriminator_widths, "objective factor: hidden layers of the discriminator",
      Range{1, 1e6});
    v("pooling", pooling, "what the latent layers see: every frame of the last stage, or its mean over time",
      OneOf{"none", "time"});
    stack.visit(v);
    v("initial_log_var", initial_log_var, "log variance of z at the first step", Range{-20, 20});
    v.section("loss", loss);
    v.section("likelihood", likelihood);
    v("axes_weight", axes_weight,
      "nats that dimensions 0, 1, 2 taught to be gain, tilt and transposition of a view count; 0: not taught",
      Range{0, 1e9});
    v("trains_on_views", trains_on_views, "each training song is seen as a random view of it, as section view says");
    v.section("view", view);
  }
};

class BetaVae final : public Vae {
 public:
  // Error `usage` where the input has not two axes of at least 2^stages values, and where axes are taught to a model
  // that has fewer dimensions than axes.
  BetaVae(const BetaVaeConfig& config, uint64_t seed);

  std::string name() const override { return "beta_vae"; }
  std::vector<int64_t> input_shape() const override { return config_.input_shape; }
  int64_t latent_dim() const override { return config_.latent_dim; }
  std::vector<ConfigRow> config_rows() const override { return list_config(config_); }
  const LossConfig& loss_config() const override { return config_.loss; }
  double reconstruction_weight() const override { return likelihood_.weight(); }
  Posterior encode(const at::Tensor& x, Pass& pass) override;
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  // Terms beside "reconstruction" and "kl": with tc "total_correlation", "index_code_mi" and "dimension_kl" (these two
  // of weight 0, for the history); with factor "total_correlation" and "discriminator";
  // with axes_weight, in training, "axes".
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  void prepare(const Batch& sample, int64_t n_train) override;

 private:
  void add_axes(VaeLoss& loss, const Posterior& posterior, const Batch& batch, const ViewChanges& changes, Pass& pass);
  void add_total_correlation(VaeLoss& loss, const Posterior& posterior, const at::Tensor& z, double beta, Pass& pass);

  BetaVaeConfig config_;
  ConvCoder coder_;
  std::optional<FactorDiscriminator> discriminator_;
  Likelihood likelihood_;
  std::optional<SongViews> views_;
  HostScalar n_train_;  // songs that batches are drawn from
};

}  // namespace songscape
