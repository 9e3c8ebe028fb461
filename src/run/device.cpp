#include "run/device.h"

#include "core/log.h"
#include "run/model_device.h"
#include "train/device.h"

namespace songscape {
namespace {

at::Device& chosen() {
  static at::Device device = at::kCPU;
  return device;
}

}  // namespace

void set_compute_device(const std::string& wanted) {
  const DeviceFacts facts = device_facts();
  chosen() = choose_device(wanted, facts);
  prepare_device(chosen());
  // A build that knows no GPU has nothing to tell those who asked for none.
  if (wanted != "auto" || facts.is_cuda_build) log_info("models compute on " + describe_choice(chosen(), facts));
}

at::Device model_device() { return chosen(); }

}  // namespace songscape
