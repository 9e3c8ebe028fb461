#include "models/music_generator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "midi/grammar.h"

namespace songscape {
namespace {

constexpr size_t kRoomToEnd = 8;  // tokens that the shortest ending may take

// The bar and the position in force, as TokenBatch has them.
struct Place {
  int64_t bar = 0, position = 0;
  bool is_before_first = true;
  void push(Token token, int64_t n_bars) {
    if (kind_of(token) == TokenKind::bar) {
      if (!is_before_first) bar = std::min(bar + 1, n_bars - 1);
      is_before_first = false;
      position = 0;
    } else if (kind_of(token) == TokenKind::position) {
      position = value_of(token);
    }
  }
};

struct Candidate {
  double weight;
  size_t token;
};

// The likeliest first, cut to those that may be drawn.
void keep_likeliest(std::vector<Candidate>& all, const SamplingOptions& options) {
  std::ranges::stable_sort(all, std::greater<>{}, &Candidate::weight);
  if (options.top_k > 0) all.resize(std::min(all.size(), static_cast<size_t>(options.top_k)));
  if (options.top_p >= 1) return;
  double sum = 0, total = 0;
  for (const Candidate& c : all) total += c.weight;
  for (size_t i = 0; i < all.size(); ++i) {
    sum += all[i].weight;
    if (sum >= options.top_p * total) return all.resize(i + 1);
  }
}

}  // namespace

Token draw_token(std::span<const float> logits, std::span<const uint8_t> mask, const SamplingOptions& options,
                 Random& random) {
  size_t best = logits.size();
  for (size_t i = 0; i < logits.size(); ++i)
    if ((mask.empty() || mask[i] != 0) && (best == logits.size() || logits[i] > logits[best])) best = i;
  check(best < logits.size(), "some token may follow");
  if (options.temperature == 0) return static_cast<Token>(best);
  std::vector<Candidate> all;
  for (size_t i = 0; i < logits.size(); ++i)
    if (mask.empty() || mask[i] != 0)
      all.push_back({std::exp((static_cast<double>(logits[i]) - logits[best]) / options.temperature), i});
  if (options.top_k > 0 || options.top_p < 1) keep_likeliest(all, options);
  double total = 0;
  for (const Candidate& c : all) total += c.weight;
  double left = random.uniform() * total;
  for (const Candidate& c : all) {
    left -= c.weight;
    if (left < 0) return static_cast<Token>(c.token);
  }
  return static_cast<Token>(best);
}

GeneratedMusic generate_music(const std::shared_ptr<const StepperWeights>& weights, std::span<const float> z,
                              std::span<const Token> prompt, const SamplingOptions& options, StepTeam& team,
                              Random& random, const std::vector<std::vector<float>>& skipped) {
  check(!prompt.empty(), "a piece begins with BOS");
  const auto most = static_cast<size_t>(options.max_tokens);
  const int64_t n_bars = weights->layout.n_bars;
  TokenStepper stepper(weights, z, options.max_tokens, team, skipped);
  Grammar grammar;
  Place place;
  GeneratedMusic music;
  std::span<const float> logits;
  const auto push = [&](Token token) {
    if (options.grammar) grammar.push(token);
    place.push(token, n_bars);
    music.tokens.push_back(token);
    if (music.tokens.size() < most) logits = stepper.step(token, place.bar, place.position);
  };
  for (const Token token : prompt) {
    check(!options.grammar || grammar.allows(token), "a prompt is of the grammar");
    push(token);
  }
  std::array<uint8_t, kVocabularySize> mask{};
  while (music.tokens.back() != to_token(TokenKind::eos)) {
    if (music.tokens.size() + kRoomToEnd >= most) {
      music.was_cut = true;
      if (options.grammar)
        for (const Token token : grammar.ending()) music.tokens.push_back(token);
      break;
    }
    if (options.grammar) {
      grammar.allowed(mask);
      mask[to_token(grammar.n_bars() < options.n_bars ? TokenKind::eos : TokenKind::bar)] = 0;
    }
    push(draw_token(logits, options.grammar ? std::span<const uint8_t>(mask) : std::span<const uint8_t>(), options,
                    random));
  }
  return music;
}

}  // namespace songscape
