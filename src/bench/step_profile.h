// Where a training step's time goes, beside what this machine's arithmetic and memory would take at the rates measured
// here: the distance to the limit as a number.
#pragma once

#include "report/table.h"

namespace songscape {

struct MachineRates {
  double bf16_products_per_sec = 0;  // multiply-adds, of LibTorch's product of two 4096 × 4096 matrices
  double bytes_per_sec = 0;          // read and written, of a large array added to another in place
};
// On worker_threads() threads; the best of a few.
MachineRates measure_rates();

// A row a model and size: batch, read (ms: a batch's stored halves, in memory, to floats; the loop's readers do it
// ahead, after copying them from the page cache and checking them), forward, backward, optimiser, step (ms, median),
// arithmetic (ms: its products at the machine's rate), traffic (ms: Adam's 28 bytes a parameter at the machine's
// bandwidth), limit (their sum), times_limit.
Table step_profile(int64_t n_steps);

}  // namespace songscape
