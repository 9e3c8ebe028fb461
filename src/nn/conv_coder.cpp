#include "nn/conv_coder.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "core/error.h"

namespace songscape {

ConvCoder::ConvCoder(const Scope& scope, const ConvCoderOptions& options)
    : shape_(options.stack, options.input_shape, options.model),
      encoder_(scope, shape_),
      flatten_(scope, shape_, options.pools_time),
      head_(scope, flatten_.n_out(), options.latent_dim, options.initial_log_var),
      decoder_(scope, shape_, options.latent_dim) {
  if (options.principal_pool == 0) return;
  if (options.stack.output != "linear")
    fail(ExitCode::usage, {.what = "what principal components rebuild is not bounded",
                           .where = "output",
                           .seen = options.stack.output,
                           .wanted = "linear, with principal_pool above 0",
                           .fix = "set output to linear"});
  principal_.emplace(scope / "principal", shape_.n_bands, shape_.n_frames, options.latent_dim, options.principal_pool);
}

Posterior ConvCoder::encode(const at::Tensor& x, Pass& pass) const {
  Posterior q = head_(flatten_(encoder_(x, pass), pass));
  if (principal_) q.mean = q.mean + principal_->scores(x);
  return q;
}

at::Tensor ConvCoder::decode(const at::Tensor& z, Pass& pass) const {
  const at::Tensor x_hat = decoder_(z, pass);
  return principal_ ? x_hat + principal_->rebuilt(z) : x_hat;
}

void ConvCoder::start_at_mean(const at::Tensor& x) {
  if (!principal_) return decoder_.set_mean(x.mean());
  const at::NoGradGuard no_grad;
  principal_->fit(x);
  decoder_.start_at_zero();
  head_.to_mean.weight.zero_();
  head_.to_mean.bias.zero_();
}

}  // namespace songscape
