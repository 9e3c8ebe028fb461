// The header is a Python dictionary literal; only the one form that NumPy writes is read, key by key.
#include <array>
#include <cstring>
#include <optional>

#include "core/text.h"
#include "data/npy.h"

namespace songscape {
namespace {

constexpr uint64_t kMaxHeaderBytes = 64 << 10;
constexpr size_t kMaxDimensions = 32;
constexpr char kWanted[] =
    "a .npy array of f2, f4, f8, i1 to i8, u1 to u8 or bool, little-endian, C or Fortran order, version 1 to 3";

[[noreturn]] void refuse(const std::string& where, std::string what, std::string_view seen = {}) {
  fail(ExitCode::damaged,
       {.what = std::move(what),
        .where = where,
        .seen = escape_for_terminal(seen.substr(0, 80)),
        .wanted = kWanted,
        .fix = "write the array again with numpy.save(path, numpy.ascontiguousarray(x, 'float32'))"});
}

struct NamedType {
  std::string_view name;
  NpyType type;
};
constexpr std::array<NamedType, 12> kTypes = {{{"f2", NpyType::f2},
                                               {"f4", NpyType::f4},
                                               {"f8", NpyType::f8},
                                               {"i1", NpyType::i1},
                                               {"i2", NpyType::i2},
                                               {"i4", NpyType::i4},
                                               {"i8", NpyType::i8},
                                               {"u1", NpyType::u1},
                                               {"u2", NpyType::u2},
                                               {"u4", NpyType::u4},
                                               {"u8", NpyType::u8},
                                               {"b1", NpyType::boolean}}};

// Reads the literal from left to right.
class Literal {
 public:
  Literal(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  void parse_into(NpyHeader& header) {
    expect('{');
    bool has_descr = false, has_order = false, has_shape = false;
    while (!take('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !has_descr) {
        header.type = type();
        has_descr = true;
      } else if (key == "fortran_order" && !has_order) {
        header.is_fortran_order = boolean();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        header.shape = shape();
        has_shape = true;
      } else {
        refuse(where_, "the .npy header has an unknown or repeated key", key);
      }
      if (!take(',') && peek() != '}') broken();
    }
    skip_blanks();
    if (at_ != text_.size()) broken();
    if (!has_descr || !has_order || !has_shape) refuse(where_, "the .npy header lacks descr, fortran_order or shape");
  }

 private:
  [[noreturn]] void broken() const { refuse(where_, "the .npy header is not what NumPy writes", text_.substr(at_)); }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) broken();
  }
  std::string_view quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') broken();
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) broken();
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return inside;
  }
  bool boolean() {
    skip_blanks();
    for (const auto& [name, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}})
      if (text_.substr(at_).starts_with(name)) {
        at_ += name.size();
        return value;
      }
    broken();
  }
  NpyType type() {
    if (peek() == '[') refuse(where_, "structured dtypes are not read", text_.substr(at_));
    const std::string_view descr = quoted();
    if (descr.find('O') != std::string_view::npos)
      refuse(where_, "object dtype refused: it holds pickled Python objects, which are never read", descr);
    if (descr.starts_with('>')) refuse(where_, "big-endian data is not read", descr);
    if (descr.size() == 3 && (descr[0] == '<' || descr[0] == '|' || descr[0] == '='))
      for (const NamedType& t : kTypes)
        if (t.name == descr.substr(1)) return t.type;
    refuse(where_, "dtype is not supported", descr);
  }
  std::vector<int64_t> shape() {
    std::vector<int64_t> sizes;
    expect('(');
    while (!take(')')) {
      skip_blanks();
      const size_t begin = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      const std::optional<long long> size = parse_integer(text_.substr(begin, at_ - begin));
      if (!size) broken();
      sizes.push_back(*size);
      if (sizes.size() > kMaxDimensions) refuse(where_, "the array has over 32 dimensions");
      if (!take(',') && peek() != ')') broken();
    }
    return sizes;
  }

  std::string_view text_;
  const std::string& where_;
  size_t at_ = 0;
};

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string out = "(";
  for (const int64_t n : shape) out += std::to_string(n) + ",";
  return out + ")";
}

void check_size(const NpyHeader& header, uint64_t n_data_bytes, const std::string& where) {
  // 2^60 elements of 8 bytes would overflow; no file comes near 2^56 bytes.
  uint64_t n = element_bytes(header.type);
  bool has_zero = false;
  for (const int64_t size : header.shape) has_zero |= size == 0;
  for (const int64_t size : header.shape) {
    if (has_zero) break;
    if (static_cast<uint64_t>(size) > (uint64_t{1} << 56) / n)
      refuse(where, "the .npy shape is larger than any file", shape_text(header.shape));
    n *= static_cast<uint64_t>(size);
  }
  if (has_zero) n = 0;
  if (n != n_data_bytes)
    refuse(where, "the .npy file is " + std::string(n_data_bytes < n ? "shorter" : "longer") + " than its header says",
           std::to_string(n_data_bytes) + " bytes of data for shape " + shape_text(header.shape));
}

}  // namespace

NpyHeader parse_npy_header(std::span<const std::byte> file, const std::string& where) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with("\x93NUMPY")) {
    const bool is_pickle = text.size() > 1 && text[0] == '\x80' && text[1] <= 5;
    const bool is_zip = text.starts_with("PK\x03\x04");
    refuse(where, is_pickle ? "unsupported format: a Python pickle, which is never read"
                  : is_zip  ? "unsupported format: a zip archive (.npz): unpack it first"
                            : "not a .npy file");
  }
  if (text.size() < 10) refuse(where, "the .npy header is cut short");
  const int version = static_cast<unsigned char>(text[6]);
  if (version < 1 || version > 3) refuse(where, "unknown .npy version", std::to_string(version));
  const size_t prefix = version == 1 ? 10 : 12;
  if (text.size() < prefix) refuse(where, "the .npy header is cut short");
  uint64_t n_header = 0;
  for (size_t i = prefix; i-- > 8;) n_header = n_header << 8 | static_cast<unsigned char>(text[i]);
  if (n_header > kMaxHeaderBytes)
    refuse(where, "the .npy header is larger than 64 KiB", std::to_string(n_header) + " bytes");
  if (n_header > text.size() - prefix) refuse(where, "the .npy header is cut short");
  NpyHeader header;
  Literal(text.substr(prefix, n_header), where).parse_into(header);
  header.data_offset = prefix + n_header;
  check_size(header, text.size() - header.data_offset, where);
  return header;
}

size_t element_bytes(NpyType type) {
  switch (type) {
    case NpyType::f8:
    case NpyType::i8:
    case NpyType::u8:
      return 8;
    case NpyType::f4:
    case NpyType::i4:
    case NpyType::u4:
      return 4;
    case NpyType::f2:
    case NpyType::i2:
    case NpyType::u2:
      return 2;
    default:
      return 1;
  }
}

uint64_t NpyHeader::n_elements() const {
  uint64_t n = 1;
  for (const int64_t size : shape) n *= static_cast<uint64_t>(size);
  return n;
}

}  // namespace songscape
