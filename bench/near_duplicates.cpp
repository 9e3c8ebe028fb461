// What the search for near-duplicates costs and finds among N songs (audio/fingerprint.h):
//   ninja bench_near_duplicates && build/bench_near_duplicates LIBRARY [N [PLACES]]
// The library's fingerprints are taken N songs long, each time round a semitone higher.  Among them stand 200 songs of
// a built-in corpus; these are sought again as other recordings of them would be heard: begun later, with noise, with
// the treble lost.  Counted are only recordings that fingerprint_similarity() calls the same, by their similarity.
#include "library/near_duplicates.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "audio/clip.h"
#include "audio/fingerprint.h"
#include "bench/scale_library.h"
#include "core/parallel.h"
#include "core/random.h"
#include "library/catalogue.h"
#include "library/corpus_arrange.h"

namespace songscape {
namespace {

constexpr int64_t kSongs = 200;
constexpr double kSongSec = 40;
const CorpusSpec kCorpus{.n_songs = kSongs, .seed = 20261, .duration_sec = kSongSec};

struct Distortion {
  double later_sec = 0, noise = 0, treble = 1;  // noise: of the song's level; treble: 1 keeps it
};
const std::vector<Distortion> kDistortions = {{1, 0, 1},   {4, 0, 1},   {8, 0, 1},   {0, .1, .5}, {0, .3, .5},
                                              {0, .6, .3}, {0, 1, .3},  {.5, .1, 1}, {2, .3, .5}, {4, .3, .5},
                                              {4, .6, .3}, {6, .3, .5}, {8, .2, .5}, {1, .8, .3}};

Fingerprint print_of(const std::vector<int16_t>& pcm, const Distortion& d, uint64_t seed) {
  const auto first = static_cast<size_t>(d.later_sec * kSampleRate);
  std::vector<float> clip(kClipSamples);
  double power = 0;
  for (size_t i = 0; i < clip.size(); ++i) {
    clip[i] = static_cast<float>(pcm[first + i]) / 32768;
    power += static_cast<double>(clip[i]) * clip[i];
  }
  const double noise = d.noise * std::sqrt(power / static_cast<double>(clip.size()));
  Random random(seed, stream_id("noise"));
  double low = 0;
  for (float& x : clip) x = static_cast<float>((low += d.treble * (x - low)) + noise * random.normal());
  return make_fingerprint(clip);
}

struct Recording {
  int64_t song;
  double similarity;
  Fingerprint print;
};

struct Recordings {
  std::vector<Fingerprint> songs;
  std::vector<Recording> others;  // the same by their similarity
};

Recordings make_recordings() {
  const std::vector<SongPlan> plans = plan_corpus(kCorpus);
  std::vector<Fingerprint> songs(plans.size());
  std::vector<std::vector<Fingerprint>> others(plans.size());
  parallel_for(kSongs, worker_threads(), [&](int64_t i) {
    const auto song = static_cast<size_t>(i);
    const std::vector<int16_t> pcm = render_song(plans[song], kCorpus, arrange_song(plans[song], kCorpus));
    songs[song] = print_of(pcm, {}, 0);
    for (const Distortion& d : kDistortions)
      others[song].push_back(print_of(pcm, d, static_cast<uint64_t>(others[song].size())));
  });
  Recordings out;
  for (size_t song = 0; song < others.size(); ++song)
    for (Fingerprint& print : others[song])
      if (const double s = fingerprint_similarity(print, songs[song]); s >= kDuplicateSimilarity)
        out.others.push_back({static_cast<int64_t>(song), s, std::move(print)});
  out.songs = std::move(songs);
  return out;
}

void print_found(const std::vector<Recording>& sought, const std::vector<bool>& is_found) {
  const std::vector<double> edges = {kDuplicateSimilarity, .25, .3, .35, .4, .5, .6, 1.01};
  for (size_t e = 0; e + 1 < edges.size(); ++e) {
    int64_t n = 0, n_found = 0;
    for (size_t i = 0; i < sought.size(); ++i) {
      if (sought[i].similarity < edges[e] || sought[i].similarity >= edges[e + 1]) continue;
      ++n;
      n_found += is_found[i];
    }
    if (n > 0)
      std::printf("similarity %.2f … %.2f: %lld of %lld found, %.3f\n", edges[e], std::min(1.0, edges[e + 1]),
                  static_cast<long long>(n_found), static_cast<long long>(n),
                  static_cast<double>(n_found) / static_cast<double>(n));
  }
}

int run(const char* library, int64_t n_songs, const FingerprintIndex::Limits& limits) {
  const auto prints = Catalogue::open_for_reading(library).fingerprints();
  const auto n_prints = static_cast<int64_t>(prints.size());
  const Recordings recordings = make_recordings();
  FingerprintIndex index(limits);
  for (int64_t i = 0; i < n_songs; ++i) {
    const std::string& bytes = prints[static_cast<size_t>(i % n_prints)].second;
    index.add(i + kSongs, fingerprint_from(transposed(bytes, i / n_prints)));
  }
  for (int64_t i = 0; i < kSongs; ++i) index.add(i, recordings.songs[static_cast<size_t>(i)]);
  std::vector<bool> is_found;
  int64_t n_strangers = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const Recording& r : recordings.others) {
    const auto matches = index.find(r.print);
    is_found.push_back(std::ranges::find(matches, r.song, &FingerprintIndex::Match::id) != matches.end());
    n_strangers += static_cast<int64_t>(matches.size()) - is_found.back();
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  std::printf("%lld songs, %zu places: %.4f ms a search, %lld other songs named\n", static_cast<long long>(n_songs),
              limits.n_visited, 1e3 * spent.count() / static_cast<double>(is_found.size()),
              static_cast<long long>(n_strangers));
  print_found(recordings.others, is_found);
  return 0;
}

}  // namespace
}  // namespace songscape

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) return std::fprintf(stderr, "usage: bench_near_duplicates LIBRARY [N [PLACES]]\n"), 2;
  songscape::FingerprintIndex::Limits limits;
  if (argc > 3) limits.n_visited = std::strtoull(argv[3], nullptr, 10);
  try {
    return songscape::run(argv[1], argc > 2 ? std::atoll(argv[2]) : 100000, limits);
  } catch (const std::exception& e) {
    return std::fprintf(stderr, "%s\n", e.what()), 1;
  }
}
