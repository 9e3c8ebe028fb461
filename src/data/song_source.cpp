#include "data/song_source.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"

namespace songscape {

void read_mean_features(const LibraryIndex& index, int64_t song, std::span<float, kStoredFeatures> out) {
  std::ranges::fill(out, 0.f);
  const IndexSong s = index.song(song);
  std::array<float, kStoredFeatures> own{};
  for (int64_t c = 0; c < s.n_clips; ++c) {
    index.read_features(s.first_clip + c, own);
    for (size_t j = 0; j < own.size(); ++j) out[j] += own[j] / static_cast<float>(s.n_clips);
  }
}

SongSource::SongSource(std::shared_ptr<const LibraryIndex> index, Audio audio, Matrix text, Parts parts)
    : index_(std::move(index)),
      audio_(audio),
      parts_(parts),
      row_{audio == Audio::mel ? kMelValues : kStoredFeatures, text.n_cols},
      text_(std::move(text)) {
  check(text_.n_rows == index_->n_songs(), "a row of text for each song");
  const std::string_view values(reinterpret_cast<const char*>(text_.values.data()),
                                text_.values.size() * sizeof(float));
  content_hash_ = sha256_hex(index_->content_hash() + " " + sha256_hex(std::string(values)) +
                             (audio == Audio::mel ? " mel" : " features"));
}

void SongSource::read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const {
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::span<float> row(out + static_cast<int64_t>(i) * row_.size(), static_cast<size_t>(row_.size()));
    std::fill(row.begin(), row.end(), 0.f);
    n_valid_frames[i] = static_cast<int32_t>(row_.size());
    const IndexSong song = index_->song(rows[i]);
    const size_t flags = row.size() - 2;
    if (song.n_clips > 0 && parts_ != Parts::text) {
      row[flags] = 1;
      read_audio(rows[i], row.first(static_cast<size_t>(row_.n_audio)), n_valid_frames[i]);
    }
    if (song.has_lyrics && parts_ != Parts::audio) {
      row[flags + 1] = 1;
      std::ranges::copy(text_.row(rows[i]), row.begin() + row_.n_audio);
    }
  }
}

void SongSource::read_audio(int64_t song, std::span<float> out, int32_t& n_valid_frames) const {
  if (audio_ == Audio::features) return read_mean_features(*index_, song, out.first<kStoredFeatures>());
  const IndexSong s = index_->song(song);
  const int64_t clip = s.first_clip + s.n_clips / 2;
  index_->read_mel(clip, out);
  n_valid_frames = index_->clip(clip).n_valid_frames;
}

std::string SongSource::row_name(int64_t row) const { return escape_for_terminal(index_->song(row).path); }

std::string SongSource::row_key(int64_t row) const { return index_->song(row).sha256; }

}  // namespace songscape
