#include "nn/augment.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/affine_grid_generator.h>
#include <ATen/ops/grid_sampler_2d.h>
#include <ATen/ops/stack.h>

#include <cmath>

#include "nn/autocast.h"
#include "nn/noise.h"

namespace songscape {
namespace {

bool moves(const AugmentConfig& c) {
  return c.rotate_deg > 0 || c.scale > 0 || c.shear > 0 || c.shift_rows > 0 || c.shift_columns > 0;
}

// [batch, 2, 3]: from places of the result to places of x, both on [−1, 1].
at::Tensor affine_maps(int64_t batch, const AugmentConfig& c, at::Generator& noise, at::Device device) {
  const at::Tensor u = uniform_noise({6, batch}, -1, 1, noise, device);
  const at::Tensor angle = u[0] * (c.rotate_deg * M_PI / 180);
  const at::Tensor width = 1 + u[1] * c.scale, height = 1 + u[2] * c.scale, slant = u[3] * c.shear;
  // A shift by the whole is one of 2 on [−1, 1].
  const at::Tensor x = at::stack({angle.cos() * width, slant - angle.sin(), u[5] * (2 * c.shift_columns)}, 1);
  const at::Tensor y = at::stack({angle.sin(), angle.cos() * height, u[4] * (2 * c.shift_rows)}, 1);
  return at::stack({x, y}, 1);
}

at::Tensor moved(const at::Tensor& x, const AugmentConfig& config, at::Generator& noise) {
  const int64_t batch = x.size(0), columns = x.size(-1), rows = x.numel() / (batch * columns);
  const at::Tensor map = affine_maps(batch, config, noise, x.device());
  const at::Tensor grid = at::affine_grid_generator(map, {batch, 1, rows, columns}, false);
  constexpr int64_t kBilinear = 0, kZeros = 0;
  return at::grid_sampler_2d(x.reshape({batch, 1, rows, columns}), grid, kBilinear, kZeros, false).view(x.sizes());
}

}  // namespace

at::Tensor augmented(const at::Tensor& x, const AugmentConfig& config, at::Generator& noise) {
  const at::NoGradGuard no_grad;
  const Autocast f32(false);
  return moves(config) ? moved(x, config, noise) : x;
}

}  // namespace songscape
