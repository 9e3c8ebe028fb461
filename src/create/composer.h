// Pieces of music of any length from a model that knows windows of a few bars: windows one after the other, joined.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "midi/grid_song.h"
#include "models/music_generator.h"

namespace songscape {

// What a piece is asked to be, as values of the vocabulary; what is not asked, the model chooses.
struct AskedMusic {
  std::optional<int> time_signature, key, tempo;
  bool is_empty() const { return !time_signature && !key && !tempo; }
};

struct MusicWindow {
  int n_bars = 4;  // the model's, as are the others
  int64_t max_tokens = 768;
  bool chords = false;
};

struct ComposedPiece {
  GridSong song;
  int64_t n_windows = 0;
  int64_t n_tokens = 0;      // generated, those of prompts apart
  double generated_sec = 0;  // that they took
  bool was_cut = false;      // max_tokens ended a window before its last bar; its notes are whole
};

class Composer {
 public:
  Composer(std::shared_ptr<const StepperWeights> weights, const MusicWindow& window, const AskedMusic& asked,
           const SamplingOptions& sampling, int n_threads);

  // One window of z, by itself, behind the piece: n_bars of it, at most the model's.
  void add_window(ComposedPiece& piece, std::span<const float> z, int n_bars, Random& random);
  // The piece goes on until it has n_bars.  Each window is of z, and is told the last half window of bars before it,
  // as far as they leave room.
  void extend(ComposedPiece& piece, std::span<const float> z, int n_bars, Random& random);

 private:
  std::vector<Token> header() const;
  std::vector<Token> prompt_of(const GridSong& song, int& n_prompted) const;
  GeneratedMusic generate(ComposedPiece& piece, std::span<const float> z, std::span<const Token> prompt, int n_bars,
                          Random& random);

  std::shared_ptr<const StepperWeights> weights_;
  MusicWindow window_;
  AskedMusic asked_;
  SamplingOptions sampling_;
  StepTeam team_;
};

}  // namespace songscape
