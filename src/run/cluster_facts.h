// What cluster_names.h makes names of: things that songs hold (labels, words), and how songs sound.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "data/library_index.h"

namespace songscape {

// Things, each held by some of those songs that are known to hold any or none.
struct Holdings {
  std::string kind;  // "genre", "lyrics"
  std::vector<std::string> things;
  std::vector<std::vector<int32_t>> of_songs;  // numbers of things, each once
  std::vector<char> is_known;                  // one a song
};

// One for each label column that can judge a grouping (run/labels.h).
std::vector<Holdings> label_holdings(const LibraryIndex& library);
// The words of the lyrics that may name a cluster, and that three songs have at least.
Holdings word_holdings(const LibraryIndex& library, int n_threads);

// How the songs `measured` sound: [n_songs × kNumSounds], NaN where not known.
inline constexpr int64_t kNumSounds = 6;
struct SoundWords {
  const char *low, *high;
};
std::span<const SoundWords, kNumSounds> sound_words();  // quiet and loud, …
Matrix song_sounds(const LibraryIndex& library, std::span<const int64_t> measured, int n_threads);

// A thing that tells a cluster.
struct Held {
  int64_t cluster;
  int32_t thing;
  double share, times_the_rest;  // infinite where the rest has none
  double log_chance;
};
// Those of the contract of cluster_names.h, of the least chance first.  clusters: one a song, −1 for none.
// n_tests: how many things are tried in each cluster, of this kind and its like.
std::vector<Held> telling_things(const Holdings& holdings, std::span<const int32_t> clusters, int64_t n_clusters,
                                 int64_t n_tests);

}  // namespace songscape
