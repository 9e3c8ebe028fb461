#include "models/music_tokens.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

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

at::Tensor drawn_shift(const at::Tensor& x, int64_t most, at::Generator& noise) {
  return index_noise({x.size(0), 1}, 2 * most + 1, noise, x.device()) - most;
}

at::Tensor transposed(const at::Tensor& x, int64_t most, at::Generator& noise) {
  constexpr int64_t kSemitones = 12;
  const at::Tensor is_pitch = is_of(x, TokenKind::pitch), moved = x + drawn_shift(x, most, noise);
  const at::Tensor stays = (is_pitch & ~is_of(moved, TokenKind::pitch)).any(1, /*keepdim=*/true);
  const at::Tensor shift = at::where(stays, 0, moved - x);
  // Keys: tonic and 12 for minor.  Chords: 4 · root + quality.
  const int64_t key = token_range(TokenKind::key).first, chord = token_range(TokenKind::chord).first;
  const at::Tensor of_key = x - key;
  const at::Tensor moved_key =
      key + (of_key >= kSemitones).to(at::kLong) * kSemitones + (of_key + shift).remainder(kSemitones);
  const at::Tensor moved_chord = chord + (x - chord + 4 * shift).remainder(token_range(TokenKind::chord).size);
  at::Tensor result = at::where(is_pitch, x + shift, x);
  result = at::where(is_of(x, TokenKind::key), moved_key, result);
  return at::where(is_of(x, TokenKind::chord), moved_chord, result);
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
  at::Tensor result = most.semitones > 0 ? transposed(x, most.semitones, noise) : x;
  if (most.tempo_steps == 0) return result;
  const TokenRange tempo = token_range(TokenKind::tempo);
  const at::Tensor moved =
      (result + drawn_shift(x, most.tempo_steps, noise)).clamp(tempo.first, tempo.first + tempo.size - 1);
  return at::where(is_of(x, TokenKind::tempo), moved, result);
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
