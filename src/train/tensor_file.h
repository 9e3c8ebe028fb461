// Named f32 tensors to and from safetensors files.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "nn/parameter_set.h"

namespace songscape {

// SHA-256 of the file, hexadecimal.
std::string save_tensors(const std::vector<NamedTensor>& tensors, const std::filesystem::path& path,
                         const std::map<std::string, std::string>& metadata);

// Copies into `tensors` in place.  Error `damaged` naming the tensor: missing, extra, of another shape or type, or not
// finite; nothing is copied then.
void load_tensors(const std::vector<NamedTensor>& tensors, const std::filesystem::path& path);

// Parameters and buffers of a model, in one list.
std::vector<NamedTensor> all_tensors(const ParameterSet& set);

}  // namespace songscape
