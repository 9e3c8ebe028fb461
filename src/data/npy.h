// NumPy's .npy arrays (NEP 1, format versions 1 to 3): dtypes f2 f4 f8, i1 … i8, u1 … u8 and bool, C and Fortran order.
// Refused with ExitCode::damaged: big-endian data, structured and object dtypes (a pickle is never read), headers of
// over 64 KiB, over 32 dimensions, and files longer or shorter than their header says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/file.h"
#include "core/matrix.h"

namespace songscape {

enum class NpyType { f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, boolean };
size_t element_bytes(NpyType type);

template <class T>
struct NpyTypeOf;
template <>
struct NpyTypeOf<float> {
  static constexpr NpyType value = NpyType::f4;
};
template <>
struct NpyTypeOf<double> {
  static constexpr NpyType value = NpyType::f8;
};
template <>
struct NpyTypeOf<int8_t> {
  static constexpr NpyType value = NpyType::i1;
};
template <>
struct NpyTypeOf<int32_t> {
  static constexpr NpyType value = NpyType::i4;
};
template <>
struct NpyTypeOf<int64_t> {
  static constexpr NpyType value = NpyType::i8;
};
template <>
struct NpyTypeOf<uint8_t> {
  static constexpr NpyType value = NpyType::u1;
};

struct NpyHeader {
  NpyType type = NpyType::f4;
  bool is_fortran_order = false;
  std::vector<int64_t> shape;  // empty: one scalar
  uint64_t data_offset = 0;    // bytes of header

  uint64_t n_elements() const;
};

// The header at the start of `file`, its shape checked against the number of bytes that follow it.
NpyHeader parse_npy_header(std::span<const std::byte> file, const std::string& where);

// An array on disk, mapped into memory.
class NpyFile {
 public:
  explicit NpyFile(const fs::path& path);
  const NpyHeader& header() const { return header_; }
  std::span<const std::byte> bytes() const { return file_.bytes().subspan(header_.data_offset); }
  // Elements first … first + out.size() − 1 in C order, whatever the order on disk, rounded to float.
  void read(uint64_t first, std::span<float> out) const;
  // All elements in C order; Error `damaged` where the array holds floats.  Unsigned values from 2^63 wrap.
  std::vector<int64_t> read_integers() const;

 private:
  MappedFile file_;
  NpyHeader header_;
  std::string where_;
};

// A whole array of one or two dimensions (one: a single column).
Matrix read_npy_matrix(const fs::path& path);

// An array written in pieces, in C order, that appears whole at publish().
class NpyWriter {
 public:
  NpyWriter(const fs::path& path, NpyType type, std::vector<int64_t> shape);
  void write(std::span<const std::byte> bytes);
  template <class T>
  void write_values(std::span<const T> values) {
    check(NpyTypeOf<T>::value == type_, "values have the array's type");
    write(std::as_bytes(values));
  }
  void publish();  // check(): every element was written

 private:
  Publisher publisher_;
  NpyType type_;
  uint64_t n_bytes_left_ = 0;
};

template <class T>
void write_npy(const fs::path& path, std::vector<int64_t> shape, std::span<const T> values) {
  NpyWriter writer(path, NpyTypeOf<T>::value, std::move(shape));
  writer.write_values(values);
  writer.publish();
}
inline void write_npy(const fs::path& path, MatrixView x) {
  write_npy<float>(path, {x.n_rows, x.n_cols}, {x.data, static_cast<size_t>(x.n_rows * x.n_cols)});
}

}  // namespace songscape
