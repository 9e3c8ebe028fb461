// What LibTorch says of itself and of the devices it sees; no header of LibTorch is needed to ask.
#pragma once

#include <string>

namespace songscape {

struct TorchFacts {
  std::string version;         // "2.13.0"
  std::string cpu_capability;  // the kernels it chose: DEFAULT, AVX2, AVX512 …
  std::string openmp;          // the OpenMP it runs on
  bool has_onednn = false;     // fast convolutions and bf16 matrix products on CPUs
  bool is_cuda_build = false;  // made with CUDA, whether or not a GPU is here
  int n_threads = 1;           // of its pool by default
  int n_gpus = 0;              // that CUDA offers to this process
};

TorchFacts torch_facts();

}  // namespace songscape
