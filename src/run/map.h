// Two-dimensional maps of a run's songs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/matrix.h"

namespace songscape {

struct MapRequest {
  std::filesystem::path run;
  std::string library;          // empty: the run's own
  std::string method = "umap";  // or "tsne"
  uint64_t seed = 1;
  int n_threads = 1;
};

struct MapResult {
  Matrix positions;            // [n_songs × 2]
  int64_t n_neighbours = 0;    // over which trustworthiness is taken
  double trustworthiness = 0;  // Venna & Kaski 2001; NaN for too few songs
};

// Writes <method>_2d.npy and adds the method's row to map_quality.csv in the results folder.
MapResult map_run(const MapRequest& request);

}  // namespace songscape
