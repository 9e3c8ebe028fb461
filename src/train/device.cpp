#include "train/device.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>

#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "nn/autocast.h"

namespace songscape {
namespace {

constexpr const char* kDriverFolder = "/proc/driver/nvidia/gpus";
constexpr std::string_view kModel = "Model:";

// Of the first GPU that the driver lists.
std::string name_by_driver() {
  std::error_code error;
  for (const auto& gpu : fs::directory_iterator(kDriverFolder, error)) {
    const fs::path facts = gpu.path() / "information";
    if (!fs::exists(facts, error)) continue;
    for (const std::string& line : split(read_file(facts), '\n'))
      if (line.starts_with(kModel))
        return line.substr(std::min(line.size(), line.find_first_not_of(" \t", kModel.size())));
  }
  return {};
}

std::string why_no_gpu(const DeviceFacts& facts) {
  if (!facts.is_cuda_build) return "this LibTorch is made without CUDA";
  return facts.has_driver ? "CUDA offers no GPU to this process" : "no driver of NVIDIA's is loaded";
}

std::string what_to_do(const DeviceFacts& facts) {
  if (!facts.is_cuda_build) return "build against a LibTorch with CUDA (CMAKE_PREFIX_PATH), or leave --device out";
  return "see `nvidia-smi` and CUDA_VISIBLE_DEVICES, or leave --device out";
}

}  // namespace

DeviceFacts device_facts() {
  const auto& cuda = at::detail::getCUDAHooks();
  DeviceFacts facts;
  facts.is_cuda_build = cuda.isBuilt();
  facts.n_gpus = at::hasCUDA() ? cuda.getNumGPUs() : 0;
  facts.has_driver = fs::exists("/proc/driver/nvidia/version") || fs::exists("/dev/nvidiactl");
  if (facts.n_gpus == 0) return facts;
  facts.has_bf16 = cuda.supportsBFloat16ConvolutionWithCuDNNv8();
  facts.gpu_name = name_by_driver();
  return facts;
}

at::Device choose_device(const std::string& wanted, const DeviceFacts& facts) {
  const at::Device gpu(at::kCUDA, 0);
  if (wanted == "auto") return facts.n_gpus > 0 ? gpu : at::Device(at::kCPU);
  if (wanted == "cpu") return at::kCPU;
  check(wanted == "cuda", "a device is auto, cpu or cuda");
  if (facts.n_gpus > 0) return gpu;
  fail(ExitCode::usage, {.what = "there is no GPU to compute on",
                         .where = "--device",
                         .seen = "cuda; " + why_no_gpu(facts),
                         .wanted = "auto or cpu on this machine",
                         .fix = what_to_do(facts)});
}

at::Device choose_device(const std::string& wanted) { return choose_device(wanted, device_facts()); }

std::string describe_choice(at::Device device, const DeviceFacts& facts) {
  if (device.is_cuda()) return "the GPU: " + (facts.gpu_name.empty() ? std::string("CUDA's first") : facts.gpu_name);
  return "the CPU" + (facts.n_gpus > 0 ? std::string(", as asked") : ": " + why_no_gpu(facts));
}

std::string device_name(at::Device device) {
  if (!device.is_cuda()) return at::DeviceTypeName(device.type(), true);
  const std::string name = name_by_driver();
  return name.empty() ? "cuda" : "cuda " + name;
}

std::string resolve_precision(const std::string& wanted, at::Device device) {
  if (wanted == "f32") return wanted;
  const bool has_bf16 = device.is_cuda() ? device_facts().has_bf16 : device.is_cpu() && cpu_has_bf16();
  if (wanted == "auto") return has_bf16 ? "bf16" : "f32";
  if (!device.is_cuda() || has_bf16) return wanted;
  log_warning("this GPU does not multiply bf16 (Ampere and later do): f32 is taken");
  return "f32";
}

void prepare_device(at::Device device) {
  if (!device.is_cuda()) return;
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setDeterministicCuDNN(true);
}

void wait_for(at::Device device) {
  if (device.is_cuda()) at::accelerator::synchronizeDevice(device.index());
}

}  // namespace songscape
