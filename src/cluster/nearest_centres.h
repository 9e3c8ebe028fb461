// The nearest of some moving centres for every row, by bounds (Hamerly 2010, "Making k-means even faster"): most rows
// cannot have changed sides and are not looked at.
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"

namespace songscape {

class NearestCentres {
 public:
  // rows: about the origin, or dot products lose precision; squared: ‖row‖².  Both outlive this.
  NearestCentres(const Matrix& rows, const std::vector<float>& squared);

  // The nearest centre of each row, the lower index where two are as near, to within rounding of dot products.  The
  // same number of centres each time.
  void update(const Matrix& centres);
  const std::vector<int32_t>& labels() const { return labels_; }
  // Puts a row elsewhere until the next update.
  void put(int64_t row, int32_t label);

 private:
  void compare(const std::vector<int64_t>& rows, const Matrix& centres, const std::vector<float>& half_squares);

  const Matrix& rows_;
  const std::vector<float>& squared_;
  Matrix centres_;  // of the last update
  std::vector<int32_t> labels_;
  std::vector<float> upper_, lower_;  // distance to the own centre at most, to any other at least
};

}  // namespace songscape
