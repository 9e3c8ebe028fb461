// The two benchmarks on the MNIST digits.
#pragma once

#include "bench/published.h"

namespace songscape {

// VaDE of 784-500-500-2000-10 (Jiang et al. 2017) over all 70,000 images, Bernoulli, 10 components: clustering accuracy
// of the last epoch's q(c|x).  No digit is looked at before that.  A trial is a pre-training, the mixture's start,
// VaDE. Variants: "recipe"; "plain" (mixture of best likelihood, ELBO alone), "graph" (graph start, ELBO alone),
// "graph_augment" (and augmented input) show what each step brings.
PublishedResult bench_mnist_vade(const PublishedRequest& request);

// VAE of 784-200-200-50 tanh on dynamically binarised digits (Burda et al. 2016, one stochastic layer): negative log
// likelihood of the 10,000 test images by the importance-weighted bound of 5,000 samples, last epoch.
PublishedResult bench_mnist_nll(const PublishedRequest& request);

}  // namespace songscape
