#include "midi/novelty_metrics.h"

#include <algorithm>
#include <limits>
#include <map>

#include "core/error.h"

namespace songscape {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// One step of SplitMix64 over what was hashed so far.
uint64_t mixed(uint64_t hash, int64_t value) {
  uint64_t x = hash ^ (static_cast<uint64_t>(value) + 0x9E3779B97F4A7C15ull + (hash << 6) + (hash >> 2));
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

struct LineNote {
  int64_t start;
  int pitch, duration;
};

std::vector<uint64_t> grams_of(const GridSong& song, size_t n, bool is_transposed) {
  const std::vector<int64_t> starts = note_starts(song);
  std::map<int, std::vector<LineNote>> lines;
  for (size_t i = 0; i < song.notes.size(); ++i)
    lines[song.notes[i].program].push_back({starts[i], song.notes[i].pitch, song.notes[i].duration});
  std::vector<uint64_t> out;
  for (const auto& [program, line] : lines) {
    const bool by_interval = is_transposed && program != kDrumProgram;
    for (size_t first = 0; first + n <= line.size(); ++first) {
      uint64_t hash = program == kDrumProgram;
      for (size_t i = first; i < first + n; ++i) {
        hash = mixed(hash, i == first ? 0 : line[i].start - line[i - 1].start);
        hash = mixed(hash, line[i].pitch - (by_interval ? line[first].pitch : 0));
        hash = mixed(hash, line[i].duration);
      }
      out.push_back(hash);
    }
  }
  return out;
}

std::vector<uint64_t> bars_of(const GridSong& song, bool is_transposed) {
  std::vector<uint64_t> out;
  for (size_t i = 0; i < song.notes.size();) {
    size_t end = i;
    int lowest = 127;
    for (; end < song.notes.size() && song.notes[end].bar == song.notes[i].bar; ++end)
      if (song.notes[end].program != kDrumProgram) lowest = std::min(lowest, song.notes[end].pitch);
    const bool counts = end - i >= static_cast<size_t>(KnownSongs::kLeastNotesOfBar);
    uint64_t hash = static_cast<uint64_t>(song.bars[static_cast<size_t>(song.notes[i].bar)].time_signature);
    for (; i < end; ++i) {
      const GridNote& note = song.notes[i];
      const bool is_drum = note.program == kDrumProgram;
      hash = mixed(hash, note.position);
      hash = mixed(hash, is_drum ? 1000 + note.pitch : note.pitch - (is_transposed ? lowest : 0));
      hash = mixed(hash, note.duration);
    }
    if (counts) out.push_back(hash);
  }
  return out;
}

void sort_once(auto& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

double share_known(const std::vector<uint64_t>& values, const std::vector<uint64_t>& known) {
  if (values.empty()) return kNaN;
  const auto n = std::count_if(values.begin(), values.end(),
                               [&](uint64_t value) { return std::binary_search(known.begin(), known.end(), value); });
  return static_cast<double>(n) / static_cast<double>(values.size());
}

}  // namespace

KnownSongs::KnownSongs(std::span<const GridSong> songs, size_t n) : n_(n), n_songs_(songs.size()) {
  check(n >= 1, "an n-gram has a note");
  for (size_t i = 0; i < songs.size(); ++i) {
    for (const uint64_t hash : grams_of(songs[i], n, false)) grams_.push_back({hash, static_cast<int32_t>(i)});
    for (const uint64_t hash : grams_of(songs[i], n, true))
      grams_transposed_.push_back({hash, static_cast<int32_t>(i)});
    for (const uint64_t hash : bars_of(songs[i], false)) bars_.push_back(hash);
    for (const uint64_t hash : bars_of(songs[i], true)) bars_transposed_.push_back(hash);
  }
  sort_once(grams_);
  sort_once(grams_transposed_);
  sort_once(bars_);
  sort_once(bars_transposed_);
}

std::pair<double, int64_t> KnownSongs::nearest(const std::vector<uint64_t>& grams,
                                               const std::vector<Gram>& known) const {
  if (grams.empty()) return {kNaN, -1};
  std::vector<int64_t> n_shared(n_songs_);
  for (const uint64_t hash : grams)
    for (auto at = std::lower_bound(known.begin(), known.end(), Gram{hash, 0}); at != known.end() && at->hash == hash;
         ++at)
      ++n_shared[static_cast<size_t>(at->song)];
  if (n_shared.empty()) return {0, -1};
  const auto best = std::max_element(n_shared.begin(), n_shared.end());
  return {static_cast<double>(*best) / static_cast<double>(grams.size()), *best > 0 ? best - n_shared.begin() : -1};
}

Novelty KnownSongs::novelty(const GridSong& song) const {
  Novelty out;
  std::tie(out.nearest_overlap, out.nearest_song) = nearest(grams_of(song, n_, false), grams_);
  std::tie(out.nearest_overlap_transposed, out.nearest_song_transposed) =
      nearest(grams_of(song, n_, true), grams_transposed_);
  out.copied_bars = share_known(bars_of(song, false), bars_);
  out.copied_bars_transposed = share_known(bars_of(song, true), bars_transposed_);
  return out;
}

}  // namespace songscape
