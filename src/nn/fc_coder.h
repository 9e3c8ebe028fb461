// Encoder and decoder of fully connected layers over songs of any shape: what FC models share.
//
// Encoder: each width FC + norm + activation + dropout → μ, log σ².  Decoder: its mirror → output.  With frame_pool k,
// k frames are averaged before the encoder and the decoder's frames are interpolated back, so that the error is still
// that of every frame.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nn/posterior_head.h"
#include "nn/song_coder.h"

namespace songscape {

// {n_0, n_1, …}: a layer from each size to the next.
class FcStack {
 public:
  struct Options {
    std::string activation = "relu";
    std::string norm = "batch";  // or "none"
    double dropout = 0;
  };
  FcStack(const Scope& scope, const std::vector<int64_t>& sizes, const Options& options);
  // [batch, n_0] → [batch, n_last]
  at::Tensor operator()(at::Tensor h, Pass& pass) const;

 private:
  struct Layer {
    Linear linear;
    std::optional<BatchNorm> norm;
  };
  Options options_;
  std::vector<Layer> layers_;
};

struct FcCoderOptions {
  std::vector<int64_t> input_shape;  // of one song, the last axis time
  int64_t latent_dim = 1;
  std::vector<int64_t> widths;
  FcStack::Options layers;
  int64_t frame_pool = 1;
  std::string output = "sigmoid";
  double initial_log_var = 0;
};

class FcCoder final : public SongCoder {
 public:
  // Error `usage` where input_shape has no axes.
  FcCoder(const Scope& scope, const FcCoderOptions& options);
  Posterior encode(const at::Tensor& x, Pass& pass) const override;
  at::Tensor decode(const at::Tensor& z, Pass& pass) const override;
  void start_at_mean(const at::Tensor& x) override;
  int64_t n_values() const override { return n_bands_ * n_frames_; }

 private:
  at::Tensor pool(const at::Tensor& x) const;

  FcCoderOptions options_;
  int64_t n_frames_, n_pooled_, n_bands_;
  FcStack encoder_;
  PosteriorHead head_;
  FcStack decoder_;
  Linear to_x_;
};

}  // namespace songscape
