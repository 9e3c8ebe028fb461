// A library's clips as rows to train on: row i is clip i of the index.
#pragma once

#include <memory>

#include "data/batch_source.h"
#include "data/library_index.h"

namespace songscape {

// Why a library without clips has none: "the library holds texts only, and no audio".
std::string lack_of_clips(const LibraryIndex& index);

class LibrarySource final : public BatchSource {
 public:
  enum class Content { mel, features };
  // mel: [128, 1293] a row.  features: [39] a row, in their own units (standardise before use); n_valid_frames is then
  // 39.  Error `damaged` where the library has no clip.
  explicit LibrarySource(std::shared_ptr<const LibraryIndex> index, Content content = Content::mel);

  int64_t n_rows() const override { return index_->n_clips(); }
  std::vector<int64_t> item_shape() const override;
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override;
  std::string row_name(int64_t row) const override;  // "rock/a.flac clip 0", escaped
  std::string row_key(int64_t row) const override;
  std::string content_hash() const override;
  const LibraryIndex& index() const { return *index_; }

 private:
  std::shared_ptr<const LibraryIndex> index_;
  Content content_;
};

}  // namespace songscape
