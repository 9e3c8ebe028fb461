// The sign of a collapsed latent space: groups that look tight and mean nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace songscape {

struct CollapseEvidence {
  double silhouette = 0;
  double ari = 0;               // NaN where there are no labels
  int64_t n_active_units = -1;  // dimensions of z in use (Burda et al. 2016); −1: not known
  int64_t n_latents = -1;
};

// A sentence for the report where the silhouette is high (above .5) and the ARI near 0 (below .05), or where few
// dimensions are active (under a tenth); std::nullopt where neither is so.
std::optional<std::string> collapse_warning(const CollapseEvidence& evidence);

}  // namespace songscape
