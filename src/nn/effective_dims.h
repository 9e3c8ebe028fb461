// How many independent values a residual holds.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

// residual: [songs, bands, frames] or [songs, values], mean 0.  The number of independent values that would vary as
// much: n / Σ ρ², ρ the autocorrelation over all lags (Bretherton et al. 1999, "The effective number of spatial degrees
// of freedom of a time-varying field", eq. 5).  By Parseval that is (Σ S)² / Σ S² of the power spectrum S, averaged
// over songs; the chance part of S², a share 1/songs of it for Gaussian residuals, is taken off.  White noise gives n.
double effective_dims(const at::Tensor& residual);

// What is left of x [songs, …] once its mean and its n_components leading principal components are taken off (at most a
// quarter of the songs): before training, the nearest thing to the residual of a model with that many latent dimensions.
// The mean alone will not do: loudness and timbre of whole songs then pass for correlation (39 dimensions were measured
// on the built-in corpus, 5,742 after 64 components), and a model so weighted collapses.
at::Tensor residual_after_components(const at::Tensor& x, int64_t n_components);

}  // namespace songscape
