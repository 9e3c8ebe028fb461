#include "data/npy.h"

#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/half.h"
#include "core/text.h"

namespace songscape {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

// f(T{}) with the C++ type of the elements; halves come as uint16_t with is_half.
template <class F>
void with_element_type(NpyType type, F f) {
  switch (type) {
    case NpyType::f2:
      return f(uint16_t{}, true);
    case NpyType::f4:
      return f(float{}, false);
    case NpyType::f8:
      return f(double{}, false);
    case NpyType::i1:
      return f(int8_t{}, false);
    case NpyType::i2:
      return f(int16_t{}, false);
    case NpyType::i4:
      return f(int32_t{}, false);
    case NpyType::i8:
      return f(int64_t{}, false);
    case NpyType::u2:
      return f(uint16_t{}, false);
    case NpyType::u4:
      return f(uint32_t{}, false);
    case NpyType::u8:
      return f(uint64_t{}, false);
    case NpyType::u1:
    case NpyType::boolean:
      return f(uint8_t{}, false);
  }
}

template <class T>
T element(std::span<const std::byte> bytes, uint64_t i) {
  T value;
  std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

// Calls visit(place on disk) for elements first … first + n − 1 of C order.
template <class F>
void for_each_place(const NpyHeader& header, uint64_t first, uint64_t n, F visit) {
  if (!header.is_fortran_order || header.shape.size() < 2) {
    for (uint64_t i = 0; i < n; ++i) visit(first + i);
    return;
  }
  const size_t n_dims = header.shape.size();
  std::vector<uint64_t> stride(n_dims, 1), index(n_dims, 0);
  for (size_t d = 1; d < n_dims; ++d) stride[d] = stride[d - 1] * static_cast<uint64_t>(header.shape[d - 1]);
  uint64_t rest = first, place = 0;
  for (size_t d = n_dims; d-- > 0 && n > 0;) {
    index[d] = rest % static_cast<uint64_t>(header.shape[d]);
    rest /= static_cast<uint64_t>(header.shape[d]);
    place += index[d] * stride[d];
  }
  for (uint64_t i = 0; i < n; ++i) {
    visit(place);
    for (size_t d = n_dims; d-- > 0;) {
      place += stride[d];
      if (++index[d] < static_cast<uint64_t>(header.shape[d])) break;
      place -= index[d] * stride[d];
      index[d] = 0;
    }
  }
}

std::string header_text(NpyType type, const std::vector<int64_t>& shape) {
  static constexpr const char* kNames[] = {"<f2", "<f4", "<f8", "|i1", "<i2", "<i4",
                                           "<i8", "|u1", "<u2", "<u4", "<u8", "|b1"};
  std::string dict =
      std::string("{'descr': '") + kNames[static_cast<int>(type)] + "', 'fortran_order': False, 'shape': (";
  for (size_t d = 0; d < shape.size(); ++d)
    dict += std::to_string(shape[d]) + (shape.size() == 1 ? "," : d + 1 < shape.size() ? ", " : "");
  dict += "), }";
  // NumPy leaves room for the first size to grow; so do we, and the files are equal byte for byte.
  if (!shape.empty()) dict.append(21 - std::to_string(shape[0]).size(), ' ');
  dict.append(63 - (10 + dict.size()) % 64, ' ');
  dict += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out += static_cast<char>(dict.size() & 0xff);
  out += static_cast<char>(dict.size() >> 8);
  return out + dict;
}

}  // namespace

NpyFile::NpyFile(const fs::path& path)
    : file_(path),
      header_(parse_npy_header(file_.bytes(), escape_for_terminal(path.string()))),
      where_(escape_for_terminal(path.string())) {}

void NpyFile::read(uint64_t first, std::span<float> out) const {
  const uint64_t n = header_.n_elements();
  check(first <= n && out.size() <= n - first, "the elements to read exist");
  float* to = out.data();
  with_element_type(header_.type, [&](auto sample, bool is_half) {
    using T = decltype(sample);
    for_each_place(header_, first, out.size(), [&](uint64_t place) {
      const T value = element<T>(bytes(), place);
      if constexpr (std::is_same_v<T, uint16_t>)
        *to++ = is_half ? float_from_half(value) : static_cast<float>(value);
      else
        *to++ = static_cast<float>(value);
    });
  });
}

std::vector<int64_t> NpyFile::read_integers() const {
  std::vector<int64_t> out;
  out.reserve(header_.n_elements());
  with_element_type(header_.type, [&](auto sample, bool is_half) {
    using T = decltype(sample);
    if constexpr (std::is_integral_v<T>) {
      if (!is_half)
        return for_each_place(header_, 0, header_.n_elements(),
                              [&](uint64_t place) { out.push_back(static_cast<int64_t>(element<T>(bytes(), place))); });
    }
    fail(ExitCode::damaged, {.what = "the array holds floating-point numbers",
                             .where = where_,
                             .seen = {},
                             .wanted = "an array of integers",
                             .fix = "save it with .astype('int32')"});
  });
  return out;
}

Matrix read_npy_matrix(const fs::path& path) {
  const NpyFile file(path);
  const std::vector<int64_t>& shape = file.header().shape;
  if (shape.empty() || shape.size() > 2 || (shape.size() == 2 && shape[0] > 0 && shape[1] == 0))
    fail(ExitCode::damaged, {.what = "the array is not a table",
                             .where = escape_for_terminal(path.string()),
                             .seen = std::to_string(shape.size()) + " dimensions",
                             .wanted = "one or two dimensions, and at least one column",
                             .fix = {}});
  Matrix out(shape[0], shape.size() == 2 ? shape[1] : 1);
  file.read(0, out.values);
  return out;
}

NpyWriter::NpyWriter(const fs::path& path, NpyType type, std::vector<int64_t> shape) : publisher_(path), type_(type) {
  const NpyHeader header{.type = type, .is_fortran_order = false, .shape = std::move(shape), .data_offset = 0};
  publisher_.write(header_text(type, header.shape));
  n_bytes_left_ = header.n_elements() * element_bytes(type);
}

void NpyWriter::write(std::span<const std::byte> bytes) {
  check(bytes.size() <= n_bytes_left_, "no more elements are written than the shape has");
  publisher_.write(bytes);
  n_bytes_left_ -= bytes.size();
}

void NpyWriter::publish() {
  check(n_bytes_left_ == 0, "every element of the array was written");
  publisher_.publish();
}

}  // namespace songscape
