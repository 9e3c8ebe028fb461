#include "run/retrieval.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "run/encode.h"
#include "run/grouping_data.h"
#include "run/run_rows.h"
#include "run/song_training.h"

namespace songscape {
namespace {

// Rows of length 1 about the mean over the songs of the fit.
Matrix directions(MatrixView songs, std::span<const int64_t> fit, std::span<const int64_t> chosen) {
  std::vector<double> mean(static_cast<size_t>(songs.n_cols), 0);
  for (const int64_t s : fit)
    for (int64_t j = 0; j < songs.n_cols; ++j)
      mean[static_cast<size_t>(j)] += songs(s, j) / static_cast<double>(fit.size());
  Matrix out = select_rows(songs, chosen);
  for (int64_t i = 0; i < out.n_rows; ++i) {
    double squares = 0;
    for (int64_t j = 0; j < out.n_cols; ++j) {
      out(i, j) -= static_cast<float>(mean[static_cast<size_t>(j)]);
      squares += static_cast<double>(out(i, j)) * out(i, j);
    }
    const auto length = static_cast<float>(std::sqrt(std::max(squares, 1e-30)));
    for (float& v : out.row(i)) v /= length;
  }
  return out;
}

// Ranks, from 1, of row i of `among` for row i of `sought`; ties count half.
std::vector<double> ranks_of(const Matrix& sought, const Matrix& among) {
  std::vector<double> ranks(static_cast<size_t>(sought.n_rows));
  parallel_for(sought.n_rows, worker_threads(), [&](int64_t i) {
    const auto closeness = [&](int64_t k) {
      double sum = 0;
      for (int64_t j = 0; j < sought.n_cols; ++j) sum += static_cast<double>(sought(i, j)) * among(k, j);
      return sum;
    };
    const double own = closeness(i);
    double rank = 1;
    for (int64_t k = 0; k < among.n_rows; ++k) {
      if (k == i) continue;
      const double other = closeness(k);
      rank += other > own ? 1 : other == own ? .5 : 0;
    }
    ranks[static_cast<size_t>(i)] = rank;
  });
  return ranks;
}

RetrievalRow row_of(const std::string& direction, std::vector<double> ranks) {
  const auto n = static_cast<double>(ranks.size());
  const auto recall = [&](double k) {
    return static_cast<double>(std::ranges::count_if(ranks, [k](double r) { return r <= k; })) / n;
  };
  RetrievalRow row{.direction = direction,
                   .n_songs = static_cast<int64_t>(ranks.size()),
                   .recall_1 = recall(1),
                   .recall_5 = recall(5),
                   .recall_10 = recall(10),
                   .median_rank = 0,
                   .chance_10 = std::min(1.0, 10 / n)};
  std::ranges::sort(ranks);
  row.median_rank = (ranks[(ranks.size() - 1) / 2] + ranks[ranks.size() / 2]) / 2;
  return row;
}

}  // namespace

std::vector<RetrievalRow> retrieve(const std::filesystem::path& path, const std::string& library) {
  GroupingData data = open_grouping_data(path, library);
  if (!reads_songs(data.run.model_name)) return {};
  std::vector<int64_t> songs;
  for (const int64_t s : data.held_out)
    if (const IndexSong song = data.judged->song(s); song.n_clips > 0 && song.has_lyrics) songs.push_back(s);
  if (songs.size() < 2) return {};
  const SongParts parts = song_parts_of(data.run, data.judged);
  const auto encoded = [&](SongSource::Parts of) {
    return encode_songs(*data.run.model, parts.rows(of), *data.judged).songs;
  };
  // The mean of another library's songs serves where the run's own are not in it.
  const std::vector<int64_t>& fit = data.fitted == data.judged ? data.fit_songs : songs;
  const Matrix sound = directions(encoded(SongSource::Parts::audio), fit, songs),
               lyrics = directions(encoded(SongSource::Parts::text), fit, songs);
  const std::vector<RetrievalRow> rows = {row_of("sound to lyrics", ranks_of(sound, lyrics)),
                                          row_of("lyrics to sound", ranks_of(lyrics, sound))};
  retrieval_table(rows).write_csv(results_folder(path, library) / "retrieval.csv");
  return rows;
}

Table retrieval_table(const std::vector<RetrievalRow>& rows) {
  Table t{{"direction", "songs", "recall@1", "recall@5", "recall@10", "median rank", "chance of recall@10"}, {}};
  for (const RetrievalRow& r : rows)
    t.add({r.direction, r.n_songs, r.recall_1, r.recall_5, r.recall_10, r.median_rank, r.chance_10});
  return t;
}

}  // namespace songscape
