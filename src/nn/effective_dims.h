// How many independent values a residual holds.
#pragma once

#include <ATen/core/Tensor.h>

namespace songscape {

// residual: [songs, bands, frames] or [songs, values], mean 0.  The number of independent values that would vary as
// much: n / Σ ρ², ρ the autocorrelation over all lags (Bretherton et al. 1999, "The effective number of spatial degrees
// of freedom of a time-varying field", eq. 5).  By Parseval that is (Σ S)² / Σ S² of the power spectrum S, averaged
// over songs; the chance part of S², a share 1/songs of it for Gaussian residuals, is taken off.  White noise gives n.
double effective_dims(const at::Tensor& residual);

}  // namespace songscape
