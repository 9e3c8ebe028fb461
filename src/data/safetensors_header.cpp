// The header is read by a SAX parser that knows the one structure allowed, so hostile JSON (deep, huge, or of another
// shape) is refused at its first wrong token and never becomes a tree in memory.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "data/safetensors.h"

namespace songscape {
namespace {

constexpr uint64_t kMaxHeaderBytes = 4 << 20;
constexpr size_t kMaxTensors = 65536;
constexpr size_t kMaxDimensions = 32;
constexpr size_t kMaxNameBytes = 256;

struct NamedType {
  TensorType type;
  std::string_view name;
  size_t n_bytes;
};
constexpr std::array<NamedType, 8> kTypes = {{{TensorType::boolean, "BOOL", 1},
                                              {TensorType::u8, "U8", 1},
                                              {TensorType::f16, "F16", 2},
                                              {TensorType::bf16, "BF16", 2},
                                              {TensorType::i32, "I32", 4},
                                              {TensorType::f32, "F32", 4},
                                              {TensorType::f64, "F64", 8},
                                              {TensorType::i64, "I64", 8}}};

struct Place {
  const std::string& file;
  [[noreturn]] void refuse(std::string what, std::string seen = {}, std::string wanted = {}) const {
    fail(ExitCode::damaged, {.what = std::move(what),
                             .where = file,
                             .seen = escape_for_terminal(std::string_view(seen).substr(0, 100)),
                             .wanted = std::move(wanted),
                             .fix = "use another copy of the file, or an earlier checkpoint"});
  }
  [[noreturn]] void refuse_tensor(const std::string& name, const std::string& what, std::string seen = {}) const {
    refuse("tensor '" + escape_for_terminal(std::string_view(name).substr(0, kMaxNameBytes)) + "': " + what,
           std::move(seen));
  }
};

bool is_safe_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes || name.front() == '.' || !is_valid_utf8(name)) return false;
  return std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c < 32 || c == 127 || c == '/' || c == '\\'; });
}

// Tokens of  { "__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]} }.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  HeaderReader(SafetensorsHeader& header, const Place& place) : header_(header), place_(place) {}

  bool null() override { return misplaced("null"); }
  bool boolean(bool) override { return misplaced("true or false"); }
  bool number_integer(number_integer_t value) override {
    place_.refuse_tensor(name_, "a size or offset is negative", std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& text) override {
    place_.refuse_tensor(name_, "a size or offset is no whole number below 2^63", text);
  }
  bool binary(binary_t&) override { return misplaced("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (state_ != State::numbers) return misplaced("a number");
    if (value > static_cast<uint64_t>(INT64_MAX)) place_.refuse_tensor(name_, "a size or offset is 2^63 or more");
    if (numbers().size() >= kMaxDimensions) place_.refuse_tensor(name_, "over 32 dimensions or offsets");
    numbers().push_back(static_cast<int64_t>(value));
    return true;
  }
  bool string(string_t& value) override {
    if (state_ == State::metadata) {
      header_.metadata[key_] = std::move(value);
      return true;
    }
    if (state_ != State::tensor || key_ != "dtype") return misplaced("text");
    for (const NamedType& t : kTypes)
      if (t.name == value) type_ = t.type;
    if (!type_) place_.refuse_tensor(name_, "dtype is not one of BOOL U8 F16 BF16 I32 F32 F64 I64", value);
    return true;
  }
  bool start_object(size_t) override {
    if (state_ == State::start) {
      state_ = State::root;
    } else if (state_ == State::root) {
      state_ = name_ == "__metadata__" ? State::metadata : State::tensor;
    } else {
      return misplaced("an object");
    }
    fields_.clear();
    return true;
  }
  bool key(string_t& value) override {
    if (state_ == State::root) {
      if (!names_.insert(value).second) place_.refuse_tensor(value, "stands twice in the header");
      if (names_.size() > kMaxTensors + 1) place_.refuse("over 65,536 tensors");
      name_ = value;
      if (!is_safe_name(name_))
        place_.refuse_tensor(
            name_, "names may not be empty, over 256 bytes, start with '.', or hold slashes or control characters");
      return true;
    }
    if (!fields_.insert(value).second) place_.refuse_tensor(name_, "a key stands twice", value);
    if (state_ == State::tensor && value != "dtype" && value != "shape" && value != "data_offsets")
      place_.refuse_tensor(name_, "unknown key", value);
    key_ = value;
    return true;
  }
  bool end_object() override {
    if (state_ == State::root) {
      state_ = State::end;
      return true;
    }
    if (state_ == State::tensor) finish_tensor();
    state_ = State::root;
    return true;
  }
  bool start_array(size_t) override {
    if (state_ != State::tensor || (key_ != "shape" && key_ != "data_offsets")) return misplaced("a list");
    state_ = State::numbers;
    return true;
  }
  bool end_array() override {
    state_ = State::tensor;
    return true;
  }
  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception& e) override {
    place_.refuse("the safetensors header is not JSON", "byte " + std::to_string(position) + ": " + e.what());
  }

 private:
  enum class State { start, root, metadata, tensor, numbers, end };

  bool misplaced(const char* what) {
    const std::string found = std::string("found ") + what;
    if (state_ == State::start || name_.empty()) place_.refuse("the safetensors header is no table of tensors", found);
    place_.refuse_tensor(name_, "the header's structure is wrong", found);
  }
  std::vector<int64_t>& numbers() { return key_ == "shape" ? shape_ : offsets_; }
  void finish_tensor() {
    if (fields_.size() != 3) place_.refuse_tensor(name_, "lacks dtype, shape or data_offsets");
    if (offsets_.size() != 2) place_.refuse_tensor(name_, "data_offsets are not two numbers");
    header_.tensors.push_back({.name = name_,
                               .type = *type_,
                               .shape = std::move(shape_),
                               .begin = static_cast<uint64_t>(offsets_[0]),
                               .end = static_cast<uint64_t>(offsets_[1])});
    type_.reset();
    shape_.clear();
    offsets_.clear();
  }

  SafetensorsHeader& header_;
  const Place& place_;
  State state_ = State::start;
  std::string name_, key_;
  std::set<std::string> names_, fields_;
  std::optional<TensorType> type_;
  std::vector<int64_t> shape_, offsets_;
};

void check_places(std::vector<TensorEntry>& tensors, uint64_t n_data_bytes, const Place& place) {
  for (const TensorEntry& t : tensors) {
    if (t.begin > t.end) place.refuse_tensor(t.name, "its bytes end before they begin");
    if (t.end > n_data_bytes)
      place.refuse_tensor(t.name, "its bytes lie past the end of the file",
                          std::to_string(t.end) + " of " + std::to_string(n_data_bytes));
    uint64_t n = element_bytes(t.type);
    bool is_overflow = false;
    for (const int64_t size : t.shape) is_overflow |= __builtin_mul_overflow(n, static_cast<uint64_t>(size), &n);
    if (is_overflow) place.refuse_tensor(t.name, "its shape is larger than any file");
    if (n != t.end - t.begin)
      place.refuse_tensor(t.name, "its size is not dtype × shape",
                          std::to_string(t.end - t.begin) + " bytes instead of " + std::to_string(n));
  }
  std::sort(tensors.begin(), tensors.end(), [](const TensorEntry& a, const TensorEntry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  uint64_t at = 0;
  for (const TensorEntry& t : tensors) {
    if (t.begin != at)
      place.refuse_tensor(t.name, t.begin < at ? "its bytes overlap another's" : "a hole before its bytes");
    at = t.end;
  }
  if (at != n_data_bytes)
    place.refuse("bytes after the last tensor", std::to_string(n_data_bytes - at),
                 "a file that ends with its last tensor");
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::span<const std::byte> file, const std::string& where) {
  const Place place{where};
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.starts_with("PK\x03\x04") ||
      (text.size() > 1 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5 && (text.size() < 8 || text[7] != 0)))
    place.refuse("unsupported format: a pickle or TorchScript archive, which could run code and is never opened", {},
                 "a .safetensors file");
  if (text.size() < 8) place.refuse("too short for a safetensors file", std::to_string(text.size()) + " bytes");
  uint64_t n_header = 0;
  for (size_t i = 8; i-- > 0;) n_header = n_header << 8 | static_cast<unsigned char>(text[i]);
  if (n_header < 2 || n_header > kMaxHeaderBytes)
    place.refuse("unsupported format: no safetensors header", std::to_string(n_header) + " bytes of header",
                 "a header of 2 bytes to 4 MiB");
  if (n_header > text.size() - 8)
    place.refuse("the safetensors header is larger than the file", std::to_string(n_header) + " bytes");
  const std::string_view json = text.substr(8, n_header);
  size_t bad = 0;
  if (!is_valid_utf8(json, &bad)) place.refuse("the safetensors header is not UTF-8", "byte " + std::to_string(bad));
  if (json[0] != '{') place.refuse("the safetensors header does not start with '{'");
  SafetensorsHeader header;
  HeaderReader reader(header, place);
  nlohmann::json::sax_parse(json, &reader);
  header.data_offset = 8 + n_header;
  check_places(header.tensors, text.size() - header.data_offset, place);
  return header;
}

size_t element_bytes(TensorType type) { return kTypes[static_cast<size_t>(type)].n_bytes; }
std::string_view type_name(TensorType type) { return kTypes[static_cast<size_t>(type)].name; }

}  // namespace songscape
