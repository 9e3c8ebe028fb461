#include "data/library_source.h"

#include "core/error.h"
#include "core/text.h"

namespace songscape {

std::string lack_of_clips(const LibraryIndex& index) {
  if (index.n_songs() == 0) return "the library has no songs";
  return std::string("the library holds ") + (index.n_midi() > 0 ? "MIDI" : "texts") + " only, and no audio";
}

LibrarySource::LibrarySource(std::shared_ptr<const LibraryIndex> index, Content content)
    : index_(std::move(index)), content_(content) {
  if (index_->n_clips() == 0)
    fail(ExitCode::damaged,
         {.what = lack_of_clips(*index_),
          .where = escape_for_terminal(index_->path().string()),
          .seen = {},
          .wanted = "one clip at least",
          .fix = index_->n_songs() > 0 ? "use a library of songs with audio: songscape ingest DIR --library L"
                                       : "fill it with: songscape ingest DIR --library L"});
}

std::vector<int64_t> LibrarySource::item_shape() const {
  if (content_ == Content::features) return {kStoredFeatures};
  return {kMelBands, kMelFrames};
}

void LibrarySource::read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const {
  for (size_t i = 0; i < rows.size(); ++i) {
    if (content_ == Content::features) {
      index_->read_features(rows[i], std::span<float, kStoredFeatures>(out + i * kStoredFeatures, kStoredFeatures));
      n_valid_frames[i] = kStoredFeatures;
    } else {
      index_->read_mel(rows[i], {out + i * kMelValues, static_cast<size_t>(kMelValues)});
      n_valid_frames[i] = index_->clip(rows[i]).n_valid_frames;
    }
  }
}

std::string LibrarySource::row_name(int64_t row) const {
  const IndexClip clip = index_->clip(row);
  return escape_for_terminal(index_->song(clip.song).path) + " clip " + std::to_string(clip.number);
}

std::string LibrarySource::row_key(int64_t row) const { return index_->song(index_->clip(row).song).sha256; }

std::string LibrarySource::content_hash() const { return index_->content_hash(); }

}  // namespace songscape
