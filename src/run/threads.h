// LibTorch's thread pool, for code that does not see LibTorch.
#pragma once

namespace songscape {

// Threads of tensor operations from here on; at least 1.
void set_compute_threads(int n_threads);

}  // namespace songscape
