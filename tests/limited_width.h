// Kernels for narrower vectors, within a scope.
#pragma once

#include "core/vector_width.h"

namespace songscape {

class LimitedWidth {
 public:
  explicit LimitedWidth(VectorWidth most) { limit_vector_width(most); }
  ~LimitedWidth() { limit_vector_width(VectorWidth::avx512_bf16); }
  LimitedWidth(const LimitedWidth&) = delete;
  LimitedWidth& operator=(const LimitedWidth&) = delete;
};

}  // namespace songscape
