#include "train/tensor_file.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/text.h"
#include "data/safetensors.h"

namespace songscape {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& tensor, ErrorParts parts) {
  parts.where = escape_for_terminal(path.string()) + ", tensor " + escape_for_terminal(tensor);
  fail(ExitCode::damaged, std::move(parts));
}

std::string shape_text(std::span<const int64_t> shape) {
  std::vector<std::string> parts;
  for (const int64_t d : shape) parts.push_back(std::to_string(d));
  return "[" + join(parts, ", ") + "]";
}

at::Tensor read_tensor(const SafetensorsFile& file, const NamedTensor& wanted, const std::filesystem::path& path) {
  const TensorEntry* entry = file.find(wanted.name);
  if (!entry)
    refuse(path, wanted.name, {.what = "a tensor is missing", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
  if (entry->type != TensorType::f32)
    refuse(path, wanted.name,
           {.what = "a tensor has another type",
            .where = {},
            .seen = std::string(type_name(entry->type)),
            .wanted = "F32",
            .fix = {}});
  if (wanted.value.sizes() != at::IntArrayRef(entry->shape))
    refuse(path, wanted.name,
           {.what = "a tensor has another shape",
            .where = {},
            .seen = shape_text(entry->shape),
            .wanted = shape_text(wanted.value.sizes().vec()),
            .fix = "the file belongs to another model or other settings"});
  const at::Tensor values = at::empty(entry->shape, at::kFloat);
  const auto bytes = file.bytes(*entry);
  std::memcpy(values.data_ptr<float>(), bytes.data(), bytes.size());
  if (!values.isfinite().all().item<bool>())
    refuse(path, wanted.name,
           {.what = "a tensor holds NaN or infinity", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
  return values;
}

}  // namespace

std::string save_tensors(const std::vector<NamedTensor>& tensors, const std::filesystem::path& path,
                         const std::map<std::string, std::string>& metadata) {
  at::NoGradGuard no_grad;
  std::vector<at::Tensor> held;
  std::vector<TensorBytes> list;
  for (const NamedTensor& t : tensors) {
    held.push_back(t.value.detach().to(at::kCPU, at::kFloat).contiguous());
    const at::Tensor& v = held.back();
    list.push_back({t.name, TensorType::f32, v.sizes().vec(),
                    std::as_bytes(std::span(v.const_data_ptr<float>(), static_cast<size_t>(v.numel())))});
  }
  Sha256 hash;
  write_safetensors(path, list, metadata, &hash);
  return to_hex(hash.finish());
}

void load_tensors(const std::vector<NamedTensor>& tensors, const std::filesystem::path& path) {
  at::NoGradGuard no_grad;
  const SafetensorsFile file(path);
  std::map<std::string, bool> known;
  for (const NamedTensor& t : tensors) known[t.name] = true;
  for (const TensorEntry& e : file.tensors())
    if (!known.contains(e.name))
      refuse(path, e.name, {.what = "a tensor is not of this model", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
  for (const NamedTensor& t : tensors) read_tensor(file, t, path);
  for (const NamedTensor& t : tensors) at::Tensor(t.value).copy_(read_tensor(file, t, path));
}

std::vector<NamedTensor> all_tensors(const ParameterSet& set) {
  std::vector<NamedTensor> all = set.parameters();
  all.insert(all.end(), set.buffers().begin(), set.buffers().end());
  return all;
}

}  // namespace songscape
