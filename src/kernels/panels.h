// Matrices as the right side of bf16 products, and products of two of them.  Two rows that follow each other along the
// sum are paired; kPanelWidth columns make a panel, [panel][pair][column of the panel]; what lies beyond the last row
// or column is 0.  Where has_linear_kernels() only.
#pragma once

#include <cstdint>

#include "kernels/aligned_buffer.h"
#include "kernels/bf16.h"

namespace songscape {

class Panels {
 public:
  Panels() = default;
  // Values are not set.
  Panels(int64_t n_rows, int64_t n_columns)
      : n_pairs_((n_rows + 1) / 2), n_columns_(n_columns), data_(n_panels(n_columns) * n_pairs_ * kPanelWidth) {}
  int64_t n_pairs() const { return n_pairs_; }
  int64_t n_columns() const { return n_columns_; }
  int64_t size() const { return n_panels(n_columns_); }
  uint32_t* panel(int64_t p, int64_t first_pair = 0) const {
    return data_.data() + (p * n_pairs_ + first_pair) * kPanelWidth;
  }

 private:
  int64_t n_pairs_ = 0, n_columns_ = 0;
  AlignedBuffer<uint32_t> data_;
};

// f32 [n_out][n_in] of a layer y = x Wᵀ.
struct WeightView {
  const float* data;
  int64_t n_out, n_in;
};

// The right side of x Wᵀ, of n_in rows and n_out columns: one panel of it.
void pack_forward(const WeightView& weight, int64_t panel, const Panels& out);
// The right side of dy W, of n_out rows and n_in columns: one panel of it.
void pack_backward(const WeightView& weight, int64_t panel, const Panels& out);

inline constexpr int64_t kGradientPanels = 2;  // of dy, in a unit of work

// Rows of the gradient of W that belong to so many panels of dy: dyᵀ x, f32 [n_out][n_in].  Both have as many pairs, of
// tokens, and their columns are n_out and n_in.
void multiply_panels(const Panels& dy, const Panels& x, int64_t first_panel, float* gradient);

}  // namespace songscape
