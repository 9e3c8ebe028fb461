#include <algorithm>
#include <cmath>
#include <utility>

#include "cluster/umap_layout.h"

namespace songscape {

UmapCurve fit_umap_curve(double min_dist) {
  constexpr int kPoints = 300, kSteps = 200;
  const auto error = [&](const UmapCurve& c) {
    double sum = 0;
    for (int i = 1; i <= kPoints; ++i) {
      const double d = 3.0 * i / kPoints, wanted = d <= min_dist ? 1 : std::exp(min_dist - d);
      sum += std::pow(wanted - 1 / (1 + c.a * std::pow(d, 2 * c.b)), 2);
    }
    return sum;
  };
  // Pattern search: two parameters, a smooth valley.
  UmapCurve best;
  double least = error(best), step = .5;
  for (int i = 0; i < kSteps && step > 1e-7; ++i) {
    bool is_better = false;
    for (const auto& [da, db] : {std::pair(1, 0), std::pair(-1, 0), std::pair(0, 1), std::pair(0, -1), std::pair(1, -1),
                                 std::pair(-1, 1), std::pair(1, 1), std::pair(-1, -1)}) {
      const UmapCurve next{std::max(1e-3, best.a + da * step), std::max(1e-3, best.b + db * step)};
      const double e = error(next);
      if (e >= least) continue;
      least = e;
      best = next;
      is_better = true;
    }
    if (!is_better) step /= 2;
  }
  return best;
}

}  // namespace songscape
