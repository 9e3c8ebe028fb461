// How many threads compute, for code that does not see LibTorch.
#pragma once

namespace songscape {

// Of tensor operations and of our own jobs (core/parallel.h), from here on; at least 1.
void set_compute_threads(int n_threads);

}  // namespace songscape
