#include "metrics/threshold_classifier.h"

#include <algorithm>

namespace songscape {

std::vector<int32_t> fit_thresholds(std::span<const int32_t> bin, int32_t n_bins, std::span<const int32_t> label,
                                    int32_t n_classes) {
  const size_t k = static_cast<size_t>(n_classes), m = static_cast<size_t>(n_bins);
  std::vector<double> class_size(k, 0), weight(m * k, 0);
  for (const int32_t l : label) ++class_size[static_cast<size_t>(l)];
  for (size_t i = 0; i < bin.size(); ++i) {
    const size_t c = static_cast<size_t>(label[i]);
    weight[static_cast<size_t>(bin[i]) * k + c] += 1 / class_size[c];
  }
  // best[s][c]: of the bins so far, with s changes and the last bin of class c; from[b][s][c]: the class before it.
  constexpr double kNever = -1;
  std::vector<double> best(k * k, kNever), next(k * k);
  std::vector<int32_t> from(m * k * k);
  for (size_t c = 0; c < k; ++c) best[c] = weight[c];
  for (size_t b = 1; b < m; ++b) {
    std::fill(next.begin(), next.end(), kNever);
    size_t leader = 0;  // the best class with s − 1 changes
    for (size_t s = 0; s < k; ++s) {
      for (size_t c = 0; c < k; ++c) {
        double height = best[s * k + c];
        size_t before = c;
        if (s > 0 && best[(s - 1) * k + leader] > height) {
          height = best[(s - 1) * k + leader];
          before = leader;
        }
        if (height == kNever) continue;
        next[s * k + c] = height + weight[b * k + c];
        from[(b * k + s) * k + c] = static_cast<int32_t>(before);
      }
      const auto row = best.begin() + static_cast<int64_t>(s * k);
      leader = static_cast<size_t>(std::max_element(row, row + n_classes) - row);
    }
    best.swap(next);
  }
  size_t at = static_cast<size_t>(std::ranges::max_element(best) - best.begin());
  std::vector<int32_t> out(m);
  for (size_t b = m; b-- > 0;) {
    const size_t s = at / k, c = at % k;
    out[b] = static_cast<int32_t>(c);
    if (b == 0) break;
    const size_t before = static_cast<size_t>(from[(b * k + s) * k + c]);
    at = (before == c ? s : s - 1) * k + before;
  }
  return out;
}

}  // namespace songscape
