#include "train/environment.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <sys/utsname.h>
#include <torch/version.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/parallel.h"
#include "core/text.h"

namespace songscape {
namespace {

std::string cpu_model() {
  for (const std::string& line : split(read_file("/proc/cpuinfo"), '\n'))
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string system_name() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release + " " + name.machine : "unknown";
}

}  // namespace

Json describe_environment(int n_threads, const std::string& precision, at::Device device) {
  return {{"program", std::string("songscape ") + kProgramVersion},
          {"program_sha256", sha256_file(fs::read_symlink("/proc/self/exe"))},
          {"libtorch", TORCH_VERSION},
          {"cpu", cpu_model()},
          {"cpu_kernels", at::get_cpu_capability()},
          {"threads", n_threads},
          {"precision", precision},
          {"device", device_name(device)},
          {"system", system_name()}};
}

std::vector<std::string> environment_differences(const Json& now, const Json& was) {
  std::vector<std::string> differences;
  for (const char* key : {"program_sha256", "libtorch", "cpu", "cpu_kernels", "threads", "precision", "device"}) {
    const std::string a = now.contains(key) ? now[key].dump() : "absent",
                      b = was.contains(key) ? was[key].dump() : "absent";
    if (a != b) differences.push_back(std::string(key) + ": now " + a + ", was " + b);
  }
  return differences;
}

int use_threads(int64_t n_threads) {
  const int n = n_threads > 0 ? static_cast<int>(n_threads) : available_cores();
  at::set_num_threads(n);
  return n;
}

}  // namespace songscape
