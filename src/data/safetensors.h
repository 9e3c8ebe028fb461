// Safetensors files (github.com/huggingface/safetensors, "Format"): a length, a JSON header, and plain bytes.
// Checkpoints are kept in this format alone: reading it runs no code and every byte of it is checked.
//
// Refused with ExitCode::damaged, naming the tensor where there is one: a header that is empty, over 4 MiB, larger than
// the file, not UTF-8, not JSON or of another structure; over 65,536 tensors; a name twice; names that could leave a
// folder; offsets that are negative, overlap, leave holes or pass the end; a size that is not dtype × shape; bytes
// after the last tensor.  Pickles and archives are named as such and never opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/file.h"
#include "core/hash.h"

namespace songscape {

enum class TensorType { boolean, u8, f16, bf16, i32, f32, f64, i64 };  // in the order the format sorts them
size_t element_bytes(TensorType type);
std::string_view type_name(TensorType type);  // "F32"

struct TensorEntry {
  std::string name;
  TensorType type = TensorType::f32;
  std::vector<int64_t> shape;   // empty: one scalar; at most 32 sizes, each ≥ 0
  uint64_t begin = 0, end = 0;  // its bytes, counted from the end of the header
};

struct SafetensorsHeader {
  std::vector<TensorEntry> tensors;  // in order of begin
  std::map<std::string, std::string> metadata;
  uint64_t data_offset = 0;
};

// The header at the start of `file`, all of it checked against the file's size.
SafetensorsHeader parse_safetensors_header(std::span<const std::byte> file, const std::string& where);

// A file of tensors, mapped into memory.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const fs::path& path);
  const std::vector<TensorEntry>& tensors() const { return header_.tensors; }
  const std::map<std::string, std::string>& metadata() const { return header_.metadata; }
  const TensorEntry* find(std::string_view name) const;  // nullptr where there is none
  // Row-major elements, as stored; the address need not be a multiple of the element size.
  std::span<const std::byte> bytes(const TensorEntry& tensor) const;

 private:
  MappedFile file_;
  SafetensorsHeader header_;
  std::map<std::string_view, const TensorEntry*> by_name_;
};

// A tensor to write; `bytes` are its row-major elements, dtype × shape of them (check()ed).
struct TensorBytes {
  std::string name;
  TensorType type = TensorType::f32;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;
};

// Writes the file whole or not at all.  Tensors lie as the format's own library lays them (by type, then name), so both
// write equal files.  `hash`, where given, is updated with every byte of the file.
void write_safetensors(const fs::path& path, std::span<const TensorBytes> tensors,
                       const std::map<std::string, std::string>& metadata = {}, Sha256* hash = nullptr);

}  // namespace songscape
