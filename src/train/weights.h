// Weights to and from safetensors files.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "nn/vae.h"

namespace songscape {

// Parameters and buffers under their names, f32; metadata: model, version.
void save_weights(const Vae& model, const std::filesystem::path& path);

// Fills the model in place.  Error `damaged` naming the tensor: missing, extra, another shape or type, not finite; and
// for a file that is no safetensors file ("unsupported format" for a Python pickle or an archive).
void load_weights(Vae& model, const std::filesystem::path& path);

// The same with a file that may lack some of the model's tensors, which stay as they are.  Returns how many it has.
int64_t start_from_weights(Vae& model, const std::filesystem::path& path);

}  // namespace songscape
