// A convolutional VAE over [bands, frames].  Kingma & Welling 2014, "Auto-encoding variational Bayes"; strided
// convolutions with batch normalisation as Radford et al. 2016, "Unsupervised representation learning with deep
// convolutional generative adversarial networks".
//
//   q(z|x) = N(μ(x), diag σ²(x)),  p(z) = N(0, I),  p(x|z) = N(x̂(z), σ² I)
//   loss = −E_q log p(x|z) + β KL(q(z|x) ‖ p(z))
//
// Encoder: per stage Conv 4×4 stride 2 pad 1 + norm + activation; 256×8×80 flattened → μ, log σ².
// Decoder: FC → 256×8×80, as many transposed convolutions, sigmoid; 1280 frames → 1293 by repeating the last.
// With frame_pool k, k frames are averaged before the encoder and the decoder's frames are interpolated back.
// With bottleneck_channels c, a 1×1 convolution to c channels stands before μ, log σ², and one from c after z's FC.
#pragma once

#include "nn/activation.h"
#include "nn/likelihood.h"
#include "nn/output.h"
#include "nn/posterior_head.h"
#include "nn/vae.h"

namespace songscape {

struct ConvVaeConfig {
  std::vector<int64_t> input_shape = {128, 1293};
  int64_t latent_dim = 128;
  std::vector<int64_t> channels = {32, 64, 128, 256};
  int64_t bottleneck_channels = 0;
  int64_t frame_pool = 1;
  std::string activation = "leaky_relu";
  std::string norm = "batch";
  double dropout = 0;
  std::string output = "sigmoid";
  double initial_log_var = -4;
  LossConfig loss;
  LikelihoodConfig likelihood;
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "bands and frames of one song", Range{1, 1e9});
    v("latent_dim", latent_dim, "size of z", Range{1, 65536});
    v("channels", channels, "of each stage, which halves bands and frames", Range{1, 65536});
    v("bottleneck_channels", bottleneck_channels, "of the 1x1 convolution beside the latent layers; 0: none",
      Range{0, 65536});
    v("frame_pool", frame_pool, "frames averaged into one that the layers see", Range{1, 65536});
    v("activation", activation, "after each stage", activation_names());
    v("norm", norm, "after each stage", OneOf{"batch", "none"});
    v("dropout", dropout, "share of the values beside the latent layers dropped in training", Range{0, 0.99});
    v("output", output, "of the decoder", output_names());
    v("initial_log_var", initial_log_var, "log variance of z at the first step", Range{-20, 20});
    v.section("loss", loss);
    v.section("likelihood", likelihood);
  }
};

class ConvVae final : public Vae {
 public:
  // Error `usage` where the input has not two axes of at least 2^stages values.
  ConvVae(const ConvVaeConfig& config, uint64_t seed);

  std::string name() const override { return "conv_vae"; }
  std::vector<int64_t> input_shape() const override { return config_.input_shape; }
  int64_t latent_dim() const override { return config_.latent_dim; }
  std::vector<ConfigRow> config_rows() const override { return list_config(config_); }
  const LossConfig& loss_config() const override { return config_.loss; }
  Posterior encode(const at::Tensor& x, Pass& pass) override;
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  void prepare(const Batch& sample, int64_t n_train) override;

 private:
  struct Down {
    Conv2d conv;
    std::optional<BatchNorm> norm;
  };
  struct Up {
    ConvTranspose2d conv;
    std::optional<BatchNorm> norm;  // none on the last
  };
  std::vector<Down> make_down() const;
  std::vector<Up> make_up() const;
  std::optional<Conv2d> make_bottleneck(const char* name, int64_t n_in, int64_t n_out) const;

  ConvVaeConfig config_;
  int64_t n_pooled_;                // frames that the layers see
  int64_t height_, width_, depth_;  // of what the latent layers see: 8, 80, 256
  Scope root_;
  std::vector<Down> down_;
  std::optional<Conv2d> squeeze_;
  PosteriorHead head_;
  Linear from_z_;
  std::optional<Conv2d> unsqueeze_;
  std::vector<Up> up_;
  Likelihood likelihood_;
};

}  // namespace songscape
