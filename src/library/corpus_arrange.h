// A planned song made into an arrangement: notes, sounds, mix and words.
#pragma once

#include <string>
#include <vector>

#include "library/corpus_plan.h"
#include "midi/synthesizer.h"

namespace songscape {

struct CorpusSong {
  Arrangement arrangement;         // its last track is the voice
  std::vector<std::string> lines;  // of the lyrics, in the order in which they are sung
};

// A pure function of the plan, the corpus's seed and its song length.
CorpusSong arrange_song(const SongPlan& plan, const CorpusSpec& spec);

// The song's PCM: mono, 22,050 Hz, corpus_song_samples() long.
std::vector<int16_t> render_song(const SongPlan& plan, const CorpusSpec& spec, const CorpusSong& song);

}  // namespace songscape
