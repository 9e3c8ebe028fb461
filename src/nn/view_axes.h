// Dimensions with a meaning that was asked for: of a view of a song (nn/song_views.h), dimensions 0, 1 and 2 of z shall
// tell what was done to it, in gain, tilt and transposition; all others shall not differ between two views.  No label
// takes part, and no song's own loudness or pitch is told.  Since a song does not say which of its views it is, the
// best such dimension is how much louder (brighter, higher) a song is than songs like it usually are. After Locatello
// et al. 2020, "Weakly-supervised disentanglement without compromises" (pairs that share all but some factors), with
// the change known, as in Gfeller et al. 2020, "SPICE: self-supervised pitch estimation".
#pragma once

#include "nn/song_views.h"

namespace songscape {

inline constexpr int64_t kNumViewAxes = 3;

// Squared error of the taught dimensions against √3 times the change (drawn uniformly it then has variance 1, as the
// prior), mean of both views, plus the squared differences of all other dimensions: mean over songs, scalar.
// a, b: [batch, latent_dim] with latent_dim ≥ 3, the means of the two views.
at::Tensor view_axes_error(const at::Tensor& a, const at::Tensor& b, const ViewChanges& of_a, const ViewChanges& of_b);

}  // namespace songscape
