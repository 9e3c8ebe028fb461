#include "train/weights.h"

#include "train/tensor_file.h"

namespace songscape {

void save_weights(const Vae& model, const std::filesystem::path& path) {
  save_tensors(all_tensors(model.tensors()), path, {{"model", model.name()}, {"format", "songscape weights 1"}});
}

void load_weights(Vae& model, const std::filesystem::path& path) { load_tensors(all_tensors(model.tensors()), path); }

}  // namespace songscape
