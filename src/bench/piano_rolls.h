// The polyphonic sets of Boulanger-Lewandowski, Bengio & Vincent 2012, "Modeling temporal dependencies in
// high-dimensional sequences": piano-rolls of 88 keys, songs split for training, validation and test.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/published.h"
#include "data/batch_source.h"

namespace songscape {

inline constexpr int64_t kKeys = 88;

struct RollPart {
  std::vector<float> frames;     // [frames × 88], 0 or 1, the songs one after another
  std::vector<int64_t> lengths;  // of the songs, in frames
  int64_t n_frames() const { return static_cast<int64_t>(frames.size()) / kKeys; }
};
struct PianoRolls {
  RollPart train, valid, test;
};
// NAME.npz with traindata_x [frames, 88] and traindata_len [songs], likewise of valid and test.  Error `damaged` where
// one is missing or they do not fit together.
PianoRolls read_piano_rolls(const std::filesystem::path& path);

// Songs as rows [88, window], padded; longer ones in pieces of even length.
class RollWindows final : public BatchSource {
 public:
  RollWindows(std::vector<float> frames, const std::vector<int64_t>& lengths, int64_t window);
  int64_t n_rows() const override { return static_cast<int64_t>(pieces_.size()); }
  std::vector<int64_t> item_shape() const override { return {kKeys, window_}; }
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override;
  std::string row_name(int64_t row) const override;
  std::string content_hash() const override;

 private:
  struct Piece {
    int64_t song, first, n_frames;
  };
  std::vector<float> frames_;
  std::vector<Piece> pieces_;
  int64_t window_;
};

// −log p a frame of independent keys, each as often as in training.
double independent_keys_nll(const PianoRolls& rolls);

// roll_vae on JSB chorales and Nottingham: negative log likelihood of the test songs, nats a frame, by the
// importance-weighted bound of 500 samples.  Chosen by the bound of the validation songs alone.  Variants: "jsb_frames"
// and "nottingham_frames" (frames do not hear each other), "jsb_songs" and "nottingham_songs" (they do).
PublishedResult bench_piano_rolls(const PublishedRequest& request);

}  // namespace songscape
