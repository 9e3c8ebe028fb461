// Other recordings of the same song: transposed, louder or softer, brighter or darker, begun elsewhere.  What a model
// says of a song should not depend on these.
//
// Works on mel clips: [batch, bands, frames] of decibels, −80 … 0 on [0, 1], the bands spanning 0 to 11,025 Hz. Digital
// silence (0) stays silence.
#pragma once

#include "core/config.h"
#include "nn/vae.h"

namespace songscape {

struct SongViewConfig {
  double semitones = 4;
  double gain_db = 8;
  double tilt_db = 6;
  double shelf_db = 8;
  bool shifts_time = true;
  template <class V>
  void visit(V& v) {
    v("semitones", semitones, "transposition up or down, at most", Range{0, 24});
    v("gain_db", gain_db, "gain up or down, at most", Range{0, 40});
    v("tilt_db", tilt_db, "gain of the highest band, and loss of the lowest, at most", Range{0, 40});
    v("shelf_db", shelf_db, "gain above 2 kHz, at most", Range{0, 40});
    v("shifts_time", shifts_time, "begin anywhere, going on from the start after the end");
  }
  bool operator==(const SongViewConfig&) const = default;
};

// What was done to each song, [batch] f32, each as a share of the most that the configuration allows, −1 … 1; 0 where
// it allows none.
struct ViewChanges {
  at::Tensor gain, tilt, transposition;
};

class SongViews {
 public:
  SongViews(const SongViewConfig& config, int64_t n_bands);
  // One random view of each song, all its numbers drawn uniformly.  Padding stays where it is.
  at::Tensor operator()(const Batch& batch, at::Generator& noise, ViewChanges* changes = nullptr) const;

 private:
  void move_to(at::Device device) const;
  at::Tensor transposed(const at::Tensor& x, at::Generator& noise, ViewChanges& changes) const;
  at::Tensor shifted(const at::Tensor& x, const at::Tensor& n_valid_frames, at::Generator& noise) const;

  SongViewConfig config_;
  // Where the songs were that were seen last.
  mutable at::Tensor warps_;  // [n_warps, bands, bands]
  mutable at::Tensor tilt_;   // [bands], −1 … 1
  mutable at::Tensor shelf_;  // [bands], 0 … 1
};

}  // namespace songscape
