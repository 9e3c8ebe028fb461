// A convolutional VAE that is told a class y of each song: its language, its genre.  Sohn et al. 2015, "Learning
// structured output representation using deep conditional generative models"; Kingma et al. 2014, "Semi-supervised
// learning with deep generative models" (their M2, with every training label known).
//
//   loss = −E_q(z|x,y) log p(x|z,y) + β KL(q(z|x,y) ‖ p(z|y))  [ − recogniser_weight · log q(y|x) ]
//          [ − guidance_weight · log q(y|x̂) ]
//
// Encoder: the stages of nn/conv_stack.h, averaged to 256 values; with y's embedding of 64 (320) → μ, log σ².
// Decoder: [z, embedding] (192) → the mirror of those stages.
//
// prior = standard: p(z|y) = N(0, I).  prior = class: p(z|y) = N(m_y, diag s_y²), both learnt.
// pooling = average: over bands and frames, the documents' form.  pooling = time: over frames alone, then FC to as many
// values: where in the spectrum something sounds is kept.
//
// A label that is not given is inferred: inference = elbo takes the y of the highest
// −loss(x, y) + log p(y) at z = μ(x, y), running the decoder once a class on features computed once;
// inference = recogniser asks q(y|x), a classifier of its own (nn/clip_classifier.h), trained along ("label" in the
// loss) on layers that it shares with nothing, since what tells a class may be too fast for the encoder.
//
// guidance_weight > 0: decoded clips x̂, of songs and of the class's prior, are taught to be recognised as their class,
// as by the auxiliary classifier of Odena et al. 2017; the recogniser itself learns from real songs alone ("guidance").
#pragma once

#include "nn/class_embedding.h"
#include "nn/clip_classifier.h"
#include "nn/conv_stack.h"
#include "nn/likelihood.h"
#include "nn/posterior_head.h"
#include "nn/vae.h"

namespace songscape {

struct CvaeConfig {
  std::vector<int64_t> input_shape = {128, 1293};
  int64_t latent_dim = 128;
  int64_t n_classes = 0;
  int64_t embedding_dim = 64;
  std::string prior = "standard";
  std::string pooling = "average";
  std::string inference = "elbo";
  double recogniser_weight = 1000;
  double guidance_weight = 0;
  ClipClassifierConfig recogniser;
  ConvStackConfig stack;
  double initial_log_var = -4;
  LossConfig loss;
  LikelihoodConfig likelihood;
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "bands and frames of one song", Range{1, 1e9});
    v("latent_dim", latent_dim, "size of z", Range{1, 65536});
    v("n_classes", n_classes, "of the condition; follows from the labels", Range{0, 65536});
    v("embedding_dim", embedding_dim, "values that a class is told by", Range{1, 65536});
    v("prior", prior, "of z: N(0, I), or a learnt Gaussian for each class", OneOf{"standard", "class"});
    v("pooling", pooling, "what the stages' output is averaged over: bands and frames, or frames alone",
      OneOf{"average", "time"});
    v("inference", inference, "of labels that are not given: the class of highest ELBO, or a classifier trained along",
      OneOf{"elbo", "recogniser"});
    v("recogniser_weight", recogniser_weight, "inference recogniser: nats that its cross-entropy counts",
      Range{0, 1e9});
    v("guidance_weight", guidance_weight,
      "inference recogniser: nats that its cross-entropy of decoded clips counts for the decoder", Range{0, 1e9});
    v.section("recogniser", recogniser);
    stack.visit(v);
    v("initial_log_var", initial_log_var, "log variance of z at the first step", Range{-20, 20});
    v.section("loss", loss);
    v.section("likelihood", likelihood);
  }
};

class Cvae final : public Vae {
 public:
  // Error `usage` where the input has not two axes of at least 2^stages values, and for fewer than two classes.
  Cvae(const CvaeConfig& config, uint64_t seed);

  std::string name() const override { return "cvae"; }
  std::vector<int64_t> input_shape() const override { return config_.input_shape; }
  int64_t latent_dim() const override { return config_.latent_dim; }
  std::vector<ConfigRow> config_rows() const override { return list_config(config_); }
  const LossConfig& loss_config() const override { return config_.loss; }
  double reconstruction_weight() const override { return likelihood_.weight(); }
  // Without pass.labels: infers them and leaves them there, so that decode() with the same pass is told the same.
  Posterior encode(const at::Tensor& x, Pass& pass) override;
  // Without pass.labels: told the mean embedding, by the classes' frequencies.
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  // Terms beside "reconstruction" and "kl", with inference = recogniser: "label", its cross-entropy, and
  // "label_accuracy" (weight 0), the share of songs whose label it gets right; with guidance_weight, "guidance". Leaves
  // batch.labels in the pass.
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  void prepare(const Batch& sample, int64_t n_train) override;

  int64_t n_classes() const override { return config_.n_classes; }
  // Padding counts as the silence that it holds.  Without gradient.
  at::Tensor class_log_scores(const at::Tensor& x, Pass& pass) override;
  // Without pass.labels: draws them by the classes' frequencies, and leaves them there.
  at::Tensor sample_prior(int64_t n, Pass& pass) override;

 private:
  at::Tensor features(const at::Tensor& x, Pass& pass) const;  // [batch, 256]
  Posterior posterior(const at::Tensor& features, const at::Tensor& labels) const;
  Posterior prior(const at::Tensor& labels) const;  // of the labels' classes, [batch, latent_dim]
  // log p(y|x); features may be undefined where the recogniser tells.
  at::Tensor scores_of(const at::Tensor& x, const at::Tensor& features);
  at::Tensor elbo_of_classes(const at::Tensor& x, const at::Tensor& features);
  void add_label_terms(VaeLoss& loss, const Batch& batch, Pass& pass) const;
  void add_guidance(VaeLoss& loss, const at::Tensor& x_hat, Pass& pass);

  CvaeConfig config_;
  ConvShape shape_;
  Scope root_;
  ConvEncoder encoder_;
  std::optional<Linear> to_features_;
  ClassEmbedding classes_;
  PosteriorHead head_;
  ConvDecoder decoder_;
  std::optional<ClipClassifier> recogniser_;
  at::Tensor prior_mean_, prior_log_var_;  // [n_classes, latent_dim]; undefined with the standard prior
  Likelihood likelihood_;
};

}  // namespace songscape
