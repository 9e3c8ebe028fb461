// Pictures of what a model makes: mel spectrograms, or images of an array's rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "report/figure.h"

namespace songscape {

struct DrawnItem {
  std::string name;
  std::span<const float> values;  // product(shape), on [0, 1]
  int n_valid_frames = 0;         // of a mel
};

// shape: {128, 1293} with is_mel: spectrograms.  Else an image of shape {h, w}; a square where there is one dimension
// of a square number of values; else a strip.
struct Drawing {
  std::string title, caption;
  std::vector<int64_t> shape;
  bool is_mel = true;
  int n_columns = 1;
};
Figure draw_items(const Drawing& drawing, std::span<const DrawnItem> items);

}  // namespace songscape
