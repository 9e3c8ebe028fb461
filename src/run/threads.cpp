#include "run/threads.h"

#include <ATen/Parallel.h>

#include "core/parallel.h"

namespace songscape {

void set_compute_threads(int n_threads) {
  at::set_num_threads(n_threads);
  set_worker_threads(n_threads);
}

}  // namespace songscape
