#include "models/music_generator.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>

#include "midi/tokens.h"
#include "models/music_transformer.h"

namespace songscape {
namespace {

MusicTransformerConfig tiny(bool is_language_model = false) {
  MusicTransformerConfig config;
  config.input_shape = {96};
  config.max_tokens = 96;
  config.bars = 3;
  config.latent_dim = 6;
  config.language_model = is_language_model;
  config.encoder = config.decoder = {.n_layers = 1, .d_model = 16, .n_heads = 2, .d_ff = 24};
  return config;
}

std::vector<Token> bos() { return {to_token(TokenKind::bos)}; }

struct Generator {
  MusicTransformer model;
  std::shared_ptr<const StepperWeights> weights;
  std::vector<float> z;
  explicit Generator(const MusicTransformerConfig& config = tiny(), uint64_t seed = 1)
      : model(config, seed),
        weights(model.stepper_weights(RowPrecision::f32)),
        z(static_cast<size_t>(weights->latent_dim()), .5f) {}

  GeneratedMusic operator()(SamplingOptions options, uint64_t seed = 0, const std::vector<Token>& prompt = bos(),
                            int n_threads = 1) const {
    options.max_tokens = 96;
    StepTeam team(n_threads);
    Random random(seed);
    return generate_music(weights, z, prompt, options, team, random);
  }
};

TEST(MusicGenerator, RandomWeightsMakeMusicOfTheGrammarAtAnyTemperature) {
  for (const bool is_language_model : {false, true})
    for (const double temperature : {0., .5, 1., 2., 20.})
      for (uint64_t seed = 0; seed < 6; ++seed) {
        const Generator generate(tiny(is_language_model), seed);
        const GeneratedMusic music = generate({.temperature = temperature, .n_bars = 3}, seed);
        ASSERT_LE(music.tokens.size(), 96u);
        const GridSong song = from_tokens(music.tokens);
        EXPECT_TRUE(music.was_cut || song.bars.size() == 3);
        check_grid_song(song);
      }
}

TEST(MusicGenerator, ASeedGivesTheSameMusicOnAnyNumberOfThreads) {
  const Generator generate;
  const SamplingOptions options{.temperature = 1.5, .top_k = 100, .top_p = .99, .n_bars = 3};
  const std::vector<Token> music = generate(options, 7).tokens;
  EXPECT_EQ(generate(options, 7, bos(), 2).tokens, music);
  EXPECT_NE(generate(options, 8).tokens, music);
}

TEST(MusicGenerator, APieceThatTheSpaceCutsEndsWhole) {
  const Generator generate;
  int n_cut = 0;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const GeneratedMusic music = generate({.temperature = 3, .n_bars = 3}, seed);
    n_cut += music.was_cut;
    EXPECT_EQ(music.tokens.back(), to_token(TokenKind::eos));
    EXPECT_NO_THROW(from_tokens(music.tokens));
  }
  EXPECT_GT(n_cut, 0) << "some of them are cut";
}

TEST(MusicGenerator, APromptStandsAtTheBeginningAndMaskedPlacesAreDrawn) {
  const Generator generate;
  const Token key = to_token(TokenKind::key, 9);
  const std::vector<Token> prompt{to_token(TokenKind::bos), to_token(TokenKind::mask), key, to_token(TokenKind::mask)};
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const std::vector<Token> tokens = generate({.temperature = 1, .n_bars = 2}, seed, prompt).tokens;
    EXPECT_EQ(kind_of(tokens[1]), TokenKind::time_signature);
    EXPECT_EQ(tokens[2], key);
    EXPECT_EQ(kind_of(tokens[3]), TokenKind::tempo);
  }
}

TEST(MusicGenerator, WhatIsHeldStaysWhatItIsInTheFirstBar) {
  const Generator generate;
  int n_changes = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<TokenKind> all{TokenKind::time_signature, TokenKind::key, TokenKind::tempo};
    const GridSong held = from_tokens(generate({.temperature = 2, .n_bars = 3, .held = all}, seed).tokens);
    for (const GridBar& bar : held.bars) EXPECT_EQ(bar, held.bars.front());
    const GridSong free = from_tokens(generate({.temperature = 2, .n_bars = 3}, seed).tokens);
    for (const GridBar& bar : free.bars) n_changes += !(bar == free.bars.front());
  }
  EXPECT_GT(n_changes, 0);
}

// --- draw_token ---

std::map<Token, int> draws(const std::vector<float>& logits, const SamplingOptions& options,
                           const std::vector<uint8_t>& mask = {}) {
  Random random(3);
  std::map<Token, int> n;
  for (int i = 0; i < 4000; ++i) ++n[draw_token(logits, mask, options, random)];
  return n;
}

const std::vector<float> kLogits{std::log(.1f), std::log(.4f), std::log(.2f), std::log(.3f)};

TEST(DrawToken, FollowsTheProbabilitiesOfItsTemperature) {
  const auto n = draws(kLogits, {.temperature = 1});
  EXPECT_NEAR(n.at(0) / 4000., .1, .03);
  EXPECT_NEAR(n.at(1) / 4000., .4, .03);
  EXPECT_NEAR(n.at(3) / 4000., .3, .03);
  const auto sharp = draws(kLogits, {.temperature = .5});
  EXPECT_NEAR(sharp.at(1) / 4000., .16 / .3, .03) << "probabilities squared";
  EXPECT_EQ(draws(kLogits, {.temperature = 0}), (std::map<Token, int>{{1, 4000}}));
}

TEST(DrawToken, TopKDrawsOfTheKLikeliestAlone) {
  const auto n = draws(kLogits, {.temperature = 1, .top_k = 2});
  EXPECT_EQ(n.size(), 2u);
  EXPECT_NEAR(n.at(1) / 4000., 4. / 7, .03);
  EXPECT_NEAR(n.at(3) / 4000., 3. / 7, .03);
}

TEST(DrawToken, TopPDrawsOfTheFewestThatReachTheShare) {
  EXPECT_EQ(draws(kLogits, {.temperature = 1, .top_p = .35}).size(), 1u);
  EXPECT_EQ(draws(kLogits, {.temperature = 1, .top_p = .65}).size(), 2u);
  EXPECT_EQ(draws(kLogits, {.temperature = 1, .top_p = .75}).size(), 3u);
  EXPECT_EQ(draws(kLogits, {.temperature = 1, .top_p = .95}).size(), 4u);
  EXPECT_EQ(draws(kLogits, {.temperature = 1, .top_k = 3, .top_p = .6}).size(), 2u) << "of those that k left";
}

TEST(DrawToken, TheMaskComesFirst) {
  const std::vector<uint8_t> mask{1, 0, 1, 0};
  const auto n = draws(kLogits, {.temperature = 1}, mask);
  EXPECT_EQ(n.size(), 2u);
  EXPECT_NEAR(n.at(2) / 4000., 2. / 3, .03);
  EXPECT_EQ(draws(kLogits, {.temperature = 0}, mask), (std::map<Token, int>{{2, 4000}}));
}

}  // namespace
}  // namespace songscape
