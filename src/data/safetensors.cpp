#include "data/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/text.h"

namespace songscape {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string header_text(const std::vector<const TensorBytes*>& tensors,
                        const std::map<std::string, std::string>& metadata) {
  OrderedJson header = OrderedJson::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::string text = header.dump();
  text.pop_back();
  uint64_t at = 0;
  for (const TensorBytes* t : tensors) {
    OrderedJson entry;
    entry["dtype"] = type_name(t->type);
    entry["shape"] = t->shape;
    entry["data_offsets"] = {at, at + t->bytes.size()};
    at += t->bytes.size();
    text += (text.size() > 1 ? "," : "") + OrderedJson(t->name).dump() + ":" + entry.dump();
  }
  text += '}';
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const fs::path& path)
    : file_(path), header_(parse_safetensors_header(file_.bytes(), escape_for_terminal(path.string()))) {
  for (const TensorEntry& t : header_.tensors) by_name_.emplace(t.name, &t);
}

const TensorEntry* SafetensorsFile::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

std::span<const std::byte> SafetensorsFile::bytes(const TensorEntry& tensor) const {
  return file_.bytes().subspan(header_.data_offset + tensor.begin, tensor.end - tensor.begin);
}

void write_safetensors(const fs::path& path, std::span<const TensorBytes> tensors,
                       const std::map<std::string, std::string>& metadata, Sha256* hash) {
  std::vector<const TensorBytes*> order;
  for (const TensorBytes& t : tensors) order.push_back(&t);
  std::sort(order.begin(), order.end(), [](const TensorBytes* a, const TensorBytes* b) {
    return a->type != b->type ? a->type > b->type : a->name < b->name;
  });
  std::set<std::string_view> names;
  for (const TensorBytes* t : order) {
    check(names.insert(t->name).second, "tensor names are unique");
    uint64_t n = element_bytes(t->type);
    for (const int64_t size : t->shape) n *= static_cast<uint64_t>(size);
    check(n == t->bytes.size(), "a tensor has as many bytes as its shape says");
  }
  const std::string header = header_text(order, metadata);
  std::string prefix(8, '\0');
  for (int i = 0; i < 8; ++i) prefix[static_cast<size_t>(i)] = static_cast<char>(header.size() >> (8 * i) & 0xff);
  Publisher file(path);
  const auto put = [&](std::span<const std::byte> bytes) {
    file.write(bytes);
    if (hash) hash->update(bytes);
  };
  put(std::as_bytes(std::span(prefix)));
  put(std::as_bytes(std::span(header)));
  for (const TensorBytes* t : order) put(t->bytes);
  file.publish();
}

}  // namespace songscape
