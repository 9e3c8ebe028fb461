// Dimensions with a meaning that was asked for: of two views of one song (nn/song_views.h), dimensions 0, 1 and 2 of z
// shall differ by what the views differ by in gain, tilt and transposition, and all others not at all.  No label takes
// part, and no song's own loudness or pitch is told: only what was done to it.  After Locatello et al. 2020,
// "Weakly-supervised disentanglement without compromises" (pairs that share all but some factors), with the size of the
// change known, as in Gfeller et al. 2020, "SPICE: self-supervised pitch estimation", eq. 1.
#pragma once

#include <vector>

#include "nn/song_views.h"

namespace songscape {

inline constexpr const char* kViewAxes[] = {"gain", "tilt", "transposition"};
inline constexpr int64_t kNumViewAxes = 3;

// Squared error of the taught dimensions' differences against √3 times the views' (a change drawn uniformly then has
// variance 1, as the prior), plus the squared differences of all others: mean over songs, scalar.
// a, b: [batch, latent_dim] with latent_dim ≥ 3, the means of the two views.
at::Tensor view_axes_error(const at::Tensor& a, const at::Tensor& b, const ViewChanges& of_a, const ViewChanges& of_b);

}  // namespace songscape
