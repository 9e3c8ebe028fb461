#include "nn/binarise.h"

#include "nn/noise.h"

namespace songscape {

Batch binarised(const Batch& batch, at::Generator noise) {
  Batch drawn = batch;
  drawn.x = coins(batch.x, noise);
  return drawn;
}

}  // namespace songscape
