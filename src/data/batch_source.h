// Where training and encoding read from: rows of one shape, of which any set can be read at once.  A library's clips,
// an array on disk, or synthetic rows; nothing above this interface knows which.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace songscape {

class BatchSource {
 public:
  virtual ~BatchSource() = default;

  virtual int64_t n_rows() const = 0;
  // Shape of one row; {128, 1293} for clips (bands × frames).  The last axis is time where there is one.
  virtual std::vector<int64_t> item_shape() const = 0;
  // out: rows.size() × product(item_shape()) values, row-major, finite, on [0, 1] for clips.  n_valid_frames: one
  // number a row, 1 … last axis; what lies behind it is padding.  Safe from several threads at once; uses no thread
  // pool. Throws Error naming the row where its record is damaged.
  virtual void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const = 0;
  // For messages and tables: a song's path and its clip.
  virtual std::string row_name(int64_t row) const = 0;
  // Names the row's item for good, wherever the row comes to stand as a library grows: a song's SHA-256.
  virtual std::string row_key(int64_t row) const { return row_name(row); }
  // Equal contents, equal hash; a resumed run asks for the one that it began with.
  virtual std::string content_hash() const = 0;
};

// Values in one row.
inline int64_t item_size(const BatchSource& source) {
  int64_t n = 1;
  for (const int64_t d : source.item_shape()) n *= d;
  return n;
}

}  // namespace songscape
