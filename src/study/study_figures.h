// The figures of a comparison.
#pragma once

#include <optional>

#include "report/figure.h"
#include "study/comparison.h"

namespace songscape {

// Reconstruction, clustering and disentanglement as bars with intervals, beside baseline and control.
Figure comparison_figure(const Comparison& comparison);
// Each pair of the three, with the fronts.
Figure pareto_figure(const Comparison& comparison);

// MIG and reconstruction against β_norm, for the beta_vae runs of one form that differ in it; nothing below three.
std::optional<Figure> beta_figure(const Comparison& comparison);

struct ModelMap {
  std::string title;
  Matrix positions;  // [n_songs × 2]
};
// t-SNE of the best run (by validation loss) of each variant, on the judged library; the first twelve.
std::vector<ModelMap> model_maps(const Comparison& comparison, const std::string& library, uint64_t seed,
                                 int n_threads);
Figure maps_figure(const Comparison& comparison, const std::vector<ModelMap>& maps);

}  // namespace songscape
