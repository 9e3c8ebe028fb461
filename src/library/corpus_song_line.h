// The sung line of a song: words for its phrases, set to syllables in time and pitch as the language moves.
#pragma once

#include <string>
#include <vector>

#include "core/random.h"
#include "library/corpus_form.h"
#include "library/corpus_harmony.h"
#include "library/corpus_languages.h"
#include "midi/voice.h"

namespace songscape {

struct SongLinePlan {
  const Language& language;
  int theme;
  const Genre& genre;
  const Factors& factors;
  const MidiSong& song;
  const Form& form;
  const std::vector<Chord>& progression;
};

struct SongLine {
  std::vector<SungSyllable> syllables;
  std::vector<MidiLyric> lyrics;   // a word at its first syllable
  std::vector<std::string> lines;  // a phrase each, as a reader would see them
};

SongLine write_song_line(const SongLinePlan& plan, Random& random);

// The voice of an artist: vocal tract, breath, effort, and how far the language's vibrato goes.
Singer draw_singer(const Language& language, Random random);

}  // namespace songscape
