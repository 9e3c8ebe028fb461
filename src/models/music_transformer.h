// A transformer VAE of symbolic music: windows of a few bars as tokens of a vocabulary of 774 (docs/vocabulary.md).
//
//   q(z|x) = N(μ(x), σ²(x)) by a transformer over the tokens and learnt queries (nn/token_encoder.h)
//   p(x|z) = Π_t p(x_t | x_<t, z) by a causal transformer that is told z (nn/token_decoder.h)
//   loss = −E_q log p(x|z) + β KL(q ‖ p),  p(z) by `prior` (nn/latent_prior.h)
//
// z is one vector a piece; with latents.hierarchical in three levels, global, local and fine, and with latents.per_bar
// it has a part for each bar as well.  With language_model the decoder stands alone: what the VAE is compared with.
// With everything optional off (form `plain`) it is Bowman et al. 2016, "Generating sentences from a continuous
// space", with transformers in place of recurrent networks.
//
// Penalties: regularise.mutual_information weighs I(x; z), .total_correlation KL(q(z) ‖ Π_j q(z_j)) (Kim & Mnih 2018,
// by a discriminator), .orthogonality Σ (W Wᵀ − I)² over the normalised rows W of each level's mean, .sparsity Σ |μ|.
//
// gan: an adversary (nn/token_discriminator.h) judges sequences drawn token by token from p(x_t | x_<t, z) with the
// true tokens before each.  It joins after gan.start_epoch and not where the latent variables have collapsed; its
// weight halves at each step on which the reconstruction's running mean lies gan.tolerance above what it was then, and
// grows by a hundredth otherwise.
//
// Rows are those of data/token_source.h: token numbers, PAD behind.  "mse" of this model is the share of tokens that
// are not the likeliest to follow those before them.
#pragma once

#include <memory>
#include <optional>

#include "nn/activation.h"
#include "nn/factor_discriminator.h"
#include "nn/host_scalar.h"
#include "nn/latent_prior.h"
#include "nn/token_decoder.h"
#include "nn/token_discriminator.h"
#include "nn/token_encoder.h"
#include "nn/token_stepper.h"
#include "nn/vae.h"

namespace songscape {

struct RegulariseConfig {
  double mutual_information = 0, total_correlation = 0, orthogonality = 0, sparsity = 0;
  template <class V>
  void visit(V& v) {
    v("mutual_information", mutual_information, "weight of I(x; z), estimated on the batch", Range{-1e6, 1e6});
    v("total_correlation", total_correlation, "weight of the dependence among latent variables, by a discriminator",
      Range{0, 1e6});
    v("orthogonality", orthogonality, "weight of how far the directions of each level's means are from orthogonal",
      Range{0, 1e6});
    v("sparsity", sparsity, "weight of the sum of absolute means", Range{0, 1e6});
  }
  bool operator==(const RegulariseConfig&) const = default;
};

struct MusicTransformerConfig {
  std::vector<int64_t> input_shape = {512};
  int64_t bars = 4;
  int64_t max_tokens = 768;
  int64_t hop_bars = 0;
  std::string tracks = "all";
  bool chords = false;
  int64_t latent_dim = 48;
  bool language_model = false;
  TransformerConfig encoder, decoder;
  std::string activation = "relu";
  bool structure = true;
  bool skips = false;
  double token_dropout = 0;
  int64_t transpose = 0;
  int64_t tempo_shift = 0;
  double note_emphasis = 0;
  LatentsConfig latents;
  ConditioningConfig conditioning;
  PriorConfig prior;
  RegulariseConfig regularise;
  GanConfig gan;
  LossConfig loss;
  template <class V>
  void visit(V& v) {
    v("input_shape", input_shape, "tokens of one row; follows from the data", Range{8, 65536});
    v("bars", bars, "bars of a window", Range{1, 1024});
    v("max_tokens", max_tokens, "tokens of a window at most: a longer one is cut", Range{8, 65536});
    v("hop_bars", hop_bars, "bars from one window to the next; 0: a window", Range{0, 1024});
    v("tracks", tracks, "every track of a song, or its melody alone", OneOf{"all", "melody"});
    v("chords", chords, "chords among the tokens");
    v("latent_dim", latent_dim, "latent variables of the piece", Range{0, 65536});
    v("language_model", language_model, "no latent variables: the decoder alone");
    v.section("encoder", encoder);
    v.section("decoder", decoder);
    v("activation", activation, "between the products of each layer's second half", activation_names());
    v("structure", structure, "each token is told its bar and its position in that");
    v("skips", skips, "the decoder is shown the mean of each of the encoder's layers as well: what goes past z");
    v("token_dropout", token_dropout, "share of the decoder's inputs that are left out in training", Range{0, 1});
    v("transpose", transpose, "semitones that a row moves at most in training, either way", Range{0, 48});
    v("tempo_shift", tempo_shift, "steps of 3.4 % that its tempi move at most", Range{0, 32});
    v("note_emphasis", note_emphasis, "weight of a second count of the tokens that place notes", Range{0, 1e3});
    v.section("latents", latents);
    v.section("conditioning", conditioning);
    v.section("prior", prior);
    v.section("regularise", regularise);
    v.section("gan", gan);
    v.section("loss", loss);
  }
};

class MusicTransformer final : public Vae {
 public:
  MusicTransformer(const MusicTransformerConfig& config, uint64_t seed);

  std::string name() const override { return "music_transformer"; }
  std::vector<int64_t> input_shape() const override { return config_.input_shape; }
  int64_t latent_dim() const override { return layout_.size(); }
  std::vector<ConfigRow> config_rows() const override { return list_config(config_); }
  const LossConfig& loss_config() const override { return config_.loss; }
  double reconstruction_weight() const override { return 1; }
  const MusicTransformerConfig& config() const { return config_; }
  const LatentLayout& layout() const { return layout_; }

  Posterior encode(const at::Tensor& x, Pass& pass) override;
  // z → token numbers, each the likeliest that the grammar lets follow, PAD behind.
  at::Tensor decode(const at::Tensor& z, Pass& pass) override;
  VaeLoss loss(const Batch& batch, double beta, Pass& pass) override;
  at::Tensor errors_from_mean(const Batch& batch, const Posterior& posterior, Pass& pass) override;
  void prepare(const Batch& sample, int64_t n_train) override;
  // Error `failed` where the adversary is to join and the latent variables are not in use.
  void start_epoch(const EpochStart& start) override;
  std::vector<ParameterGroup> parameter_groups() const override;
  bool is_steady(const Pass& pass) const override { return !has_adversary(pass); }
  std::optional<LatentMixture> mixture() const override { return prior_.mixture(); }
  at::Tensor sample_prior(int64_t n, Pass& pass) override;

  // −log p(x|z) of each token of the rows but the first, laid end to end, and which row each is of.
  struct TokenNats {
    at::Tensor nats;  // [n_tokens] f32
    TokenBatch tokens;
  };
  // skipped_from: rows whose encoder layers a model with skips is shown; undefined: none.
  TokenNats token_nats(const at::Tensor& x, const at::Tensor& z, const at::Tensor& skipped_from = {});
  const LatentPrior& prior() const { return prior_; }
  // What generation steps through; of the weights as they are now.
  std::shared_ptr<const StepperWeights> stepper_weights(RowPrecision precision) const;
  // Of each row and each of the encoder's layers, what a decoder with skips is shown; empty without skips.
  std::vector<std::vector<std::vector<float>>> skipped_of(const at::Tensor& x);

 private:
  TokenCoderOptions coder_options(const TransformerConfig& layers) const;
  const at::Tensor& rotary(const TransformerConfig& layers, at::Device device);
  TokenEncoder::Result encoded(const TokenBatch& tokens, const Pass& pass);
  void add_kl(VaeLoss& loss, const Posterior& posterior, const at::Tensor& z, double beta) const;
  bool has_adversary(const Pass& pass) const { return adversary_ && pass.epoch >= config_.gan.start_epoch; }
  void add_adversary(VaeLoss& loss, const at::Tensor& logits, const NextTokens& next, Pass& pass);
  void add_penalties(VaeLoss& loss, const Posterior& posterior, const at::Tensor& z, Pass& pass) const;

  MusicTransformerConfig config_;
  LatentLayout layout_;
  std::optional<TokenEncoder> encoder_;
  TokenDecoder decoder_;
  LatentPrior prior_;
  std::optional<FactorDiscriminator> discriminator_;
  at::Tensor rotary_of_encoder_, rotary_of_decoder_;
  HostScalar n_train_;
  std::optional<TokenDiscriminator> adversary_;
  // Of the adversary: the reconstruction, nats a token, as it joined and now (running means, 0: none yet); and the
  // share of its greatest weight that it has.
  at::Tensor nats_at_start_, nats_now_, gan_share_;
  at::Tensor places_notes_;
};

}  // namespace songscape
