// The songs of a library as a run's latent space lays them out, and songs found in it by other songs.
//
// A song's place is the direction of its latent (the posterior mean, over a song's clips) from the mean of all songs,
// and the distance of two songs is 1 − cos of the angle between them: 0 the same, 1 unrelated, 2 opposite.  How far a
// song lies from the mean says how unusual it is rather than what it is like: docs/measured.md has the neighbours by
// either.  Near-duplicates (audio/fingerprint.h, as the catalogue has them) are one recording, of which a result holds
// one at most.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "data/library_index.h"

namespace songscape {

struct FoundSong {
  int64_t song = 0;      // of the library
  double distance = 0;   // from what was asked for; on a path, from the song before
  double progress = -1;  // on a path: 0 … 1 along the straight line
};

class SongSpace {
 public:
  // latents: [n_songs × d].  `recordings`: one a song, equal for near-duplicates.  `is_read`: 0 for a song that holds
  // nothing of what the model reads.  Error `usage` where fewer than two songs are read, or where all lie at one place;
  // a warning where no dimension is in use.
  SongSpace(std::shared_ptr<const LibraryIndex> library, MatrixView latents, std::vector<char> is_read,
            std::vector<int32_t> recordings);

  const LibraryIndex& library() const { return *library_; }
  const std::shared_ptr<const LibraryIndex>& shared_library() const { return library_; }
  // find_song(), and Error `usage` for a song that the model cannot read.
  int64_t find(const std::string& name) const;

  // The n nearest, nearest first; fewer where there are no more.
  std::vector<FoundSong> similar(int64_t song, int64_t n) const;
  // The n nearest to the mean of `plus` less the mean of `minus` (of directions), which is a direction again; one song
  // alone: what similar() gives.  A song named twice counts twice.  Error `usage` where nothing is left of it, or where
  // a song is in both.
  std::vector<FoundSong> mix(const std::vector<int64_t>& plus, const std::vector<int64_t>& minus, int64_t n) const;
  // n songs from one to the other, both included, always forward, the largest step as small as can be
  // (stats/even_path.h), over the kMostBetween songs of the least detour.  Fewer where no more lie between.  Error
  // `usage` where both are one recording or lie at one place.
  static constexpr int64_t kMostBetween = 2000;
  std::vector<FoundSong> path(int64_t from, int64_t to, int64_t n) const;
  double distance(int64_t a, int64_t b) const;

 private:
  // The n songs of the lowest keys (one a song of the library), one a recording, none of those of `asked`.
  std::vector<FoundSong> lowest(const std::vector<double>& key, const std::vector<int64_t>& asked, int64_t n) const;
  std::vector<double> distances_to(std::span<const float> direction) const;
  std::shared_ptr<const LibraryIndex> library_;
  std::vector<char> is_read_;
  std::vector<int32_t> recordings_;
  Matrix directions_;  // [n_songs × d]
};

// Of the run's library, or `library`; encodes it where that has not been done.  Error `usage` where the run was trained
// on an array and no library is named.
SongSpace open_song_space(const std::filesystem::path& run, const std::string& library = {});

}  // namespace songscape
