// Where models compute: the CPU, or a GPU of LibTorch's.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace songscape {

// What this LibTorch offers, and what the system shows besides.
struct DeviceFacts {
  bool is_cuda_build = false;  // made with CUDA, whether or not a GPU is here
  int n_gpus = 0;              // that CUDA offers to this process
  bool has_driver = false;     // NVIDIA's driver is loaded
  bool has_bf16 = false;       // the first of these GPUs multiplies bf16 (Ampere and later)
  std::string gpu_name;        // of the first, as the driver has it; may be empty
};
DeviceFacts device_facts();

// wanted: "auto", the GPU where there is one, else the CPU; "cpu"; "cuda".  Error `usage` for "cuda" where LibTorch
// offers none, with what is missing.  Of several GPUs the first that the process sees (CUDA_VISIBLE_DEVICES).
at::Device choose_device(const std::string& wanted, const DeviceFacts& facts);
at::Device choose_device(const std::string& wanted);
// Which it is and why, for people: "the CPU: no GPU here", "the GPU: NVIDIA H200".
std::string describe_choice(at::Device device, const DeviceFacts& facts);

// "cpu", or "cuda NVIDIA H200": what environment.json has.
std::string device_name(at::Device device);

// "f32" or "bf16" for "auto": bf16 where the device multiplies it in hardware.  "bf16" on a GPU that does not is f32,
// and a line says so.
std::string resolve_precision(const std::string& wanted, at::Device device = at::kCPU);

// Before the first step on a device: f32 is IEEE's there too (by default convolutions would round to 10 bits), and
// cuDNN takes deterministic algorithms.  What still adds in no fixed order (gradients of index_select and of
// interpolated frames) leaves two runs equal within rounding on a GPU, to the bit on the CPU.
void prepare_device(at::Device device);

// Waits until all that was asked of the device is done.
void wait_for(at::Device device);

}  // namespace songscape
