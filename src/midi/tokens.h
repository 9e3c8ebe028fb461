// Songs on the grid as tokens and back (docs/vocabulary.md).
#pragma once

#include <span>
#include <vector>

#include "midi/grid_song.h"

namespace songscape {

struct TokenOptions {
  bool chords = true;
};

std::vector<Token> to_tokens(const GridSong& song, TokenOptions options = {});

// The song that to_tokens() came from, melody_program apart (−1).  PAD behind EOS is left out.  Throws Error `damaged`,
// which names the place and what may stand there, for anything that the grammar does not make.
GridSong from_tokens(std::span<const Token> tokens);

}  // namespace songscape
