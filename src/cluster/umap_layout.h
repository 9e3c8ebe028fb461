// The descent of UMAP (McInnes, Healy and Melville 2018, section 3.2): neighbours pull, rows drawn at random push.
#pragma once

#include <cstdint>

#include "core/matrix.h"
#include "stats/neighbour_graph.h"

namespace songscape {

// Nearness on the map at distance d: 1 / (1 + a d^2b).
struct UmapCurve {
  double a = 1, b = 1;
};
// The curve of least squared error to 1 below `min_dist` and exp(−(d − min_dist)) from there, on (0, 3].
UmapCurve fit_umap_curve(double min_dist);

struct UmapLayoutOptions {
  UmapCurve curve;
  int n_epochs = 200;
  uint64_t seed = 0;
};

// Moves the rows of `map` [n × 2], n below 2²⁴.  An edge pulls in the share of the epochs that its weight is of the
// heaviest one's, and each time five random rows push.  In an epoch every row goes its own way among the others as they
// stood before it, so that nothing depends on the order of rows: equal for any number of threads.
void optimise_umap_layout(const Graph& graph, const UmapLayoutOptions& options, Matrix& map);

}  // namespace songscape
