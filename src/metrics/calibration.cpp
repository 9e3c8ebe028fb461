#include "metrics/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace songscape {

Calibration calibration(std::span<const double> confidence, std::span<const uint8_t> is_correct, int n_bins) {
  check(confidence.size() == is_correct.size(), "every confidence is of a row that is right or wrong");
  check(n_bins >= 1, "there is at least one bin");
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  Calibration out;
  for (int b = 0; b < n_bins; ++b)
    out.bins.push_back({.low = static_cast<double>(b) / n_bins, .high = static_cast<double>(b + 1) / n_bins});
  for (size_t i = 0; i < confidence.size(); ++i) {
    check(confidence[i] >= 0 && confidence[i] <= 1, "a confidence lies on [0, 1]");
    const int b = std::clamp(static_cast<int>(std::ceil(confidence[i] * n_bins)) - 1, 0, n_bins - 1);
    CalibrationBin& bin = out.bins[static_cast<size_t>(b)];
    ++bin.n_rows;
    bin.mean_confidence += confidence[i];
    bin.accuracy += is_correct[i] ? 1 : 0;
  }
  const double n = static_cast<double>(confidence.size());
  for (CalibrationBin& bin : out.bins) {
    out.mean_confidence += bin.mean_confidence / n;
    out.accuracy += bin.accuracy / n;
    const double n_bin = static_cast<double>(bin.n_rows);
    bin.mean_confidence = bin.n_rows > 0 ? bin.mean_confidence / n_bin : kNone;
    bin.accuracy = bin.n_rows > 0 ? bin.accuracy / n_bin : kNone;
    if (bin.n_rows == 0) continue;
    const double off = std::abs(bin.accuracy - bin.mean_confidence);
    out.expected_error += n_bin / n * off;
    out.greatest_error = std::max(out.greatest_error, off);
  }
  if (confidence.empty()) out.expected_error = out.greatest_error = out.mean_confidence = out.accuracy = kNone;
  return out;
}

}  // namespace songscape
