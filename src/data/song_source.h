// A library's songs as rows of two parts, sound and words, of which a song may lack either.  Row i is song i of the
// index.  One row: [audio values | text values | has_audio | has_text], zeros where a part is missing.
#pragma once

#include <memory>

#include "core/matrix.h"
#include "data/batch_source.h"
#include "data/library_index.h"

namespace songscape {

// Where the parts lie in a row.
struct SongRow {
  int64_t n_audio = kStoredFeatures, n_text = 64;
  int64_t size() const { return n_audio + n_text + 2; }
};

// The mean of a song's clips, in their own units; zeros where it has none.
void read_mean_features(const LibraryIndex& index, int64_t song, std::span<float, kStoredFeatures> out);

class SongSource final : public BatchSource {
 public:
  enum class Audio { features, mel };
  enum class Parts { both, audio, text };  // the other one is hidden, whether or not songs have it

  // text: [n_songs × n_text], its row of zeros where a song has no lyrics.  features: the mean of a song's clips, in
  // their own units.  mel: that of its middle clip, and n_valid_frames are that clip's.
  SongSource(std::shared_ptr<const LibraryIndex> index, Audio audio, Matrix text, Parts parts = Parts::both);

  int64_t n_rows() const override { return index_->n_songs(); }
  std::vector<int64_t> item_shape() const override { return {row_.size()}; }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override;
  std::string row_name(int64_t row) const override;  // "rock/a.flac", escaped
  std::string row_key(int64_t row) const override;
  std::string content_hash() const override { return content_hash_; }
  const SongRow& row() const { return row_; }

 private:
  void read_audio(int64_t song, std::span<float> out, int32_t& n_valid_frames) const;

  std::shared_ptr<const LibraryIndex> index_;
  Audio audio_;
  Parts parts_;
  SongRow row_;
  Matrix text_;
  std::string content_hash_;
};

}  // namespace songscape
