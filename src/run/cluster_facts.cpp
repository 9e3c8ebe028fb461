#include "run/cluster_facts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <unordered_set>

#include "audio/mel_attributes.h"
#include "core/parallel.h"
#include "core/text.h"
#include "run/labels.h"
#include "stats/over_representation.h"
#include "text/language_words.h"
#include "text/words.h"

namespace songscape {
namespace {

constexpr int64_t kLeastSongs = 3;
constexpr double kLeastShare = 1. / 3, kLeastTimes = 2, kChance = .01;

constexpr SoundWords kSoundWords[kNumSounds] = {{"quiet", "loud"},  {"dark", "bright"}, {"low-pitched", "high-pitched"},
                                                {"sparse", "busy"}, {"slow", "fast"},   {"major", "minor"}};

std::unordered_set<std::string> frequent_words() {
  std::unordered_set<std::string> words;
  WordReader reader;
  for (const LanguageWords& language : language_words())
    for (std::string& word : reader.words(language.words)) words.insert(std::move(word));
  return words;
}

bool may_name(const std::string& word) {
  return letters_of(word).size() > 1 && !std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<Holdings> label_holdings(const LibraryIndex& library) {
  std::vector<Holdings> all;
  for (const SongLabel& label : song_labels(library)) {
    Holdings h{label.name, label.classes, {}, {}};
    for (const int32_t code : label.codes) {
      h.is_known.push_back(code >= 0);
      h.of_songs.push_back(code >= 0 ? std::vector<int32_t>{code} : std::vector<int32_t>{});
    }
    all.push_back(std::move(h));
  }
  return all;
}

Holdings word_holdings(const LibraryIndex& library, int n_threads) {
  const auto n = static_cast<size_t>(library.n_songs());
  const std::unordered_set<std::string> frequent = frequent_words();
  std::vector<std::set<std::string>> words(n);
  parallel_for(library.n_songs(), n_threads, [&](int64_t s) {
    if (!library.song(s).has_lyrics) return;
    WordReader reader;
    for (std::string& word : reader.words(library.read_lyrics(s)))
      if (may_name(word) && !frequent.contains(word)) words[static_cast<size_t>(s)].insert(std::move(word));
  });
  std::map<std::string, int32_t> numbers;
  for (const auto& of_song : words)
    for (const std::string& word : of_song) ++numbers[word];
  Holdings h{"lyrics", {}, std::vector<std::vector<int32_t>>(n), {}};
  for (auto& [word, number] : numbers) {
    const bool is_kept = number >= kLeastSongs;
    number = is_kept ? static_cast<int32_t>(h.things.size()) : -1;
    if (is_kept) h.things.push_back(word);
  }
  for (size_t s = 0; s < n; ++s) {
    h.is_known.push_back(library.song(static_cast<int64_t>(s)).has_lyrics);
    for (const std::string& word : words[s])
      if (const int32_t number = numbers[word]; number >= 0) h.of_songs[s].push_back(number);
  }
  return h;
}

std::span<const SoundWords, kNumSounds> sound_words() { return kSoundWords; }

Matrix song_sounds(const LibraryIndex& library, std::span<const int64_t> measured, int n_threads) {
  Matrix sounds(library.n_songs(), kNumSounds, std::numeric_limits<float>::quiet_NaN());
  const bool has_level = library.mel_reference() != "clip";
  parallel_for(static_cast<int64_t>(measured.size()), n_threads, [&](int64_t i) {
    const int64_t s = measured[static_cast<size_t>(i)];
    const IndexSong song = library.song(s);
    if (song.n_clips == 0) return;
    const int64_t clip = song.first_clip + song.n_clips / 2;
    std::vector<float> mel(static_cast<size_t>(kMelValues));
    library.read_mel(clip, mel);
    const auto values = as_array(measure_mel(mel, {.n_valid_frames = library.clip(clip).n_valid_frames}));
    for (int64_t j = has_level ? 0 : 1; j < kNumSounds; ++j)
      sounds(s, j) = static_cast<float>(values[static_cast<size_t>(j)]);
  });
  return sounds;
}

std::vector<Held> telling_things(const Holdings& h, std::span<const int32_t> clusters, int64_t n_clusters,
                                 int64_t n_tests) {
  std::vector<int64_t> n_known(static_cast<size_t>(n_clusters), 0), n_having(h.things.size(), 0);
  std::map<std::pair<int32_t, int32_t>, int64_t> n_here;  // of a cluster and a thing
  int64_t n_all = 0;
  for (size_t s = 0; s < clusters.size(); ++s) {
    if (!h.is_known[s] || clusters[s] < 0) continue;
    ++n_all;
    ++n_known[static_cast<size_t>(clusters[s])];
    for (const int32_t thing : h.of_songs[s]) {
      ++n_having[static_cast<size_t>(thing)];
      ++n_here[{clusters[s], thing}];
    }
  }
  const double limit = std::log(kChance / static_cast<double>(std::max<int64_t>(1, n_tests * n_clusters)));
  std::vector<Held> found;
  for (const auto& [where, n] : n_here) {
    const int64_t n_part = n_known[static_cast<size_t>(where.first)], n_rest = n_all - n_part;
    const int64_t n_has = n_having[static_cast<size_t>(where.second)];
    const double share = static_cast<double>(n) / static_cast<double>(n_part);
    const double rest = n_rest > 0 ? static_cast<double>(n_has - n) / static_cast<double>(n_rest) : share;
    if (n < kLeastSongs || share < kLeastShare || share < kLeastTimes * rest) continue;
    const double chance = log_chance_of_as_many({n, n_part, n_has, n_all});
    if (chance < limit) found.push_back({where.first, where.second, share, rest > 0 ? share / rest : INFINITY, chance});
  }
  std::ranges::stable_sort(found, {}, &Held::log_chance);
  return found;
}

}  // namespace songscape
