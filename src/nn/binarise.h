// Grey values taken as probabilities: each is drawn as 0 or 1, anew whenever the row is seen.  Salakhutdinov & Murray
// 2008, "On the quantitative analysis of deep belief networks"; Burda et al. 2016 binarise MNIST so.
#pragma once

#include "nn/vae.h"

namespace songscape {

// batch.x on [0, 1];
Batch binarised(const Batch& batch, at::Generator noise);

}  // namespace songscape
