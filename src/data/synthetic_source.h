// Rows made from (seed, row number): spectrogram-like patterns for tests, benchmarks and machines without a library.
// Each row is a chord of a few harmonic ridges under a rhythm, one of n_classes kinds, on [0, 1]; it costs no disk and
// is the same everywhere.
#pragma once

#include "data/batch_source.h"

namespace songscape {

class SyntheticSource final : public BatchSource {
 public:
  struct Options {
    int64_t n_rows = 64;
    std::vector<int64_t> item_shape = {128, 1293};  // bands × frames, or one axis
    int64_t n_classes = 4;
    uint64_t seed = 0;
    bool vary_length = false;  // every fourth row has a padded tail
  };
  explicit SyntheticSource(Options options);

  int64_t n_rows() const override { return options_.n_rows; }
  std::vector<int64_t> item_shape() const override { return options_.item_shape; }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override;
  std::string row_name(int64_t row) const override { return "synthetic row " + std::to_string(row); }
  std::string content_hash() const override;
  int32_t class_of(int64_t row) const { return static_cast<int32_t>(row % options_.n_classes); }

 private:
  Options options_;
};

}  // namespace songscape
