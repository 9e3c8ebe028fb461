// Images turned, stretched, slanted and shifted, for an encoder to see while the decoder is asked for the original:
// what such a change leaves alone is what z keeps.  (Of songs: nn/song_views.h.)
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "core/config.h"

namespace songscape {

// Largest changes; each row draws its own, uniformly on both sides of none.  All 0: rows stay as they are.
struct AugmentConfig {
  double rotate_deg = 0;
  double scale = 0;
  double shear = 0;
  double shift_rows = 0;
  double shift_columns = 0;
  template <class V>
  void visit(V& v) {
    v("rotate_deg", rotate_deg, "rotation, degrees", Range{0, 180});
    v("scale", scale, "relative change of height and of width", Range{0, 0.9});
    v("shear", shear, "slant: columns a row", Range{0, 1});
    v("shift_rows", shift_rows, "shift, share of the rows", Range{0, 1});
    v("shift_columns", shift_columns, "shift, share of the columns", Range{0, 1});
  }
  bool operator==(const AugmentConfig&) const = default;
};

// x: [batch, …] f32 on [0, 1], taken as [batch, rows, columns] with the last axis the columns; what is shifted in is 0.
// The result has its shape and range.  `noise`: a CPU generator.
at::Tensor augmented(const at::Tensor& x, const AugmentConfig& config, at::Generator& noise);

}  // namespace songscape
