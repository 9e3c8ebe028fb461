#include "run/threads.h"

#include <ATen/Parallel.h>

namespace songscape {

void set_compute_threads(int n_threads) { at::set_num_threads(n_threads); }

}  // namespace songscape
