// The two forces on the points of a t-SNE map.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/grid_convolution.h"
#include "stats/neighbour_graph.h"

namespace songscape {

// Points of a plane, and forces on them.
struct PlanePoints {
  explicit PlanePoints(int64_t n = 0) : x(static_cast<size_t>(n), 0), y(x) {}
  int64_t size() const { return static_cast<int64_t>(x.size()); }
  std::vector<float> x, y;
};

// Σ_j p_ij (y_i − y_j) / (1 + ‖y_i − y_j‖²) over the edges of a graph.
class TsneAttraction {
 public:
  explicit TsneAttraction(const Graph& affinities);
  // Of points first … first + n − 1, on one thread.
  void add(const PlanePoints& at, int64_t first, int64_t n, float factor, PlanePoints& force) const;

 private:
  // Rows filled up to whole vectors by edges of weight 0 to the row itself.
  std::vector<int64_t> first_;
  std::vector<int32_t> neighbour_;
  std::vector<float> weight_;
};

// Σ_{j ≠ i} K_ij² (y_i − y_j) → force, and returns Σ_i Σ_{j ≠ i} K_ij, K_ij = 1 / (1 + ‖y_i − y_j‖²).  On all threads,
// equal for any number of them.
double exact_repulsion(const PlanePoints& at, PlanePoints& force);  // O(n²)
// Interpolated from the nodes of a grid, three a unit of the map or finer: within about a hundredth of the exact
// forces.
class GridRepulsion {
 public:
  double operator()(const PlanePoints& at, PlanePoints& force);

 private:
  std::optional<GridConvolution> grid_;
  std::vector<float> charges_, down_, across_;
  struct Place {
    int32_t node;      // the first of the point's 3 × 3
    float x[3], y[3];  // its shares
  };
  std::vector<Place> places_;
};

}  // namespace songscape
