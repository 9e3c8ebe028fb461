#include "create/composer.h"

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "midi/grid_parts.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

Token token_or_mask(TokenKind kind, const std::optional<int>& value) {
  return value ? to_token(kind, *value) : to_token(TokenKind::mask);
}

// The tokens that the piece begins with, without bars.
std::vector<Token> header_of(const GridBar& bar) {
  return {to_token(TokenKind::bos), to_token(TokenKind::time_signature, bar.time_signature),
          bar.key < 0 ? to_token(TokenKind::any) : to_token(TokenKind::key, bar.key),
          to_token(TokenKind::tempo, bar.tempo)};
}

}  // namespace

Composer::Composer(std::shared_ptr<const StepperWeights> weights, const MusicWindow& window, const AskedMusic& asked,
                   const SamplingOptions& sampling, int n_threads)
    : weights_(std::move(weights)), window_(window), asked_(asked), sampling_(sampling), team_(n_threads) {
  if (asked.time_signature) sampling_.held.push_back(TokenKind::time_signature);
  if (asked.key) sampling_.held.push_back(TokenKind::key);
  if (asked.tempo) sampling_.held.push_back(TokenKind::tempo);
  sampling_.max_tokens = window.max_tokens;
}

std::vector<Token> Composer::header() const {
  if (asked_.is_empty()) return {to_token(TokenKind::bos)};
  return {to_token(TokenKind::bos), token_or_mask(TokenKind::time_signature, asked_.time_signature),
          token_or_mask(TokenKind::key, asked_.key), token_or_mask(TokenKind::tempo, asked_.tempo)};
}

// The last bars of the song with what is asked, and BAR; at least what the song is in force of.
std::vector<Token> Composer::prompt_of(const GridSong& song, int& n_prompted) const {
  const auto n_bars = static_cast<int>(song.bars.size());
  for (n_prompted = std::min(n_bars, window_.n_bars / 2); n_prompted > 0; --n_prompted) {
    std::vector<Token> tokens = to_tokens(cut_bars(song, n_bars - n_prompted, n_prompted), {.chords = window_.chords});
    if (std::ssize(tokens) > window_.max_tokens / 2) continue;
    tokens.back() = to_token(TokenKind::bar);  // in place of EOS
    return tokens;
  }
  return header_of(song.bars.back());
}

GeneratedMusic Composer::generate(ComposedPiece& piece, std::span<const float> z, std::span<const Token> prompt,
                                  int n_bars, Random& random) {
  sampling_.n_bars = n_bars;
  const auto start = std::chrono::steady_clock::now();
  GeneratedMusic music = generate_music(weights_, z, prompt, sampling_, team_, random);
  piece.generated_sec += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  piece.n_tokens += std::ssize(music.tokens) - std::ssize(prompt);
  piece.was_cut = piece.was_cut || music.was_cut;
  ++piece.n_windows;
  return music;
}

void Composer::add_window(ComposedPiece& piece, std::span<const float> z, int n_bars, Random& random) {
  check(n_bars >= 1 && n_bars <= window_.n_bars, "a window has no more bars than the model's");
  append_bars(piece.song, from_tokens(generate(piece, z, header(), n_bars, random).tokens));
}

void Composer::extend(ComposedPiece& piece, std::span<const float> z, int n_bars, Random& random) {
  if (piece.song.bars.empty()) add_window(piece, z, std::min(n_bars, window_.n_bars), random);
  while (std::ssize(piece.song.bars) < n_bars) {
    int n_prompted = 0;
    const std::vector<Token> prompt = prompt_of(piece.song, n_prompted);
    const auto n_left = n_bars - static_cast<int>(piece.song.bars.size());
    const int n_wanted = std::min(window_.n_bars, n_prompted + n_left);
    const GridSong window = from_tokens(generate(piece, z, prompt, n_wanted, random).tokens);
    append_bars(piece.song, cut_bars(window, n_prompted, static_cast<int>(window.bars.size()) - n_prompted));
  }
}

}  // namespace songscape
