#include "run/song_space.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "library/catalogue.h"
#include "library/song_groups.h"
#include "run/encode.h"
#include "run/find_song.h"
#include "run/run_config.h"
#include "run/run_library.h"
#include "run/song_training.h"
#include "stats/directions.h"
#include "stats/even_path.h"

namespace songscape {
namespace {

[[noreturn]] void refuse_search(std::string what, std::string where, std::string seen, std::string wanted,
                                std::string fix = {}) {
  fail(ExitCode::usage, {.what = std::move(what),
                         .where = escape_for_terminal(where),
                         .seen = escape_for_terminal(seen),
                         .wanted = std::move(wanted),
                         .fix = std::move(fix)});
}

std::vector<int64_t> rows_that(const std::vector<char>& hold) {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < hold.size(); ++i)
    if (hold[i]) rows.push_back(static_cast<int64_t>(i));
  return rows;
}

double product(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t k = 0; k < a.size(); ++k) sum += static_cast<double>(a[k]) * b[k];
  return sum;
}

// Songs that the catalogue calls near-duplicates have one number, all others one of their own.
std::vector<int32_t> recordings_of(const LibraryIndex& library) {
  const auto n = static_cast<size_t>(library.n_songs());
  std::map<std::string, size_t> row_of;
  for (size_t i = 0; i < n; ++i) row_of[library.song(static_cast<int64_t>(i)).sha256] = i;
  std::vector<std::pair<size_t, size_t>> duplicates;
  if (fs::exists(Catalogue::file(library.path())))
    for (const auto& [a, b] : Catalogue::open_for_reading(library.path()).duplicates())
      if (row_of.contains(a) && row_of.contains(b)) duplicates.emplace_back(row_of[a], row_of[b]);
  return group_songs(std::vector<std::string>(n), duplicates);  // no artists: duplicates alone
}

// Burda, Grosse & Salakhutdinov 2016: a dimension is in use where its means vary by more than .01.
void warn_where_idle(MatrixView latents, std::span<const int64_t> songs) {
  for (int64_t j = 0; j < latents.n_cols; ++j) {
    double sum = 0, squares = 0;
    for (const int64_t s : songs) sum += latents(s, j), squares += static_cast<double>(latents(s, j)) * latents(s, j);
    const auto n = static_cast<double>(songs.size());
    if (squares / n - sum / n * (sum / n) > .01) return;
  }
  log_warning(
      "no dimension of the latent space is in use (variance of the songs' means below .01): neighbours in it say "
      "little");
}

}  // namespace

SongSpace::SongSpace(std::shared_ptr<const LibraryIndex> library, MatrixView latents, std::vector<char> is_read,
                     std::vector<int32_t> recordings)
    : library_(std::move(library)), is_read_(std::move(is_read)), recordings_(std::move(recordings)) {
  const std::vector<int64_t> songs = rows_that(is_read_);
  if (songs.size() < 2)
    refuse_search("there is nothing to compare", library_->path().string(),
                  std::to_string(songs.size()) + " of " + std::to_string(library_->n_songs()) +
                      " songs hold what the model reads",
                  "two or more");
  const auto is_elsewhere = [&](int64_t s) { return !std::ranges::equal(latents.row(s), latents.row(songs.front())); };
  if (std::ranges::none_of(songs, is_elsewhere))
    refuse_search("the latent space is empty: all songs lie at one place", library_->path().string(),
                  std::to_string(songs.size()) + " equal latents", "a run whose songs differ",
                  "train another one, with less weight on the KL term");
  warn_where_idle(latents, songs);
  directions_ = directions_from_mean(latents, songs);
}

int64_t SongSpace::find(const std::string& name) const {
  const int64_t song = find_song(*library_, name);
  if (!is_read_[static_cast<size_t>(song)])
    refuse_search("the song holds nothing that the run's model reads", std::string(library_->song(song).path), name,
                  "a song with what it reads: audio, lyrics, or MIDI with a window of two notes");
  return song;
}

double SongSpace::distance(int64_t a, int64_t b) const {
  return std::max(0.0, 1 - product(directions_.row(a), directions_.row(b)));
}

std::vector<double> SongSpace::distances_to(std::span<const float> direction) const {
  std::vector<double> distances;
  for (int64_t i = 0; i < directions_.n_rows; ++i)
    distances.push_back(std::max(0.0, 1 - product(direction, directions_.row(i))));
  return distances;
}

std::vector<FoundSong> SongSpace::lowest(const std::vector<double>& key, const std::vector<int64_t>& asked,
                                         int64_t n) const {
  const auto recording = [&](int64_t s) { return recordings_[static_cast<size_t>(s)]; };
  std::set<int64_t> taken;
  for (const int64_t s : asked) taken.insert(recording(s));
  std::vector<int64_t> songs = rows_that(is_read_);
  std::ranges::stable_sort(songs, {}, [&](int64_t s) { return key[static_cast<size_t>(s)]; });
  std::vector<FoundSong> found;
  for (const int64_t s : songs)
    if (static_cast<int64_t>(found.size()) < n && taken.insert(recording(s)).second)
      found.push_back({.song = s, .distance = key[static_cast<size_t>(s)]});
  return found;
}

std::vector<FoundSong> SongSpace::similar(int64_t song, int64_t n) const {
  return lowest(distances_to(directions_.row(song)), {song}, n);
}

std::vector<FoundSong> SongSpace::mix(const std::vector<int64_t>& plus, const std::vector<int64_t>& minus,
                                      int64_t n) const {
  std::vector<int64_t> asked = plus;
  for (const int64_t s : minus) {
    if (std::ranges::find(plus, s) != plus.end())
      refuse_search("a song is on both sides", "--plus and --minus", std::string(library_->song(s).path),
                    "each song on one side");
    asked.push_back(s);
  }
  std::vector<float> sum(static_cast<size_t>(directions_.n_cols), 0);
  const auto add = [&](const std::vector<int64_t>& songs, float sign) {
    for (const int64_t s : songs)
      for (size_t k = 0; k < sum.size(); ++k) sum[k] += sign * directions_.row(s)[k] / static_cast<float>(songs.size());
  };
  add(plus, 1);
  add(minus, -1);
  const auto length = static_cast<float>(std::sqrt(product(sum, sum)));
  if (length < 1e-5f)
    refuse_search("the songs cancel out", "--plus and --minus", {}, "songs whose sum points somewhere");
  for (float& v : sum) v /= length;
  return lowest(distances_to(sum), asked, n);
}

std::vector<FoundSong> SongSpace::path(int64_t from, int64_t to, int64_t n) const {
  if (recordings_[static_cast<size_t>(from)] == recordings_[static_cast<size_t>(to)])
    refuse_search("both ends are one recording", "--from and --to", std::string(library_->song(to).path),
                  "two different songs");
  const double whole = distance(from, to);
  if (whole < 1e-6)
    refuse_search("both ends lie at one place of the latent space", "--from and --to",
                  std::string(library_->song(to).path), "two songs that the model tells apart");
  std::vector<double> detour = distances_to(directions_.row(from));
  const std::vector<double> to_end = distances_to(directions_.row(to));
  const auto chord = [](double distance) { return std::sqrt(2 * std::max(0.0, distance)); };
  for (size_t i = 0; i < detour.size(); ++i) detour[i] = chord(detour[i]) + chord(to_end[i]);
  std::vector<int64_t> between;
  for (const FoundSong& f : lowest(detour, {from, to}, kMostBetween)) between.push_back(f.song);
  const std::vector<double> progress = progress_along(directions_, from, to);
  std::vector<FoundSong> found;
  for (const int64_t s : even_path(directions_, between, from, to, n))
    found.push_back({s, found.empty() ? 0 : distance(found.back().song, s), progress[static_cast<size_t>(s)]});
  return found;
}

SongSpace open_song_space(const fs::path& run, const std::string& library) {
  const SongLatents latents = latents_of(run, library);
  const auto index = library_of_run(run, library);
  const bool reads_lyrics = reads_songs(read_run_config(run).model);
  std::vector<char> is_read;
  for (int64_t i = 0; i < index->n_songs(); ++i) is_read.push_back(reads_lyrics && index->song(i).has_lyrics);
  for (const int64_t song : latents.song_of_clip) is_read[static_cast<size_t>(song)] = 1;
  return {index, latents.songs, std::move(is_read), recordings_of(*index)};
}

}  // namespace songscape
