// The symbolic model: everything optional off beside a reference, and what only it does.
#include "models/music_transformer.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/error.h"
#include "midi/token_augment.h"
#include "midi/tokens.h"
#include "models/music_tokens.h"
#include "models/registry.h"
#include "nn/noise.h"
#include "train/adam.h"

namespace songscape {
namespace {

constexpr int64_t kWidth = 16, kHeads = 2, kHidden = 24, kLayers = 2, kPieceLatent = 6, kMaxTokens = 48;

GridSong song_of(int seed) {
  GridSong song;
  song.bars.assign(2, {.time_signature = kFourFour, .tempo = 40, .key = seed % 24});
  for (int i = 0; i < 6; ++i)
    song.notes.push_back({.bar = i / 3,
                          .position = i % 3 * 24,
                          .program = 0,
                          .pitch = 50 + (7 * i + 5 * seed) % 24,
                          .velocity = 10 + seed,
                          .duration = 24});
  return song;
}

// [n, kMaxTokens] f32, PAD behind.
at::Tensor rows_of(int n) {
  at::Tensor x = torch::zeros({n, kMaxTokens});
  for (int i = 0; i < n; ++i) {
    const std::vector<Token> tokens = to_tokens(song_of(i));
    for (size_t t = 0; t < tokens.size(); ++t) x[i][static_cast<int64_t>(t)] = static_cast<float>(tokens[t]);
  }
  return x;
}

ModelSpec plain_spec() {
  ModelSpec spec{.name = "music_transformer", .size = "compact", .input_shape = {kMaxTokens}, .seed = 3};
  spec.settings = preset("music_transformer", "compact", "plain");
  for (const char* s :
       {"bars=2", "latent_dim=6", "encoder.n_layers=2", "encoder.d_model=16", "encoder.n_heads=2", "encoder.d_ff=24",
        "decoder.n_layers=2", "decoder.d_model=16", "decoder.n_heads=2", "decoder.d_ff=24"})
    spec.settings.set(s);
  return spec;
}

std::unique_ptr<MusicTransformer> music(std::vector<std::string> settings, uint64_t seed = 3) {
  ModelSpec spec = plain_spec();
  spec.seed = seed;
  for (const std::string& s : settings) spec.settings.set(s);
  return std::unique_ptr<MusicTransformer>(dynamic_cast<MusicTransformer*>(make_model(spec).release()));
}

// A transformer with rotary positions and norms before each half, sequences one by one.
struct ReferenceStack : torch::nn::Module {
  torch::nn::Embedding token{nullptr};
  std::vector<torch::nn::LayerNorm> norms;
  std::vector<torch::nn::Linear> linears;  // qkv, from heads, to hidden, from hidden of each layer
  torch::nn::LayerNorm last{nullptr};

  explicit ReferenceStack(const std::string&) {
    token = register_module("token", torch::nn::Embedding(kVocabularySize, kWidth));
    for (int64_t l = 0; l < kLayers; ++l) {
      const std::string n = std::to_string(l);
      for (const char* name : {"attention_norm", "feed_norm"})
        norms.push_back(register_module(n + name, torch::nn::LayerNorm(torch::nn::LayerNormOptions({kWidth}))));
      linears.push_back(register_module(n + "qkv", torch::nn::Linear(kWidth, 3 * kWidth)));
      linears.push_back(register_module(n + "heads", torch::nn::Linear(kWidth, kWidth)));
      linears.push_back(register_module(n + "hidden", torch::nn::Linear(kWidth, kHidden)));
      linears.push_back(register_module(n + "out", torch::nn::Linear(kHidden, kWidth)));
    }
    last = register_module("last", torch::nn::LayerNorm(torch::nn::LayerNormOptions({kWidth})));
  }

  static at::Tensor turned(const at::Tensor& x) {  // [heads, n, head]
    const int64_t n = x.size(1), half = x.size(2) / 2;
    const at::Tensor exponent = torch::arange(half).to(at::kDouble) * (2.0 / static_cast<double>(2 * half));
    const at::Tensor angle =
        (torch::arange(n).to(at::kDouble).unsqueeze(1) * torch::pow(10000.0, -exponent)).to(at::kFloat);
    const at::Tensor a = x.slice(2, 0, half), b = x.slice(2, half);
    return torch::cat({a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()}, 2);
  }

  at::Tensor forward(at::Tensor h, bool is_causal) {  // [n, width]
    const int64_t n = h.size(0), head = kWidth / kHeads;
    for (size_t l = 0; l < kLayers; ++l) {
      const at::Tensor qkv = linears[4 * l](norms[2 * l](h)).view({n, 3, kHeads, head}).permute({1, 2, 0, 3});
      at::Tensor scores =
          torch::matmul(turned(qkv[0]), turned(qkv[1]).transpose(1, 2)) / std::sqrt(static_cast<double>(head));
      if (is_causal)
        scores = scores.masked_fill(torch::ones({n, n}, at::kBool).triu(1), -std::numeric_limits<float>::infinity());
      const at::Tensor seen = torch::matmul(scores.softmax(2), qkv[2]).permute({1, 0, 2}).reshape({n, kWidth});
      h = h + linears[4 * l + 1](seen);
      h = h + linears[4 * l + 3](torch::relu(linears[4 * l + 2](norms[2 * l + 1](h))));
    }
    return last(h);
  }
};

struct MusicReference : torch::nn::Module {
  std::shared_ptr<ReferenceStack> encoder = register_module("encoder", std::make_shared<ReferenceStack>("encoder")),
                                  decoder = register_module("decoder", std::make_shared<ReferenceStack>("decoder"));
  torch::nn::Linear query = register_module("query", torch::nn::Linear(kWidth, 1)),
                    to_mean = register_module("to_mean", torch::nn::Linear(kWidth, kPieceLatent)),
                    to_log_var = register_module("to_log_var", torch::nn::Linear(kWidth, kPieceLatent)),
                    from_z = register_module("from_z", torch::nn::Linear(kPieceLatent, kWidth)),
                    to_logits = register_module("to_logits", torch::nn::Linear(kWidth, kVocabularySize));

  at::Tensor loss(const at::Tensor& x, double beta, const at::Tensor& epsilon) {
    at::Tensor total = torch::zeros({});
    for (int64_t i = 0; i < x.size(0); ++i) {
      const at::Tensor row = x[i].to(at::kLong), ids = row.slice(0, 0, (row != 0).sum().item<int64_t>());
      const at::Tensor h = encoder->forward(encoder->token(ids), false);
      const at::Tensor weight = (torch::tanh(query(h) / 8) * 8).softmax(0);
      const at::Tensor pooled = (h * weight).sum(0), mean = to_mean(pooled), log_var = to_log_var(pooled);
      const at::Tensor z = mean + (log_var / 2).exp() * epsilon[i];
      const int64_t n = ids.size(0);
      const at::Tensor logits = to_logits(decoder->forward(decoder->token(ids.slice(0, 0, n - 1)) + from_z(z), true));
      total = total +
              torch::nn::functional::cross_entropy(
                  logits, ids.slice(0, 1), torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum)) +
              beta * .5 * (mean.square() + log_var.exp() - 1 - log_var).sum();
    }
    return total / x.size(0);
  }
};

// By our names, whatever the order.
void copy_music_weights(MusicTransformer& from, MusicReference& to) {
  torch::NoGradGuard no_grad;
  std::map<std::string, at::Tensor> ours;
  for (const NamedTensor& p : from.tensors().parameters()) ours[p.name] = p.value;
  size_t n_copied = 0;
  const auto copy = [&](const std::string& name, const at::Tensor& theirs) {
    ASSERT_TRUE(ours.contains(name)) << name;
    theirs.copy_(ours[name]);
    ++n_copied;
  };
  const auto both = [&](const std::string& name, const auto& module) {
    copy(name + ".weight", module->weight);
    copy(name + ".bias", module->bias);
  };
  for (const auto& [name, stack] : {std::pair{"encoder", to.encoder}, std::pair{"decoder", to.decoder}}) {
    const std::string base = std::string(name) + ".";
    copy(base + "embedding.token.weight", stack->token->weight);
    for (size_t l = 0; l < kLayers; ++l) {
      const std::string layer = base + std::to_string(l) + ".";
      both(layer + "attention_norm", stack->norms[2 * l]);
      both(layer + "feed_norm", stack->norms[2 * l + 1]);
      const char* const parts[] = {"to_qkv", "from_heads", "to_hidden", "from_hidden"};
      for (size_t k = 0; k < 4; ++k) both(layer + parts[k], stack->linears[4 * l + k]);
    }
    both(base + "last_norm", stack->last);
  }
  both("encoder.global.pool.to_scores", to.query);
  both("encoder.global.to_mean", to.to_mean);
  both("encoder.global.to_log_var", to.to_log_var);
  both("decoder.from_z", to.from_z);
  both("decoder.to_logits", to.to_logits);
  EXPECT_EQ(n_copied, ours.size());
}

TEST(MusicTransformer, WithEverythingOffFollowsAPlainReferenceForTenSteps) {
  at::set_num_threads(1);
  const auto model = music({});
  MusicReference reference;
  copy_music_weights(*model, reference);
  const Batch batch{.x = rows_of(5), .n_valid_frames = {}};
  Adam adam(model->tensors(), 0);
  torch::optim::Adam their_adam(reference.parameters(), torch::optim::AdamOptions(1e-3));
  for (uint64_t step = 0; step < 10; ++step) {
    at::Generator noise = noise_for(1, "reference", step);
    const at::Tensor epsilon = torch::empty({5, kPieceLatent}).normal_(0, 1, noise);
    Pass pass{.is_training = true, .noise = noise_for(1, "reference", step)};
    const VaeLoss loss = model->loss(batch, .5, pass);
    loss.total.backward();
    adam.step(1e-3);
    their_adam.zero_grad();
    const at::Tensor theirs = reference.loss(batch.x, .5, epsilon);
    theirs.backward();
    their_adam.step();
    EXPECT_NEAR(loss.total.item<float>(), theirs.item<float>(), 2e-4 * theirs.item<float>()) << "step " << step;
  }
}

TEST(MusicTransformer, LearnsAFewPiecesByHeartAndWritesThemAgain) {
  at::set_num_threads(1);
  const auto model = music({"structure=true", "conditioning.kind=adaptive", "latent_dim=6"});
  const Batch batch{.x = rows_of(4), .n_valid_frames = {}};
  model->prepare(batch, 4);
  Adam adam(model->tensors(), 0);
  for (uint64_t step = 0; step < 400; ++step) {
    Pass pass{.is_training = true, .noise = noise_for(1, "test", step)};
    model->loss(batch, 1e-3, pass).total.backward();
    adam.step(3e-3);
  }
  Pass pass;
  EXPECT_TRUE(model->decode(model->encode(batch.x, pass).mean, pass).equal(batch.x));
}

TEST(MusicTransformer, OfAFixedRateHasThatManyNatsInEveryLatentVariable) {
  const auto model = music({"latents.rate=0.75"});
  Pass pass{.is_training = true, .noise = noise_for(1, "test")};
  const at::Tensor kl = model->loss({.x = rows_of(16), .n_valid_frames = {}}, 1, pass).kl_per_dim.mean(0);
  EXPECT_TRUE(torch::allclose(kl, torch::full({kPieceLatent}, .75), 1e-3, 1e-3)) << kl;
}

TEST(MusicTransformer, AsALanguageModelNeedsNoLatentVariables) {
  const auto model = music({"language_model=true"});
  Pass pass{.is_training = true, .noise = noise_for(1, "test")};
  const VaeLoss loss = model->loss({.x = rows_of(3), .n_valid_frames = {}}, 1, pass);
  EXPECT_EQ(loss.kl_per_dim.abs().sum().item<float>(), 0);
  for (const NamedTensor& p : model->tensors().parameters()) EXPECT_FALSE(p.name.starts_with("encoder.")) << p.name;
}

TEST(MusicTransformer, TellsPiecesWithFewerBarsThanItsWindowByThePrior) {
  const auto model = music({"latent_dim=0", "latents.per_bar=3", "bars=4"});
  Pass pass;
  const Posterior q = model->encode(rows_of(2), pass);
  ASSERT_EQ(q.mean.sizes(), (std::vector<int64_t>{2, 12}));
  EXPECT_EQ(q.mean.narrow(1, 6, 6).abs().sum().item<float>(), 0);
  EXPECT_EQ(q.log_var.narrow(1, 6, 6).abs().sum().item<float>(), 0);
  EXPECT_GT(q.mean.narrow(1, 0, 6).abs().sum().item<float>(), 0);
}

TEST(MusicTransformer, LetsNoAdversaryJoinACollapsedVae) {
  const auto model = music({"gan.weight=1"});
  const EpochStart collapsed{.epoch = 0, .seed = 1, .n_train = 8, .encode_means = [] {
                               return torch::randn({8, kPieceLatent}) * .01;
                             }};
  EXPECT_THROW(model->start_epoch(collapsed), Error);
  const EpochStart in_use{.epoch = 0, .seed = 1, .n_train = 8, .encode_means = [] {
                            return torch::randn({8, kPieceLatent});
                          }};
  EXPECT_NO_THROW(model->start_epoch(in_use));
}

TEST(MusicTransformer, WeighsItsAdversaryLessWhileTheReconstructionIsWorse) {
  const auto model = music({"gan.weight=1", "gan.tolerance=0.01"});
  const auto share = [&] {
    for (const NamedTensor& b : model->tensors().buffers())
      if (b.name == "gan_share") return b.value.item<double>();
    return std::nan("");
  };
  const auto step = [&](const at::Tensor& x) {
    Pass pass{.is_training = true, .noise = noise_for(1, "test")};
    return model->loss({.x = x, .n_valid_frames = {}}, 1, pass);
  };
  step(rows_of(4));
  const double first = share();
  step(rows_of(4));
  EXPECT_GT(share(), first);
  for (const NamedTensor& b : model->tensors().buffers())
    if (b.name == "gan_nats_at_start") b.value.fill_(1e-3);
  const double before = share();
  step(rows_of(4));
  EXPECT_NEAR(share(), before / 2, 1e-6);
}

TEST(MusicTokens, AreTransposedAsTheVocabularySays) {
  at::Tensor x = rows_of(6).to(at::kLong);
  at::Generator noise = noise_for(1, "test");
  const at::Tensor moved = changed_music(x, {.semitones = 5}, noise);
  bool any_moved = false;
  for (int64_t i = 0; i < x.size(0); ++i) {
    std::vector<Token> own, other;
    for (int64_t t = 0; t < kMaxTokens; ++t) {
      own.push_back(static_cast<Token>(x[i][t].item<int64_t>()));
      other.push_back(static_cast<Token>(moved[i][t].item<int64_t>()));
    }
    bool is_one_of_them = false;
    for (int s = -5; s <= 5; ++s) is_one_of_them |= transposed(own, s) == other;
    EXPECT_TRUE(is_one_of_them) << "row " << i;
    any_moved |= own != other;
  }
  EXPECT_TRUE(any_moved);
}

}  // namespace
}  // namespace songscape
