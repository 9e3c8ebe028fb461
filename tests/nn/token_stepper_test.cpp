// Token by token against the decoder itself, which sees a whole piece at once.
#include "nn/token_stepper.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace songscape {
namespace {

constexpr int64_t kVocabulary = 61, kBars = 3, kPositions = 7, kWidth = 12;
const TokenNames kNames{.pad = 0, .bar = 1, .first_position = 2, .n_positions = kPositions};

struct Case {
  const char* name;
  std::string conditioning = "adaptive", activation = "relu";
  LatentLayout layout = {.piece = 6, .n_levels = 1, .per_bar = 0, .n_bars = kBars};
  bool position_aware = false, structure = true;
  int64_t n_skipped = 0;
  int64_t n_layers = 3;
};

const Case kCases[] = {
    {.name = "adaptive"},
    {.name = "added to the input", .conditioning = "input"},
    {.name = "added to each layer", .conditioning = "add"},
    {.name = "three levels", .layout = {6, 3, 0, kBars}},
    {.name = "three levels by position", .layout = {6, 3, 0, kBars}, .position_aware = true},
    {.name = "of each bar", .layout = {0, 1, 4, kBars}},
    {.name = "levels and bars by position, added",
     .conditioning = "add",
     .layout = {6, 3, 2, kBars},
     .position_aware = true},
    {.name = "skips", .n_skipped = 2},
    {.name = "no latent variables", .layout = {0, 1, 0, kBars}},
    {.name = "without structure", .structure = false},
    {.name = "gelu", .activation = "gelu"},
    {.name = "leaky relu", .activation = "leaky_relu"},
    {.name = "tanh", .activation = "tanh"},
    {.name = "one layer", .n_layers = 1},
};

TokenCoderOptions options_of(const Case& c, const TransformerConfig& layers) {
  return {.n_vocabulary = kVocabulary,
          .n_positions = kPositions,
          .activation = c.activation,
          .structure = c.structure,
          .layers = layers,
          .layout = c.layout};
}

at::Tensor drawn(at::IntArrayRef shape, Random& random) {
  const at::Tensor x = at::zeros(shape, at::kFloat);
  for (int64_t i = 0; i < x.numel(); ++i) x.mutable_data_ptr<float>()[i] = static_cast<float>(random.normal());
  return x;
}

// A decoder with random weights, a piece, what it is told, and its own logits.
struct Decoded {
  ParameterSet set;
  TokenDecoder decoder;
  std::vector<float> z;
  std::vector<std::vector<float>> skipped;
  TokenBatch tokens;
  at::Tensor logits;  // [n_tokens, n_vocabulary]

  Decoded(const Case& c, const TransformerConfig& layers, int64_t n_tokens)
      : decoder(Scope{set, 5}, options_of(c, layers), {c.conditioning, c.position_aware}, {c.n_skipped, kWidth}) {
    const at::NoGradGuard no_grad;
    Random random(9);
    // Logits as far apart as those of trained models.
    for (const NamedTensor& p : set.parameters())
      if (p.name.find("to_logits") != std::string::npos) p.value.mul_(12);
    const at::Tensor ids = at::zeros({1, n_tokens}, at::kFloat);
    for (int64_t i = 0; i < n_tokens; ++i) {
      const int64_t token = i % 40 == 3 ? kNames.bar : 2 + random.below(kVocabulary - 2);
      ids.mutable_data_ptr<float>()[i] = static_cast<float>(token);
    }
    tokens = tokens_of(ids, kNames, kBars);
    TokenDecoder::Told told{drawn({1, c.layout.size()}, random), {}};
    z.assign(told.z.const_data_ptr<float>(), told.z.const_data_ptr<float>() + told.z.numel());
    for (int64_t i = 0; i < c.n_skipped; ++i) {
      told.skipped.push_back(drawn({1, kWidth}, random));
      const float* values = told.skipped.back().const_data_ptr<float>();
      skipped.emplace_back(values, values + kWidth);
    }
    logits = decoder(tokens, told, rotary_table(n_tokens, layers.d_model / layers.n_heads)).contiguous();
  }

  // [n_tokens, n_vocabulary]
  at::Tensor stepped(RowPrecision precision, int n_threads) const {
    StepTeam team(n_threads);
    TokenStepper stepper(std::make_shared<const StepperWeights>(decoder, precision), z, tokens.n_tokens(), team,
                         skipped);
    const at::Tensor all = at::zeros_like(logits);
    for (int64_t i = 0; i < tokens.n_tokens(); ++i) {
      const auto own = stepper.step(tokens.ids[i].item<int64_t>(), tokens.bar[i].item<int64_t>(),
                                    tokens.position[i].item<int64_t>());
      std::ranges::copy(own, all.mutable_data_ptr<float>() + i * kVocabulary);
    }
    return all;
  }
};

const TransformerConfig kSmall{.n_layers = 3, .d_model = 24, .n_heads = 3, .d_ff = 40};

TransformerConfig layers_of(const Case& c) {
  TransformerConfig layers = kSmall;
  layers.n_layers = c.n_layers;
  return layers;
}

TEST(TokenStepper, InF32ItGivesTheDecodersOwnLogits) {
  for (const Case& c : kCases) {
    const Decoded decoded(c, layers_of(c), 150);
    EXPECT_LT((decoded.stepped(RowPrecision::f32, 1) - decoded.logits).abs().max().item<double>(), 1e-4) << c.name;
  }
}

// Few tokens and one layer: threads that wait for each other are slow where other programs take the cores.
TEST(TokenStepper, OneAndTwoThreadsAgreeToTheBit) {
  for (const Case& c : kCases) {
    TransformerConfig layers = layers_of(c);
    layers.n_layers = 1;
    Case small = c;
    small.n_skipped = std::min<int64_t>(c.n_skipped, 1);
    const Decoded decoded(small, layers, 10);
    for (const RowPrecision precision : {RowPrecision::f32, RowPrecision::bf16})
      EXPECT_TRUE(decoded.stepped(precision, 2).equal(decoded.stepped(precision, 1))) << c.name;
  }
}

TEST(TokenStepper, InBf16LogitsAreNearAndTheLikeliestTokenIsTheSame) {
  int64_t n_equal = 0, n_clear = 0, n = 0;
  for (const Case& c : kCases) {
    const Decoded decoded(c, layers_of(c), 200);
    const at::Tensor bf16 = decoded.stepped(RowPrecision::bf16, 1);
    const double scale = decoded.logits.abs().max().item<double>();
    EXPECT_LT((bf16 - decoded.logits).abs().max().item<double>(), 2e-2 * scale) << c.name;
    const auto [top, place] = decoded.logits.topk(2, 1);
    const at::Tensor is_equal = bf16.argmax(1) == decoded.logits.argmax(1);
    // Where two tokens are as likely as each other but for rounding, either may lead.
    const at::Tensor is_clear = (top.select(1, 0) - top.select(1, 1)) > 1e-2 * scale;
    n_equal += (is_equal & is_clear).sum().item<int64_t>();
    n_clear += is_clear.sum().item<int64_t>();
    n += is_clear.numel();
  }
  EXPECT_GT(n_clear, n / 2);
  EXPECT_GE(static_cast<double>(n_equal), .999 * static_cast<double>(n_clear));
}

TEST(TokenStepper, WeightsAreSharedBySteppersThatKnowNothingOfEachOther) {
  const Decoded decoded(kCases[0], kSmall, 40);
  const auto weights = std::make_shared<const StepperWeights>(decoded.decoder, RowPrecision::f32);
  StepTeam team(1);
  TokenStepper first(weights, decoded.z, 8, team), second(weights, decoded.z, 8, team);
  for (int64_t token = 1; token < 6; ++token) first.step(token, 0, 0);
  second.step(7, 0, 0);
  TokenStepper alone(weights, decoded.z, 8, team);
  const auto seen = second.step(9, 0, 1);
  alone.step(7, 0, 0);
  const auto wanted = alone.step(9, 0, 1);
  EXPECT_TRUE(std::ranges::equal(seen, wanted));
  EXPECT_EQ(second.n_tokens(), 2);
}

}  // namespace
}  // namespace songscape
