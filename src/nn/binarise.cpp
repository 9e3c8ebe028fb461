#include "nn/binarise.h"

#include <ATen/ops/bernoulli.h>

namespace songscape {

Batch binarised(const Batch& batch, at::Generator noise) {
  Batch drawn = batch;
  drawn.x = at::bernoulli(batch.x, noise);
  return drawn;
}

}  // namespace songscape
