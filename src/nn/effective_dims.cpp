#include "nn/effective_dims.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/fft_fft2.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "core/error.h"

namespace songscape {

double effective_dims(const at::Tensor& residual) {
  check(residual.dim() >= 2 && residual.size(0) >= 2, "residuals of at least two songs");
  const int64_t n_songs = residual.size(0);
  const at::Tensor fields = residual.dim() == 2 ? residual.unsqueeze(1) : residual.flatten(1, -2);
  at::Tensor power = at::zeros({fields.size(1), fields.size(2)}, at::kDouble);
  for (int64_t i = 0; i < n_songs; ++i) power += at::fft_fft2(fields[i]).abs().square().to(at::kDouble);
  power /= static_cast<double>(n_songs);
  const double n = static_cast<double>(n_songs), sum = power.sum().item<double>();
  const double square = power.square().sum().item<double>() * n / (n + 1);
  const double n_values = static_cast<double>(power.numel());
  return square > 0 ? std::clamp(sum * sum / square, 1.0, n_values) : 1.0;
}

at::Tensor residual_after_components(const at::Tensor& x, int64_t n_components) {
  const int64_t n_songs = x.size(0), n = std::min(n_components, n_songs / 4);
  const at::Tensor centred = (x - x.mean(0)).flatten(1);
  if (n == 0) return centred.view(x.sizes());
  // The components span the songs: from the songs' own products, [songs, songs], however many values each has.
  const at::Tensor vectors = std::get<1>(at::linalg_eigh(at::matmul(centred, centred.t()).to(at::kDouble)));
  const at::Tensor leading = vectors.narrow(1, n_songs - n, n).to(at::kFloat);
  return (centred - at::matmul(leading, at::matmul(leading.t(), centred))).view(x.sizes());
}

}  // namespace songscape
