// Strided convolutions over [bands, frames] and their mirror: what convolutional models are made of.  Batch
// normalisation between, as Radford et al. 2016, "Unsupervised representation learning with deep convolutional
// generative adversarial networks".
//
// Shapes in these comments are those of 128 × 1293 inputs and channels 32, 64, 128, 256.
#pragma once

#include <optional>
#include <vector>

#include "nn/activation.h"
#include "nn/layers.h"
#include "nn/output.h"

namespace songscape {

struct ConvStackConfig {
  std::vector<int64_t> channels = {32, 64, 128, 256};
  int64_t bottleneck_channels = 0;
  int64_t frame_pool = 1;
  std::string activation = "leaky_relu";
  std::string norm = "batch";
  double dropout = 0;
  std::string output = "sigmoid";
  // Flat keys of the model that has the stacks.
  template <class V>
  void visit(V& v) {
    v("channels", channels, "of each stage, which halves bands and frames", Range{1, 65536});
    v("bottleneck_channels", bottleneck_channels, "of the 1x1 convolution beside the latent layers; 0: none",
      Range{0, 65536});
    v("frame_pool", frame_pool, "frames averaged into one that the layers see", Range{1, 65536});
    v("activation", activation, "after each stage", activation_names());
    v("norm", norm, "after each stage", OneOf{"batch", "none"});
    v("dropout", dropout, "share of the values beside the latent layers dropped in training", Range{0, 0.99});
    v("output", output, "of the decoder", output_names());
  }
};

// What the stacks are built for: one song's shape and the settings.
struct ConvShape {
  ConvStackConfig config;
  int64_t n_bands, n_frames;
  int64_t n_pooled;       // frames that the layers see
  int64_t height, width;  // after the last stage: 8, 80
  int64_t depth;          // channels beside the latent layers: 256, or those of the bottleneck

  // Error `usage` naming `model` where the input has not two axes of at least 2^stages values.
  ConvShape(const ConvStackConfig& config, const std::vector<int64_t>& input_shape, const std::string& model);
  int64_t n_flat() const { return depth * height * width; }
};

// Per stage Conv 4×4 stride 2 pad 1 + norm + activation.
class ConvEncoder {
 public:
  // Tensors: "encoder.<stage>.conv", ".norm".
  ConvEncoder(const Scope& scope, const ConvShape& shape);
  // x: [batch, 128, 1293] → [batch, 256, 8, 80], channels last.
  at::Tensor operator()(const at::Tensor& x, Pass& pass) const;

 private:
  struct Stage {
    Conv2d conv;
    std::optional<BatchNorm> norm;
  };
  ConvShape shape_;
  std::vector<Stage> stages_;
};

// What stands between the stages and fully connected latent layers.
class ConvFlatten {
 public:
  // Tensors: with a bottleneck and without pools_time, "squeeze".
  ConvFlatten(const Scope& scope, const ConvShape& shape, bool pools_time);
  // Bottleneck, flattening in the order of memory (bands, frames, channels), dropout.
  // [batch, 256, 8, 80] → [batch, 8 · 80 · 256].  With pools_time, the mean over frames in place of the bottleneck:
  // what sounds, whenever it does; → [batch, 8 · 256]
  at::Tensor operator()(at::Tensor h, Pass& pass) const;
  int64_t n_out() const { return n_out_; }

 private:
  double dropout_;
  bool pools_time_;
  int64_t n_out_;
  std::optional<Conv2d> squeeze_;
};

class ConvDecoder {
 public:
  // n_in: values of a code.  Tensors: "from_z", with a bottleneck "unsqueeze", "decoder.<stage>.conv", ".norm".
  ConvDecoder(const Scope& scope, const ConvShape& shape, int64_t n_in);
  // FC → [256, 8, 80], as many transposed convolutions, the output's function; 1280 frames → 1293 by repeating the
  // last. With frame_pool k the frames are interpolated back.  [batch, n_in] → [batch, 128, 1293] f32
  at::Tensor operator()(const at::Tensor& code, Pass& pass) const;
  // Starts at this mean value of the data (a scalar).
  void set_mean(const at::Tensor& mean);
  // Starts at 0 for every code, with output = linear.
  void start_at_zero();

 private:
  struct Stage {
    ConvTranspose2d conv;
    std::optional<BatchNorm> norm;  // none on the last
  };
  ConvShape shape_;
  Linear from_z_;
  std::optional<Conv2d> unsqueeze_;
  std::vector<Stage> stages_;
};

}  // namespace songscape
