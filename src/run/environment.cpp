#include "run/environment.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/headeronly/version.h>

#include "core/text.h"

namespace songscape {

TorchFacts torch_facts() {
  TorchFacts f;
  f.version = TORCH_VERSION;
  f.cpu_capability = at::get_cpu_capability();
  f.openmp = split(at::get_openmp_version(), '\n').front();
  f.has_onednn = at::hasMKLDNN();
  f.is_cuda_build = at::detail::getCUDAHooks().isBuilt();
  f.n_gpus = at::hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0;
  f.n_threads = at::get_num_threads();
  return f;
}

}  // namespace songscape
