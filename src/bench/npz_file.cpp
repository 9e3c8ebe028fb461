#include "bench/npz_file.h"

#include <zlib.h>

#include <cstring>
#include <span>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/npy.h"

namespace songscape {
namespace {

// APPNOTE.TXT 4.3: the archive ends with a directory of its members and a record that says where it begins.
constexpr uint32_t kEndMark = 0x06054b50, kDirectoryMark = 0x02014b50, kMemberMark = 0x04034b50;
constexpr size_t kEndBytes = 22, kDirectoryBytes = 46, kMemberBytes = 30, kLongestComment = 65535;
constexpr uint64_t kMostUnpacked = 1u << 30;
constexpr uint32_t kStored = 0, kDeflated = 8, kEncrypted = 1, kInZip64 = 0xffffffff;

using Bytes = std::span<const std::byte>;

[[noreturn]] void fail_on_npz(const std::string& where, const std::string& seen) {
  fail(ExitCode::damaged, {.what = "the archive cannot be read",
                           .where = where,
                           .seen = seen,
                           .wanted = "an .npz of whole numbers, as numpy.savez writes it",
                           .fix = {}});
}

// Little-endian fields at fixed places, checked against the file's end.
class Fields {
 public:
  Fields(Bytes bytes, const std::string& where) : bytes_(bytes), where_(where) {}
  Bytes at(uint64_t first, uint64_t n) const {
    if (first > bytes_.size() || n > bytes_.size() - first) fail_on_npz(where_, "cut short");
    return bytes_.subspan(first, n);
  }
  uint32_t number(uint64_t first, int n_bytes) const {
    const Bytes b = at(first, static_cast<uint64_t>(n_bytes));
    uint32_t value = 0;
    for (size_t i = b.size(); i-- > 0;) value = value << 8 | std::to_integer<uint32_t>(b[i]);
    return value;
  }
  uint64_t size() const { return bytes_.size(); }

 private:
  Bytes bytes_;
  const std::string& where_;
};

struct Member {
  std::string name;
  uint32_t flags, method, crc, n_packed, n_unpacked, first;
};

uint64_t end_record(const Fields& file, const std::string& where) {
  if (file.size() < kEndBytes) fail_on_npz(where, "no zip archive");
  const uint64_t last = file.size() - kEndBytes;
  for (uint64_t at = last;; --at) {
    if (file.number(at, 4) == kEndMark) return at;
    if (at == 0 || last - at >= kLongestComment) fail_on_npz(where, "no zip archive");
  }
}

std::vector<Member> members_of(const Fields& file, const std::string& where) {
  const uint64_t end = end_record(file, where);
  uint64_t at = file.number(end + 16, 4);
  std::vector<Member> members;
  for (uint32_t n = file.number(end + 10, 2); n > 0; --n) {
    if (file.number(at, 4) != kDirectoryMark) fail_on_npz(where, "a broken directory");
    const uint32_t n_name = file.number(at + 28, 2);
    const Bytes name = file.at(at + kDirectoryBytes, n_name);
    members.push_back({{reinterpret_cast<const char*>(name.data()), name.size()},
                       file.number(at + 8, 2),
                       file.number(at + 10, 2),
                       file.number(at + 16, 4),
                       file.number(at + 20, 4),
                       file.number(at + 24, 4),
                       file.number(at + 42, 4)});
    at += kDirectoryBytes + n_name + file.number(at + 30, 2) + file.number(at + 32, 2);
  }
  return members;
}

std::vector<std::byte> inflated(Bytes packed, uint32_t n_unpacked, const std::string& where) {
  std::vector<std::byte> out(n_unpacked);
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = n_unpacked;
  check(inflateInit2(&stream, -MAX_WBITS) == Z_OK, "zlib starts");
  const int status = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (status != Z_STREAM_END || stream.avail_out != 0) fail_on_npz(where, "a broken deflate stream");
  return out;
}

std::vector<std::byte> unpacked(const Fields& file, const Member& m, const std::string& where) {
  if (m.flags & kEncrypted) fail_on_npz(where, "encrypted");
  if (m.n_packed == kInZip64 || m.n_unpacked == kInZip64 || m.first == kInZip64) fail_on_npz(where, "above 4 GiB");
  if (file.number(m.first, 4) != kMemberMark) fail_on_npz(where, "a broken member");
  const uint64_t data = uint64_t{m.first} + kMemberBytes + file.number(m.first + uint64_t{26}, 2) +
                        file.number(m.first + uint64_t{28}, 2);
  const Bytes packed = file.at(data, m.n_packed);
  std::vector<std::byte> out;
  if (m.method == kStored)
    out.assign(packed.begin(), packed.end());
  else if (m.method == kDeflated)
    out = inflated(packed, m.n_unpacked, where);
  else
    fail_on_npz(where, "compression method " + std::to_string(m.method));
  if (crc32(0, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(out.size())) != m.crc)
    fail_on_npz(where, "another checksum than it was written with");
  return out;
}

bool is_signed(NpyType type) {
  return type == NpyType::i1 || type == NpyType::i2 || type == NpyType::i4 || type == NpyType::i8;
}

// Columns one after another as rows one after another.
std::vector<int64_t> by_rows(const std::vector<int64_t>& columns, int64_t n_rows, int64_t n_columns) {
  std::vector<int64_t> rows;
  rows.reserve(columns.size());
  for (int64_t i = 0; i < n_rows; ++i)
    for (int64_t j = 0; j < n_columns; ++j) rows.push_back(columns[static_cast<size_t>(j * n_rows + i)]);
  return rows;
}

NpzArray to_array(Bytes file, const std::string& where) {
  const NpyHeader header = parse_npy_header(file, where);
  const bool is_float = header.type == NpyType::f2 || header.type == NpyType::f4 || header.type == NpyType::f8;
  if (is_float || header.shape.size() > 2) fail_on_npz(where, is_float ? "an array of floats" : "more than two axes");
  NpzArray array{header.shape, {}};
  const size_t width = element_bytes(header.type);
  const unsigned n_unused = 64 - 8 * static_cast<unsigned>(width);
  for (Bytes rest = file.subspan(header.data_offset); !rest.empty(); rest = rest.subspan(width)) {
    uint64_t bits = 0;
    std::memcpy(&bits, rest.data(), width);
    bits <<= n_unused;  // the sign comes to stand where an int64 has its own
    array.values.push_back(is_signed(header.type) ? static_cast<int64_t>(bits) >> n_unused
                                                  : static_cast<int64_t>(bits >> n_unused));
  }
  if (header.is_fortran_order && header.shape.size() == 2)
    array.values = by_rows(array.values, header.shape[0], header.shape[1]);
  return array;
}

}  // namespace

std::map<std::string, NpzArray> read_npz(const fs::path& path) {
  const std::string where = escape_for_terminal(path.string());
  if (!fs::exists(path))
    fail(ExitCode::usage, {.what = "there is no such file",
                           .where = where,
                           .seen = {},
                           .wanted = {},
                           .fix = "name the folder that holds it with --data"});
  const MappedFile mapped(path);
  const Fields file(mapped.bytes(), where);
  std::map<std::string, NpzArray> arrays;
  uint64_t n_unpacked = 0;
  for (const Member& m : members_of(file, where)) {
    const std::string name = m.name.ends_with(".npy") ? m.name.substr(0, m.name.size() - 4) : m.name;
    const std::string member = where + ", " + escape_for_terminal(name);
    n_unpacked += m.n_unpacked;
    if (n_unpacked > kMostUnpacked) fail_on_npz(where, "more than 1 GiB");
    const std::vector<std::byte> bytes = unpacked(file, m, member);
    arrays[name] = to_array(bytes, member);
  }
  return arrays;
}

}  // namespace songscape
