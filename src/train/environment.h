// What a run ran on: environment.json.  Runs on equal environments are equal to the bit.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "nn/vae.h"
#include "train/device.h"
#include "train/train_config.h"

namespace songscape {

inline constexpr const char* kProgramVersion = "0.1.0";

// CPU, LibTorch, device, threads, precision, the program and its SHA-256.
Json describe_environment(int n_threads, const std::string& precision, at::Device device = at::kCPU);

// "key: now X, was Y" for what could change a bit.
std::vector<std::string> environment_differences(const Json& now, const Json& was);

// Threads of LibTorch from here on; 0: all cores that this process may use.  Returns their number.
int use_threads(int64_t n_threads);

}  // namespace songscape
