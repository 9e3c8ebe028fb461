// What benchmarks work on, made here, so that they need no data: the same on every machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace songscape {

// n · scale, at least `least`.
int64_t scaled(int64_t n, double scale, int64_t least = 1);

// x.npy [n_rows × 128] of k overlapping clouds, the centres half a cloud's deviation per column from the origin, and
// labels.npy, the cloud of each row.
void write_clouds(const std::filesystem::path& folder, int64_t n_rows, int64_t k);

// The first songs of the built-in corpus, in order; folder/songs/GENRE/NUMBER.flac, mono, at 22,050 Hz.
struct SongSpec {
  int64_t n_songs = 10;
  double duration_sec = 30;
};
std::vector<std::filesystem::path> write_songs(const std::filesystem::path& folder, const SongSpec& spec);

// clips.npy [n_songs × 661,504]: samples of such songs of 30 s.
void write_clips(const std::filesystem::path& folder, int64_t n_songs);

// The same music at 44,100 Hz in two channels, as MP3 files usually are, by libsndfile.
void convert_to_mp3(const std::filesystem::path& flac, const std::filesystem::path& mp3);

}  // namespace songscape
