// Does a confidence of .8 mean right in four of five?  Expected calibration error (Naeini, Cooper and Hauskrecht 2015;
// Guo et al. 2017, eq. 3).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

struct CalibrationBin {
  double low = 0, high = 0;  // confidences in (low, high]; the first bin has 0 too
  int64_t n_rows = 0;
  double mean_confidence = 0, accuracy = 0;  // NaN where no row falls in
};

struct Calibration {
  std::vector<CalibrationBin> bins;  // evenly wide over [0, 1]
  double expected_error = 0;         // Σ n_b / n · |accuracy − mean confidence|; NaN without rows
  double greatest_error = 0;         // over bins that have rows
  double mean_confidence = 0, accuracy = 0;
};

// confidence on [0, 1]; a NaN or a value outside breaks the contract.  Entries of is_correct are 0 or 1.
Calibration calibration(std::span<const double> confidence, std::span<const uint8_t> is_correct, int n_bins = 15);

}  // namespace songscape
