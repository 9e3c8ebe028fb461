#include "models/music_generator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "midi/grammar.h"

namespace songscape {
namespace {

constexpr int64_t kRoomToEnd = 8;  // tokens that the shortest ending may take

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

class Generation {
 public:
  Generation(TokenStepper stepper, const SamplingOptions& options, int64_t n_bars_of_model, Random& random)
      : stepper_(std::move(stepper)), options_(options), n_bars_of_model_(n_bars_of_model), random_(random) {}

  GeneratedMusic run(std::span<const Token> prompt) {
    for (const Token token : prompt) {
      if (token == to_token(TokenKind::mask)) {
        push(draw());
        continue;
      }
      check(!options_.grammar || grammar_.allows(token), "a prompt is of the grammar");
      push(token);
    }
    while (!is_over()) push(draw());
    return std::move(music_);
  }

 private:
  bool is_over() {
    if (music_.tokens.back() == to_token(TokenKind::eos)) return true;
    if (std::ssize(music_.tokens) + kRoomToEnd < options_.max_tokens) return false;
    music_.was_cut = true;
    if (options_.grammar)
      for (const Token token : grammar_.ending()) music_.tokens.push_back(token);
    return true;
  }

  void push(Token token) {
    if (options_.grammar) grammar_.push(token);
    place_.push(token, n_bars_of_model_);
    music_.tokens.push_back(token);
    if (std::ssize(music_.tokens) < options_.max_tokens) logits_ = stepper_.step(token, place_.bar, place_.position);
  }

  Token draw() {
    if (!options_.grammar) return draw_token(logits_, {}, options_, random_);
    grammar_.allowed(mask_);
    mask_[to_token(grammar_.n_bars() < options_.n_bars ? TokenKind::eos : TokenKind::bar)] = 0;
    if (grammar_.n_bars() > 0)
      for (const TokenKind kind : options_.held)
        std::fill_n(mask_.begin() + token_range(kind).first, token_range(kind).size, uint8_t{0});
    return draw_token(logits_, mask_, options_, random_);
  }

  TokenStepper stepper_;
  const SamplingOptions& options_;
  int64_t n_bars_of_model_;
  Random& random_;
  Grammar grammar_;
  Place place_;
  GeneratedMusic music_;
  std::span<const float> logits_;
  std::array<uint8_t, kVocabularySize> mask_{};
};

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
  return Generation(TokenStepper(weights, z, options.max_tokens, team, skipped), options, weights->layout.n_bars,
                    random)
      .run(prompt);
}

}  // namespace songscape
