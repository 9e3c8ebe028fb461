// Which class a mel clip is of: convolutions that keep every frame at first, for what is told by fast changes (vibrato,
// syllables) as well as by timbre.
//
// Per stage Conv + batch norm + leaky ReLU: the first 4×3 (bands × frames), stride 2×1, the others 4×4, stride 2; the
// mean over frames, dropout, a linear layer.  In training a song is seen as a random view (nn/song_views.h), cut to a
// window.
#pragma once

#include <optional>
#include <vector>

#include "nn/layers.h"
#include "nn/song_views.h"

namespace songscape {

struct ClipClassifierConfig {
  std::vector<int64_t> channels = {16, 32, 64, 128};
  double dropout = 0.5;
  double label_smoothing = 0.05;
  int64_t window_frames = 640;
  SongViewConfig view = {.semitones = 1.5, .gain_db = 4, .tilt_db = 3, .shelf_db = 3};
  template <class V>
  void visit(V& v) {
    v("channels", channels, "of each stage, which halves bands and, from the second on, frames", Range{1, 65536});
    v("dropout", dropout, "share of the averaged values dropped in training", Range{0, 0.99});
    v("label_smoothing", label_smoothing, "share of the wanted certainty spread over all classes", Range{0, 0.99});
    v("window_frames", window_frames, "frames of a song seen at a time in training; 0: all", Range{0, 1e9});
    v.section("view", view);
  }
};

class ClipClassifier {
 public:
  // Error `usage` where bands or frames are fewer than the stages halve them.
  ClipClassifier(const Scope& scope, const std::vector<int64_t>& input_shape, int64_t n_classes,
                 const ClipClassifierConfig& config);
  // x: [batch, bands, frames] on [0, 1] → [batch, n_classes] f32
  at::Tensor logits(const at::Tensor& x, Pass& pass) const;
  // The cross-entropy (scalar, the batch's mean) and the logits it is of; in training, of a view of each song.
  struct Loss {
    at::Tensor value, logits;
  };
  Loss loss(const Batch& batch, Pass& pass) const;
  // The cross-entropy of made clips [batch, bands, frames] (scalar, the mean) whose gradient goes to them alone and
  // leaves the classifier as it is; of one window, begun at random, the same for all.
  at::Tensor loss_of_made(const at::Tensor& x, const at::Tensor& labels, at::Generator& noise) const;

 private:
  struct Stage {
    Conv2d conv;
    BatchNorm norm;
  };
  int64_t n_window_frames(const at::Tensor& x) const;

  ClipClassifierConfig config_;
  SongViews views_;
  std::vector<Stage> stages_;
  Linear to_class_;
};

}  // namespace songscape
