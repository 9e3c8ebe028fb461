#include "nn/conv_coder.h"

#include <ATen/TensorOperators.h>

namespace songscape {

ConvCoder::ConvCoder(const Scope& scope, const ConvCoderOptions& options)
    : shape_(options.stack, options.input_shape, options.model),
      encoder_(scope, shape_),
      flatten_(scope, shape_, options.pools_time),
      head_(scope, flatten_.n_out(), options.latent_dim, options.initial_log_var),
      decoder_(scope, shape_, options.latent_dim) {}

Posterior ConvCoder::encode(const at::Tensor& x, Pass& pass) const { return head_(flatten_(encoder_(x, pass), pass)); }

at::Tensor ConvCoder::decode(const at::Tensor& z, Pass& pass) const { return decoder_(z, pass); }

void ConvCoder::start_at_mean(const at::Tensor& x) { decoder_.set_mean(x.mean()); }

}  // namespace songscape
