// Rows of one array in memory: `train --data X.npy`, features, other tools' embeddings.
#pragma once

#include <filesystem>

#include "data/batch_source.h"

namespace songscape {

class ArraySource final : public BatchSource {
 public:
  // values: n_rows × product(item_shape), row-major.  Error `damaged` where a value is not finite (naming its row), or
  // where there is no row; `name` stands before row numbers in messages.
  ArraySource(std::vector<float> values, std::vector<int64_t> item_shape, std::string name);
  // The first axis counts rows; integers and f16/f64 become f32.
  static ArraySource from_npy(const std::filesystem::path& path);

  int64_t n_rows() const override { return n_rows_; }
  std::vector<int64_t> item_shape() const override { return item_shape_; }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override;
  std::string row_name(int64_t row) const override { return name_ + " row " + std::to_string(row); }
  std::string content_hash() const override;

 private:
  std::vector<float> values_;
  std::vector<int64_t> item_shape_;
  std::string name_;
  int64_t n_rows_ = 0, item_size_ = 1;
};

}  // namespace songscape
