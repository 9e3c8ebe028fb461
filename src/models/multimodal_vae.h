// A VAE of a song's sound and words in one latent space.  Either part may be missing, in training and after.
//
//   q(z|a, t): by `fusion`
//     poe      N(0, I) · q(z|a) · q(z|t), a factor for each part there is (Wu & Goodman 2018, eq. 6)
//     mixture  ½ q(z|a) + ½ q(z|t); its mean and variance where one Gaussian is asked for (Shi et al. 2019)
//     concat   one encoder of both parts and of which are there
//   p(a, t|z) = N(â(z), σ_a²) · N(t̂(z), σ_t²), p(z) = N(0, I)
//   loss = −E_q log p(a, t|z) + β KL(q ‖ p), and (poe, concat) single_parts times the same for q(z|a) alone and for
//   q(z|t) alone, each of which has to tell of both parts: so that a song without lyrics lies where it would with them.
//
// layers = conv: each part's features go through convolutions along them (nn/feature_conv.h) before the encoder's
// hidden layers, and come out of such after the decoder's.  conditional: encoders and decoders are told a class y of
// the song as well, p(a, t|z, y) and q(z|a, t, y); one that is not given is inferred, the y of the highest −loss(a, t,
// y) + log p(y) at z = μ(a, t, y), as in models/cvae.h.
//
// Rows are those of data/song_source.h: [audio | text | has_audio | has_text].  A missing part costs nothing.  Values
// are standardised by what the model measures before its first step: audio features each by its own mean and deviation,
// text by one for all (its components' sizes tell their worth), mels by their mean alone.
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "nn/activation.h"
#include "nn/class_embedding.h"
#include "nn/fc_coder.h"
#include "nn/feature_conv.h"
#include "nn/fusion.h"
#include "nn/likelihood.h"
#include "nn/vae.h"

namespace songscape {

struct MultimodalVaeConfig {
  std::vector<int64_t> input_shape = {105};
  std::string audio = "features";
  int64_t n_text = 64;
  int64_t latent_dim = 32;
  std::string layers = "fc";
  int64_t hidden_dim = 512;
  int64_t n_hidden = 2;
  std::vector<int64_t> channels = {32, 64, 112};
  std::string activation = "relu";
  std::string norm = "none";
  double dropout = 0;
  int64_t frame_pool = 16;
  std::string fusion = "poe";
  double audio_weight = 1, text_weight = 1;
  double single_parts = 1;
  bool conditional = false;
  int64_t n_classes = 0;
  int64_t embedding_dim = 64;
  double initial_log_var = -2;
  LossConfig loss;
  LikelihoodConfig likelihood;
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "values of one song: audio, text, and which of both it has", Range{1, 1e9});
    v("audio", audio, "the sound as 39 features or as a mel", OneOf{"features", "mel"});
    v("n_text", n_text, "text features", Range{1, 65536});
    v("latent_dim", latent_dim, "size of z", Range{1, 65536});
    v("layers", layers, "of each encoder and decoder: hidden layers alone, or convolutions along the features as well",
      OneOf{"fc", "conv"});
    v("hidden_dim", hidden_dim, "units of each hidden layer", Range{1, 1e6});
    v("n_hidden", n_hidden, "hidden layers of each encoder and decoder", Range{0, 64});
    v("channels", channels, "layers conv: of its stages, each of which halves the values", Range{1, 65536});
    v("activation", activation, "after each hidden layer", activation_names());
    v("norm", norm, "after each hidden layer", OneOf{"batch", "none"});
    v("dropout", dropout, "share of hidden values dropped in training", Range{0, 0.99});
    v("frame_pool", frame_pool, "mel: frames averaged into one that the layers see", Range{1, 65536});
    v("fusion", fusion, "how the parts' posteriors become one", OneOf{"poe", "mixture", "concat"});
    v("audio_weight", audio_weight, "weight of the sound's likelihood", Range{0, 1e9});
    v("text_weight", text_weight, "weight of the words' likelihood", Range{0, 1e9});
    v("single_parts", single_parts, "weight of the losses by one part alone (poe, concat)", Range{0, 1e9});
    v("conditional", conditional, "whether encoders and decoders are told a label (--condition)");
    v("n_classes", n_classes, "of the condition; follows from the labels", Range{0, 65536});
    v("embedding_dim", embedding_dim, "values that a class is told by", Range{1, 65536});
    v("initial_log_var", initial_log_var, "log variance of z at the first step", Range{-20, 20});
    v.section("loss", loss);
    v.section("likelihood", likelihood);
  }
};

class MultimodalVae final : public Vae {
 public:
  MultimodalVae(const MultimodalVaeConfig& config, uint64_t seed);

  std::string name() const override { return "multimodal_vae"; }
  std::vector<int64_t> input_shape() const override { return config_.input_shape; }
  int64_t latent_dim() const override { return config_.latent_dim; }
  std::vector<ConfigRow> config_rows() const override { return list_config(config_); }
  const LossConfig& loss_config() const override { return config_.loss; }
  double reconstruction_weight() const override { return 1; }
  // Conditional and without pass.labels: infers them and leaves them there, so that decode() is told the same.
  Posterior encode(const at::Tensor& x, Pass& pass) override;
  // Both parts, in their own units; both flags 1.
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  // Terms: "audio", "text" (nats a song, 0 where it lacks the part), "kl"; with single parts "single_parts" and
  // "single_parts_kl", means over the parts.
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  // Over the parts that a song has, in standardised units.
  at::Tensor song_errors(const Batch& batch, const at::Tensor& x_hat) const override;
  void prepare(const Batch& sample, int64_t n_train) override;
  int64_t n_classes() const override { return classes_ ? classes_->n_classes() : 0; }
  at::Tensor class_log_scores(const at::Tensor& x, Pass& pass) override;
  // Conditional and without pass.labels: draws them by the classes' frequencies, and leaves them there.
  at::Tensor sample_prior(int64_t n, Pass& pass) override;
  int64_t n_songs_to_prepare() const override { return config_.audio == "mel" ? 256 : 4096; }

 private:
  static constexpr size_t kAudio = 0, kText = 1, kParts = 2;

  struct Part {
    int64_t first, n_values, n_bands, n_frames, frame_pool;  // its place in a row and its shape
    int64_t n_seen;                                          // by the hidden layers
    std::optional<FeatureConv> conv;                         // layers = conv
    std::optional<FcStack> encoder;                          // none with concat
    std::optional<PosteriorHead> head;
    FcStack decoder;
    Linear to_values;
    std::optional<FeatureConvTranspose> to_features;  // layers = conv
    at::Tensor mean, scale;                           // [n_values]
  };
  // A song's parts as the layers see them.
  struct Parts {
    std::array<at::Tensor, kParts> values;  // [batch, n_values], standardised, 0 where missing
    std::array<at::Tensor, kParts> has;     // [batch] f32
    at::Tensor n_valid_frames;              // of a mel; undefined: all
  };
  // Which parts a posterior comes from.
  enum class From { both, audio, text };
  struct Told {
    std::array<at::Tensor, kParts> nats;  // [batch], 0 where missing
    at::Tensor kl;                        // [batch, latent_dim]
    at::Tensor mse;                       // [batch]
  };

  Part make_part(const Scope& scope, int64_t first, int64_t n_bands, int64_t n_frames, int64_t frame_pool) const;
  Parts parts_of(const at::Tensor& x, const at::Tensor& n_valid_frames) const;
  at::Tensor seen_of(const Part& part,
                     const at::Tensor& values) const;  // what the hidden layers see of [batch, n_values]
  at::Tensor with_class(const at::Tensor& h, const Pass& pass) const;  // [batch, n (+ embedding_dim)]
  at::Tensor log_score_of_class(const Parts& parts, int64_t y);        // [batch]
  Posterior posterior_of(const Parts& parts, From from, Pass& pass) const;
  at::Tensor decode_part(const Part& part, const at::Tensor& z, Pass& pass) const;  // [batch, n_values], standardised
  Told tell(const Parts& parts, const Posterior& q, From from, Pass& pass);
  at::Tensor mse_of(const Parts& parts, const std::array<at::Tensor, kParts>& told) const;
  VaeLoss loss_of_mixture(const Parts& parts, double beta, Pass& pass);

  MultimodalVaeConfig config_;
  std::optional<ClassEmbedding> classes_;  // conditional
  std::vector<Part> parts_;                // audio, text
  std::optional<FcStack> joint_encoder_;   // concat
  std::optional<PosteriorHead> joint_head_;
  std::vector<std::vector<Likelihood>> likelihoods_;  // [From][part]: what one part alone tells is less sure
};

}  // namespace songscape
