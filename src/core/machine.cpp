#include "core/machine.h"

#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "core/parallel.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr const char* kFeatures[] = {"sse4_2",      "avx",         "avx2",     "fma",     "avx512f",
                                     "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16"};

// "model name : value" as in /proc/cpuinfo; the first line of that name.
std::string proc_value(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(name)) continue;
    const size_t colon = line.find(':');
    const size_t start = line.find_first_not_of(" \t", colon + 1);
    if (colon != std::string::npos && start != std::string::npos) return line.substr(start);
  }
  return {};
}

// "MemTotal: 24689 kB" in bytes.
uint64_t memory_value(const std::string& name) {
  const std::string text = proc_value("/proc/meminfo", name);
  return static_cast<uint64_t>(parse_integer(text.substr(0, text.find(' '))).value_or(0)) * 1024;
}

std::optional<uint64_t> first_number(const char* file) {
  uint64_t value = 0;
  if (std::ifstream(file) >> value) return value;
  return std::nullopt;
}

void apply_cgroup_limit(Machine& m) {
  const auto limit = first_number("/sys/fs/cgroup/memory.max"), used = first_number("/sys/fs/cgroup/memory.current");
  if (!limit) return;
  m.memory_bytes = std::min(m.memory_bytes, *limit);
  m.available_bytes = std::min(m.available_bytes, *limit - std::min(*limit, used.value_or(0)));
}

}  // namespace

bool Machine::has(const std::string& feature) const {
  return std::find(cpu_features.begin(), cpu_features.end(), feature) != cpu_features.end();
}

Machine describe_machine() {
  Machine m;
  m.cpu_name = proc_value("/proc/cpuinfo", "model name");
  const std::vector<std::string> flags = split(proc_value("/proc/cpuinfo", "flags"), ' ');
  for (const char* f : kFeatures)
    if (std::find(flags.begin(), flags.end(), f) != flags.end()) m.cpu_features.emplace_back(f);
  m.n_cores = available_cores();
  m.memory_bytes = memory_value("MemTotal");
  m.available_bytes = memory_value("MemAvailable");
  apply_cgroup_limit(m);
  utsname name{};
  if (::uname(&name) == 0) {
    m.kernel = std::string(name.sysname) + " " + name.release;
    m.host = name.nodename;
  }
  return m;
}

uint64_t peak_resident_bytes() {
  const std::string text = proc_value("/proc/self/status", "VmHWM");
  return static_cast<uint64_t>(parse_integer(text.substr(0, text.find(' '))).value_or(0)) * 1024;
}

void restart_peak_resident() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace songscape
