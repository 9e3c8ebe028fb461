#include "models/music_tokens.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "midi/token_augment.h"
#include "midi/vocabulary.h"
#include "nn/noise.h"

namespace songscape {
namespace {

at::Tensor is_of(const at::Tensor& x, TokenKind kind) {
  const TokenRange range = token_range(kind);
  return (x >= range.first) & (x < range.first + range.size);
}

// The classes of what stands at `place` of each row, −1 where it is of another kind.
at::Tensor class_at(const at::Tensor& x, int64_t place, TokenKind kind) {
  const at::Tensor token = x.select(1, place);
  return at::where(is_of(token, kind), token - token_range(kind).first, -1);
}

// −most … most for each row.
std::vector<int64_t> drawn_shifts(int64_t n_rows, int64_t most, at::Generator& noise) {
  const at::Tensor shifts = index_noise({n_rows}, 2 * most + 1, noise, at::kCPU) - most;
  return {shifts.const_data_ptr<int64_t>(), shifts.const_data_ptr<int64_t>() + n_rows};
}

}  // namespace

TokenNames music_token_names() {
  const TokenRange position = token_range(TokenKind::position);
  return {.pad = to_token(TokenKind::pad),
          .bar = to_token(TokenKind::bar),
          .first_position = position.first,
          .n_positions = position.size};
}

at::Tensor changed_music(const at::Tensor& x, const MusicChanges& most, at::Generator& noise) {
  if (most.semitones == 0 && most.tempo_steps == 0) return x;
  const int64_t n_rows = x.size(0), n_tokens = x.size(1);
  const std::vector<int64_t> semitones = drawn_shifts(n_rows, most.semitones, noise),
                             steps = drawn_shifts(n_rows, most.tempo_steps, noise);
  const at::Tensor changed = x.to(at::kCPU).contiguous().clone();
  auto* values = changed.mutable_data_ptr<int64_t>();
  for (size_t i = 0; i < semitones.size(); ++i, values += n_tokens) {
    std::vector<Token> row(values, values + n_tokens);
    if (auto moved = transposed(row, static_cast<int>(semitones[i]))) row = *std::move(moved);
    if (auto moved = at_tempo(row, static_cast<int>(steps[i]))) row = *std::move(moved);
    std::ranges::copy(row, values);
  }
  return changed.to(x.device());
}

at::Tensor context_of_music(const at::Tensor& x) {
  return at::stack(
      {class_at(x, 1, TokenKind::time_signature), class_at(x, 2, TokenKind::key), class_at(x, 3, TokenKind::tempo)}, 1);
}

std::vector<int64_t> music_context_sizes() { return {kNumTimeSignatures, kNumKeys, kNumTempi}; }

at::Tensor tokens_that_place_notes() {
  at::Tensor counts = at::zeros({kVocabularySize}, at::kFloat);
  for (const TokenKind kind :
       {TokenKind::bar, TokenKind::position, TokenKind::pitch, TokenKind::drum, TokenKind::program})
    counts.narrow(0, token_range(kind).first, token_range(kind).size).fill_(1);
  return counts;
}

}  // namespace songscape
