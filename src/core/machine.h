// What this machine offers: for `doctor`, for a run's environment.json, and for estimates before long work.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace songscape {

struct Machine {
  std::string cpu_name;                   // "Intel(R) Xeon(R) …"
  std::vector<std::string> cpu_features;  // of avx2, avx512f, avx512_bf16, amx_bf16 …, those that are there
  int n_cores = 1;                        // that this process may use
  uint64_t memory_bytes = 0;              // installed, or the cgroup's limit where that is lower
  uint64_t available_bytes = 0;           // free for new work now
  std::string kernel;                     // "Linux 6.1.0"
  std::string host;
  bool has(const std::string& feature) const;
};

Machine describe_machine();

// The most memory that this process has held at once, since its start or the last restart_peak_resident(); 0 where the
// kernel does not tell.
uint64_t peak_resident_bytes();
void restart_peak_resident();

}  // namespace songscape
