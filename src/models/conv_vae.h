// A convolutional VAE over [bands, frames].  Kingma & Welling 2014, "Auto-encoding variational Bayes".
//
//   q(z|x) = N(μ(x), diag σ²(x)),  p(z) = N(0, I),  p(x|z) = N(x̂(z), σ² I)
//   loss = −E_q log p(x|z) + β KL(q(z|x) ‖ p(z))
//
// The layers are those of nn/conv_coder.h.
// With frame_pool k, k frames are averaged before the encoder and the decoder's frames are interpolated back.
// With principal_pool k the layers learn what principal components leave (nn/conv_coder.h).
// With bottleneck_channels c, a 1×1 convolution to c channels stands before μ, log σ², and one from c after z's FC.
#pragma once

#include "nn/conv_coder.h"
#include "nn/likelihood.h"
#include "nn/song_views.h"
#include "nn/vae.h"

namespace songscape {

struct ConvVaeConfig {
  std::vector<int64_t> input_shape = {128, 1293};
  int64_t latent_dim = 128;
  std::string pooling = "none";
  ConvStackConfig stack;
  double initial_log_var = -4;
  int64_t principal_pool = 0;
  bool trains_on_views = false;
  SongViewConfig view;
  LossConfig loss;
  LikelihoodConfig likelihood;
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "bands and frames of one song", Range{1, 1e9});
    v("latent_dim", latent_dim, "size of z", Range{1, 65536});
    v("pooling", pooling, "what the latent layers see: every frame of the last stage, or its mean over time",
      OneOf{"none", "time"});
    stack.visit(v);
    v("initial_log_var", initial_log_var, "log variance of z at the first step", Range{-20, 20});
    v("principal_pool", principal_pool,
      "frames averaged for the principal components that the layers begin from; 0: none", Range{0, 65536});
    v("trains_on_views", trains_on_views, "each training song is seen as a random view of it, as section view says");
    v.section("view", view);
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
  double reconstruction_weight() const override { return likelihood_.weight(); }
  Posterior encode(const at::Tensor& x, Pass& pass) override;
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  void prepare(const Batch& sample, int64_t n_train) override;
  int64_t n_songs_to_prepare() const override { return config_.principal_pool > 0 ? 1024 : Vae::n_songs_to_prepare(); }

 private:
  ConvVaeConfig config_;
  ConvCoder coder_;
  std::optional<SongViews> views_;
  Likelihood likelihood_;
};

}  // namespace songscape
