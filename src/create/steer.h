// The `steer` command's work: a song moved along the direction of an attribute, and what else moved with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "report/table.h"

namespace songscape {

struct SteerRequest {
  std::filesystem::path run;
  std::string library = {};  // other songs than the run's own; empty: those
  std::string song, attribute;
  double amount =
      1;  // standard deviations, over the training songs, of the attribute as z tells it (create/direction.h)
  std::filesystem::path output;  // a folder that does not exist, or is empty
  uint64_t seed = 0;
  int n_threads = 1;
};

struct SteerResult {
  Table direction;     // one row: attribute, origin, songs, mean, deviation, cross-validated effect, amount
  Table side_effects;  // a row a measured attribute: of the decoded mel before and after, and the change
};

// Writes before and after (.wav, .png, .svg, .npy), overview.png and .svg, side_effects.png and .svg, z.npy [2 ×
// latent_dim], direction.npy [latent_dim] (a standard deviation's step), steer.csv, side_effects.csv and
// generation.csv. Error `usage` where the run has no library, the attribute is unknown or constant, or its direction
// explains nothing (cross-validated effect ≤ 0); nothing is written then.
SteerResult steer(const SteerRequest& request);

}  // namespace songscape
