// What every model must do, at a small size.  A new model is one line of kModels.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/hash.h"
#include "data/synthetic_source.h"
#include "midi/tokens.h"
#include "models/registry.h"
#include "nn/autocast.h"
#include "nn/noise.h"
#include "temporary_folder.h"
#include "train/adam.h"
#include "train/inference.h"
#include "train/prefetch.h"
#include "train/weights.h"

namespace songscape {
namespace {

// A small music_transformer of two bars with these settings over.
std::vector<std::string> of_music(std::vector<std::string> settings) {
  std::vector<std::string> all{"bars=2",          "transpose=0",         "tempo_shift=0",
                               "token_dropout=0", "latents.n_queries=2", "prior.hidden_dim=8",
                               "prior.n_steps=2", "prior.n_components=3"};
  for (const char* coder : {"encoder", "decoder"})
    for (const char* value : {"n_layers=2", "d_model=32", "n_heads=2", "d_ff=48"})
      all.push_back(std::string(coder) + "." + value);
  all.insert(all.end(), settings.begin(), settings.end());
  return all;
}

struct Case {
  std::string model;
  std::vector<std::string> settings;
};

const Case kModels[] = {
    {"basic_vae", {"widths=[32,16]", "frame_pool=1"}},
    {"basic_vae", {"widths=[32,16]", "frame_pool=4", "loss.free_bits=0.1"}},
    {"conv_vae", {"channels=[4,8]", "bottleneck_channels=0", "frame_pool=1"}},
    {"conv_vae", {"channels=[4,8]", "bottleneck_channels=2", "frame_pool=2", "likelihood.kind=bernoulli"}},
    {"conv_vae", {"channels=[4,8]", "frame_pool=1", "pooling=time"}},
    {"beta_vae", {"channels=[4,8]", "bottleneck_channels=2", "frame_pool=1"}},
    {"beta_vae", {"channels=[4,8]", "frame_pool=1", "objective=tc"}},
    {"beta_vae", {"channels=[4,8]", "frame_pool=1", "objective=tc", "tc_sampling=weighted"}},
    {"beta_vae", {"channels=[4,8]", "frame_pool=1", "objective=factor", "discriminator_widths=[16,8]"}},
    {"beta_vae",
     {"channels=[4,8]", "frame_pool=1", "axes_weight=10", "view.semitones=0", "view.gain_db=0", "view.tilt_db=0",
      "view.shelf_db=0", "view.shifts_time=false"}},
    {"cvae", {"channels=[4,8]", "frame_pool=1", "n_classes=3", "inference=elbo"}},
    {"cvae", {"channels=[4,8]", "frame_pool=1", "n_classes=3", "inference=recogniser", "prior=class", "pooling=time"}},
    {"vade",
     {"widths=[32,16]", "frame_pool=1", "n_components=3", "pretrain_epochs=0", "likelihood.effective_dims=false"}},
    {"vade",
     {"layers=conv", "channels=[4,8]", "pooling=time", "frame_pool=1", "n_components=3", "pretrain_epochs=0",
      "likelihood.effective_dims=false"}},
    {"multimodal_vae", {"n_text=12", "hidden_dim=16"}},
    {"multimodal_vae", {"n_text=12", "hidden_dim=16", "fusion=mixture"}},
    {"multimodal_vae", {"n_text=12", "hidden_dim=16", "fusion=concat", "loss.free_bits=0.1"}},
    {"multimodal_vae", {"n_text=12", "layers=conv", "n_hidden=0", "channels=[8,16]"}},
    {"multimodal_vae", {"n_text=12", "hidden_dim=16", "conditional=true", "n_classes=3", "embedding_dim=5"}},
    {"multimodal_vae",
     {"n_text=12", "hidden_dim=16", "fusion=concat", "layers=conv", "channels=[8,16]", "conditional=true",
      "n_classes=3", "embedding_dim=5"}},
    {"music_transformer", of_music({})},
    {"music_transformer", of_music({"conditioning.kind=input", "conditioning.position_aware=false",
                                    "latents.hierarchical=false", "structure=false", "prior.context=false"})},
    {"music_transformer", of_music({"conditioning.kind=add", "latents.batch_norm=true", "prior.kind=mixture"})},
    {"music_transformer",
     of_music({"skips=true", "prior.kind=planar", "regularise.orthogonality=0.1", "regularise.sparsity=0.01"})},
    {"music_transformer", of_music({"prior.kind=coupling", "regularise.mutual_information=0.1",
                                    "regularise.total_correlation=0.1", "note_emphasis=0.5"})},
    {"music_transformer", of_music({"latent_dim=0", "latents.per_bar=3", "activation=gelu"})},
    {"music_transformer", of_music({"gan.weight=0.1", "loss.free_bits=0.1"})},
};

// Rows as data/song_source.h lays them out; every song has sound, every other one words.
class SongsOfParts final : public BatchSource {
 public:
  int64_t n_rows() const override { return values_.n_rows(); }
  std::vector<int64_t> item_shape() const override { return values_.item_shape(); }
  std::string row_name(int64_t row) const override { return values_.row_name(row); }
  std::string content_hash() const override { return values_.content_hash(); }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override {
    values_.read(rows, out, n_valid_frames);
    for (size_t i = 0; i < rows.size(); ++i) {
      float* row = out + i * 43;
      row[41] = 1;
      row[42] = rows[i] % 2 == 0 ? 1 : 0;
      if (row[42] == 0) std::fill(row + 29, row + 41, 0.f);
    }
  }

 private:
  SyntheticSource values_{{.n_rows = 8, .item_shape = {43}}};
};

// Two bars of music each, as tokens.
class SongsOfTokens final : public BatchSource {
 public:
  int64_t n_rows() const override { return 8; }
  std::vector<int64_t> item_shape() const override { return {64}; }
  std::string row_name(int64_t row) const override { return "song " + std::to_string(row); }
  std::string content_hash() const override { return "tokens"; }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override {
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::vector<Token> tokens = to_tokens(song(rows[i]));
      ASSERT_LE(tokens.size(), 64u);
      std::fill_n(out + i * 64, 64, 0.f);
      std::ranges::copy(tokens, out + i * 64);
      n_valid_frames[i] = static_cast<int32_t>(tokens.size());
    }
  }

 private:
  static GridSong song(int64_t row) {
    GridSong song;
    const int k = static_cast<int>(row);
    song.bars.assign(2, {.time_signature = kFourFour, .tempo = 30 + k, .key = k % 3 == 0 ? -1 : k});
    for (int i = 0; i < 5 + k % 3; ++i)
      song.notes.push_back({.bar = i / 4,
                            .position = i % 4 * 24,
                            .program = 0,
                            .pitch = 60 + (i * (k + 2)) % 13,
                            .velocity = 16 + k,
                            .duration = 12 + 6 * (i % 2)});
    return song;
  }
};

bool is_of_parts(const Case& c) { return c.model == "multimodal_vae"; }
bool is_of_tokens(const Case& c) { return c.model == "music_transformer"; }

const BatchSource& songs(const Case& c) {
  static const SyntheticSource clips({.n_rows = 8, .item_shape = {16, 30}, .vary_length = true});
  static const SongsOfParts of_parts;
  static const SongsOfTokens of_tokens;
  if (is_of_tokens(c)) return of_tokens;
  return is_of_parts(c) ? static_cast<const BatchSource&>(of_parts) : clips;
}

Batch first_songs(const Case& c, int64_t n) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < n; ++i) rows.push_back(i);
  // Classes for models that want one: three, by turns.
  static const std::vector<int64_t> labels{0, 1, 2, 0, 1, 2, 0, 1};
  return read_batch(songs(c), rows, labels);
}

std::unique_ptr<Vae> make(const Case& c, uint64_t seed = 1) {
  ModelSpec spec{.name = c.model, .size = "compact", .input_shape = songs(c).item_shape(), .seed = seed};
  spec.settings.set("latent_dim=6");
  for (const std::string& s : c.settings) spec.settings.set(s);
  return make_model(spec);
}

class EveryModel : public testing::TestWithParam<Case> {
 protected:
  EveryModel() { at::set_num_threads(1); }
};
INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(kModels),
                         [](const auto& c) { return c.param.model + "_" + std::to_string(c.index); });

TEST_P(EveryModel, EncodesAndDecodesToItsShapes) {
  const auto model = make(GetParam());
  Pass pass;
  const Batch batch = first_songs(GetParam(), 3);
  const Posterior q = model->encode(batch.x, pass);
  EXPECT_EQ(q.mean.sizes(), (std::vector<int64_t>{3, 6}));
  EXPECT_EQ(q.log_var.sizes(), (std::vector<int64_t>{3, 6}));
  const at::Tensor x_hat = model->decode(q.mean, pass);
  EXPECT_EQ(x_hat.sizes(), batch.x.sizes());
  if (is_of_parts(GetParam()) || is_of_tokens(GetParam())) return;  // values of any size
  EXPECT_GE(x_hat.min().item<float>(), 0.0f);
  EXPECT_LE(x_hat.max().item<float>(), 1.0f);
}

TEST_P(EveryModel, GradientReachesEveryParameter) {
  const auto model = make(GetParam());
  Pass pass{.is_training = true, .noise = noise_for(1, "test")};
  model->loss(first_songs(GetParam(), 4), 2.0, pass).total.backward();
  for (const NamedTensor& p : model->tensors().parameters()) {
    ASSERT_TRUE(p.value.grad().defined()) << p.name;
    // A bias before batch normalisation has none to speak of: the mean is taken off again.
    // The last biases of an adversary: what real and made tokens pull is equal and opposite within the hinge.
    const bool is_of_hinge = p.name.starts_with("adversary.") && p.name.ends_with(".out.bias");
    const bool is_shifted_away = is_of_hinge || p.name.ends_with("linear.bias") || p.name.ends_with("conv.bias");
    EXPECT_TRUE(is_shifted_away || p.value.grad().abs().max().item<float>() > 0.0f) << p.name;
  }
}

TEST_P(EveryModel, TermsSumToTheTotal) {
  const auto model = make(GetParam());
  Pass pass{.is_training = true, .noise = noise_for(1, "test")};
  const VaeLoss loss = model->loss(first_songs(GetParam(), 4), 0.37, pass);
  double sum = 0;
  for (const LossTerm& t : loss.terms) {
    EXPECT_EQ(t.count, 4);
    sum += t.weight * t.value.item<double>();
  }
  EXPECT_NEAR(loss.total.item<double>(), sum, 1e-4 * std::abs(sum));
  const auto n_named = [&](const std::string& name) { return std::ranges::count(loss.terms, name, &LossTerm::name); };
  EXPECT_EQ(n_named("reconstruction") + n_named("audio"), 1);
  EXPECT_EQ(n_named("kl"), 1);
}

TEST_P(EveryModel, ErrorsCountValidFramesAlone) {
  const auto model = make(GetParam());
  if (is_of_parts(GetParam())) GTEST_SKIP() << "its rows are not padded";
  if (is_of_tokens(GetParam())) GTEST_SKIP() << "its errors are of tokens";
  const Batch padded = first_songs(GetParam(), 4);
  ASSERT_TRUE(padded.n_valid_frames.defined());
  const at::Tensor x = padded.x.clone();
  Pass pass;
  const at::Tensor z = model->encode(x, pass).mean;
  const at::Tensor decoded = model->decode(z, pass);
  const std::vector<float> mse = reconstruction_mse(*model, songs(GetParam()), std::vector<int64_t>{3});
  EXPECT_NEAR(mse[0], (decoded[3] - x[3]).narrow(1, 0, 20).square().mean().item<float>(), 1e-6);
}

TEST_P(EveryModel, SavedAndLoadedItEncodesTheSame) {
  const TemporaryFolder folder;
  const auto one = make(GetParam(), 1), other = make(GetParam(), 2);
  const std::vector<int64_t> rows{0, 1, 2};
  const Matrix before = encode_rows(*one, songs(GetParam()), rows).mean;
  EXPECT_NE(encode_rows(*other, songs(GetParam()), rows).mean.values, before.values);
  save_weights(*one, folder.path() / "w.safetensors");
  load_weights(*other, folder.path() / "w.safetensors");
  EXPECT_EQ(encode_rows(*other, songs(GetParam()), rows).mean.values, before.values);
  save_weights(*other, folder.path() / "v.safetensors");
  EXPECT_EQ(sha256_file(folder.path() / "w.safetensors"), sha256_file(folder.path() / "v.safetensors"));
}

TEST_P(EveryModel, EncodingDependsNeitherOnTheBatchNorOnOtherSongs) {
  const auto model = make(GetParam());
  const std::vector<int64_t> rows{0, 1, 2, 3, 4};
  const Matrix all = encode_rows(*model, songs(GetParam()), rows, 5).mean,
               some = encode_rows(*model, songs(GetParam()), rows, 2).mean;
  for (size_t i = 0; i < all.values.size(); ++i) EXPECT_NEAR(all.values[i], some.values[i], 1e-5);
}

double train_on_one_batch(const Case& c, int n_steps, bool is_bf16) {
  const auto made = make(c);
  Vae& model = *made;
  const Batch batch = first_songs(c, 4);
  model.prepare(batch, batch.size());
  Adam adam(model.tensors(), 0);
  double mse = 0;
  for (int i = 0; i < n_steps; ++i) {
    Pass pass{.is_training = true, .noise = noise_for(1, "test", 0, static_cast<uint64_t>(i))};
    VaeLoss loss;
    {
      const Autocast bf16(is_bf16);
      loss = model.loss(batch, 1e-3, pass);
    }
    loss.total.backward();
    adam.step(3e-3);
    mse = loss.mse.mean().item<double>();
  }
  return mse;
}

TEST_P(EveryModel, OverfitsOneBatch) {
  Case c = GetParam();
  if (!is_of_tokens(c)) c.settings.push_back("dropout=0");
  const double first = train_on_one_batch(c, 1, false), last = train_on_one_batch(c, 300, false);
  EXPECT_LT(last, 0.25 * first);
}

TEST_P(EveryModel, OverfitsOneBatchInBf16Too) {
  Case c = GetParam();
  if (!is_of_tokens(c)) c.settings.push_back("dropout=0");
  const double first = train_on_one_batch(c, 1, false);
  EXPECT_LT(train_on_one_batch(c, 300, true), 0.25 * first);
}

}  // namespace
}  // namespace songscape
