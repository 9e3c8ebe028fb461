#include "train/weights.h"

#include "data/safetensors.h"
#include "train/tensor_file.h"

namespace songscape {

void save_weights(const Vae& model, const std::filesystem::path& path) {
  save_tensors(all_tensors(model.tensors()), path, {{"model", model.name()}, {"format", "songscape weights 1"}});
}

int64_t start_from_weights(Vae& model, const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  std::vector<NamedTensor> tensors = all_tensors(model.tensors());
  std::erase_if(tensors, [&](const NamedTensor& t) { return file.find(t.name) == nullptr; });
  load_tensors(tensors, path);
  return static_cast<int64_t>(tensors.size());
}

void load_weights(Vae& model, const std::filesystem::path& path) { load_tensors(all_tensors(model.tensors()), path); }

}  // namespace songscape
