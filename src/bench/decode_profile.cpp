#include "bench/decode_profile.h"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <functional>
#include <memory>

#include "bench/timing.h"
#include "core/parallel.h"
#include "models/music_transformer.h"

namespace songscape {
namespace {

constexpr int64_t kPieceTokens = 512;
constexpr int64_t kProductsOfBound = 200;
constexpr double kGoalTokens = 1000, kGoalShare = .6;

MusicTransformerConfig ten_million() {
  MusicTransformerConfig config;
  config.input_shape = {kPieceTokens};
  config.latents.hierarchical = true;
  config.conditioning.position_aware = true;
  config.encoder = {.n_layers = 1, .d_model = 32, .n_heads = 2, .d_ff = 32};
  config.decoder = {.n_layers = 8, .d_model = 320, .n_heads = 5, .d_ff = 1280};
  return config;
}

double seconds_taken(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Products with as many bytes of weights as a token takes.
class WeightReader {
 public:
  WeightReader(int64_t n_bytes, int64_t n_columns, RowPrecision precision) : x_(static_cast<size_t>(n_columns), .5f) {
    const int64_t n_rows = n_bytes / (precision == RowPrecision::bf16 ? 2 : 4) / n_columns;
    matrix_ = RowMatrix(std::vector<float>(static_cast<size_t>(n_rows * n_columns), .25f), {}, n_columns, precision);
    y_.resize(static_cast<size_t>(n_rows));
  }

  void read(StepTeam& team) {
    team.run([&](int member) {
      const TeamPart part = part_of_team(matrix_.n_rows(), member, team.size(), 4);
      matrix_.multiply(x_.data(), part.first, part.last, y_.data());
    });
  }

 private:
  std::vector<float> x_, y_;
  RowMatrix matrix_;
};

void decode_piece(const std::shared_ptr<const StepperWeights>& weights, StepTeam& team) {
  const std::vector<float> z(static_cast<size_t>(weights->latent_dim()), .5f);
  TokenStepper stepper(weights, z, kPieceTokens, team);
  for (int64_t i = 0; i < kPieceTokens; ++i) stepper.step(7 + i % 700, i / 130, i / 4 % 96);
}

std::vector<Cell> decode_row(const MusicTransformer& model, RowPrecision precision, int n_threads, int64_t n_rounds) {
  const auto weights = model.stepper_weights(precision);
  WeightReader reader(weights->n_bytes_a_step(), weights->d_model, precision);
  StepTeam team(n_threads);
  std::vector<double> tokens_a_second, bounds;
  for (int64_t round = 0; round <= n_rounds; ++round) {  // the first does not count
    const double decoded = kPieceTokens / seconds_taken([&] { decode_piece(weights, team); });
    const double bound = kProductsOfBound / seconds_taken([&] {
                           for (int64_t i = 0; i < kProductsOfBound; ++i) reader.read(team);
                         });
    if (round == 0) continue;
    tokens_a_second.push_back(decoded);
    bounds.push_back(bound);
  }
  const double rate = median_of(tokens_a_second), bound = median_of(bounds);
  return {std::string(precision == RowPrecision::bf16 ? "bf16" : "f32"),
          int64_t{n_threads},
          weights->n_bytes_a_step(),
          rate,
          bound,
          rate / bound,
          kGoalTokens,
          kGoalShare,
          rate >= kGoalTokens && rate >= kGoalShare * bound};
}

}  // namespace

Table decode_profile(int64_t n_rounds) {
  Table table{{"precision", "threads", "bytes_a_token", "tokens_a_second", "bound", "share", "goal_tokens",
               "goal_share", "is_met"},
              {}};
  const MusicTransformer model(ten_million(), 1);
  for (const RowPrecision precision : {RowPrecision::bf16, RowPrecision::f32})
    for (int n_threads = 1; n_threads <= std::min(2, available_cores()); ++n_threads)
      table.add(decode_row(model, precision, n_threads, n_rounds));
  return table;
}

}  // namespace songscape
