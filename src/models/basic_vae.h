// A VAE of fully connected layers.  Kingma & Welling 2014, "Auto-encoding variational Bayes".
//
//   q(z|x) = N(μ(x), diag σ²(x)),  p(z) = N(0, I),  p(x|z) = N(x̂(z), σ² I)
//   loss = −E_q log p(x|z) + β KL(q(z|x) ‖ p(z))
//
// The layers are those of nn/fc_coder.h.
#pragma once

#include "nn/activation.h"
#include "nn/fc_coder.h"
#include "nn/likelihood.h"
#include "nn/output.h"
#include "nn/vae.h"

namespace songscape {

struct BasicVaeConfig {
  std::vector<int64_t> input_shape = {128, 1293};
  int64_t latent_dim = 128;
  std::vector<int64_t> widths = {512, 256, 128};
  std::string activation = "relu";
  std::string norm = "batch";
  double dropout = 0.2;
  int64_t frame_pool = 1;
  std::string output = "sigmoid";
  double initial_log_var = -4;
  LossConfig loss;
  LikelihoodConfig likelihood;
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "shape of one song's values, the last axis time", Range{1, 1e9});
    v("latent_dim", latent_dim, "size of z", Range{1, 65536});
    v("widths", widths, "hidden layers of the encoder; the decoder mirrors them", Range{1, 1e6});
    v("activation", activation, "after each hidden layer", activation_names());
    v("norm", norm, "after each hidden layer", OneOf{"batch", "none"});
    v("dropout", dropout, "share of hidden values dropped in training", Range{0, 0.99});
    v("frame_pool", frame_pool, "frames averaged into one that the layers see", Range{1, 65536});
    v("output", output, "of the decoder", output_names());
    v("initial_log_var", initial_log_var, "log variance of z at the first step", Range{-20, 20});
    v.section("loss", loss);
    v.section("likelihood", likelihood);
  }
};

class BasicVae final : public Vae {
 public:
  BasicVae(const BasicVaeConfig& config, uint64_t seed);

  std::string name() const override { return "basic_vae"; }
  std::vector<int64_t> input_shape() const override { return config_.input_shape; }
  int64_t latent_dim() const override { return config_.latent_dim; }
  std::vector<ConfigRow> config_rows() const override { return list_config(config_); }
  const LossConfig& loss_config() const override { return config_.loss; }
  double reconstruction_weight() const override { return likelihood_.weight(); }
  Posterior encode(const at::Tensor& x, Pass& pass) override;
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  void prepare(const Batch& sample, int64_t n_train) override;

 private:
  BasicVaeConfig config_;
  FcCoder coder_;
  Likelihood likelihood_;
};

}  // namespace songscape
