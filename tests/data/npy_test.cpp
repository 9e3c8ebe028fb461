#include "data/npy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "core/random.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/data";

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string fault_of(const std::string& file) {
  try {
    parse_npy_header(bytes_of(file), "x.npy");
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    return e.what();
  }
  return "accepted";
}
std::string npy(const std::string& dict, const std::string& data = "", char version = 1) {
  std::string out = std::string("\x93NUMPY") + version + '\0';
  out += static_cast<char>(dict.size() & 255);
  out += static_cast<char>(dict.size() >> 8);
  if (version > 1) out += std::string(2, '\0');
  return out + dict + data;
}
#define EXPECT_FAULT(file, part) EXPECT_NE(fault_of(file).find(part), std::string::npos) << fault_of(file)

class EveryType : public testing::TestWithParam<std::string> {};

TEST_P(EveryType, IsReadAsNumPyWroteIt) {
  const Matrix x = read_npy_matrix(kGolden / (GetParam() + ".npy"));
  ASSERT_EQ(x.n_rows, 2);
  ASSERT_EQ(x.n_cols, 3);
  const std::vector<float> wanted =
      GetParam() == "bool" ? std::vector<float>{1, 0, 1, 0, 1, 1} : std::vector<float>{0, 1, 2, 3, 4, 5};
  EXPECT_EQ(x.values, wanted);
}

TEST_P(EveryType, IsWrittenByteForByteAsNumPyWritesIt) {
  const fs::path golden = kGolden / (GetParam() + ".npy");
  const NpyFile file(golden);
  const TemporaryFolder folder;
  NpyWriter writer(folder.path() / "x.npy", file.header().type, file.header().shape);
  writer.write(file.bytes().subspan(0, 3));  // in pieces
  writer.write(file.bytes().subspan(3));
  writer.publish();
  EXPECT_EQ(read_file(folder.path() / "x.npy"), read_file(golden));
}

INSTANTIATE_TEST_SUITE_P(Npy, EveryType,
                         testing::Values("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "bool"),
                         [](const auto& type) { return type.param; });

TEST(Npy, ScalarsAndEmptyArraysAreArrays) {
  EXPECT_EQ(NpyFile(kGolden / "scalar.npy").header().n_elements(), 1u);
  const Matrix empty = read_npy_matrix(kGolden / "empty.npy");
  EXPECT_EQ(empty.n_rows, 0);
  EXPECT_EQ(empty.n_cols, 3);
}

TEST(Npy, FortranOrderIsReadInCOrderFromAnyElement) {
  const NpyFile file(kGolden / "fortran.npy");
  EXPECT_TRUE(file.header().is_fortran_order);
  std::vector<float> wanted(24), seen(24);
  std::iota(wanted.begin(), wanted.end(), 0.0f);
  file.read(0, seen);
  EXPECT_EQ(seen, wanted);
  for (uint64_t first = 0; first < 24; ++first) {
    file.read(first, std::span(seen).first(24 - first));
    EXPECT_EQ(seen[0], static_cast<float>(first));
    EXPECT_EQ(seen[23 - first], 23.0f);
  }
  EXPECT_THROW(file.read(1, seen), Error);
}

TEST(Npy, VersionsTwoAndThreeAreRead) {
  EXPECT_EQ(read_npy_matrix(kGolden / "version2.npy").values, read_npy_matrix(kGolden / "f4.npy").values);
  EXPECT_EQ(read_npy_matrix(kGolden / "version3.npy").values, read_npy_matrix(kGolden / "f4.npy").values);
}

TEST(Npy, IntegersStayWholeAndFloatsAreRefusedAsIntegers) {
  EXPECT_EQ(NpyFile(kGolden / "i8.npy").read_integers(), (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_THROW(NpyFile(kGolden / "f2.npy").read_integers(), Error);
  EXPECT_THROW(NpyFile(kGolden / "f4.npy").read_integers(), Error);
}

TEST(Npy, PicklesBigEndianAndRecordsAreRefusedByName) {
  EXPECT_FAULT(read_file(kGolden / "object.npy"), "object dtype refused");
  EXPECT_FAULT(read_file(kGolden / "big_endian.npy"), "big-endian");
  EXPECT_FAULT(read_file(kGolden / "structured.npy"), "structured dtypes");
  EXPECT_FAULT(std::string("\x80\x04\x95"), "pickle");
  EXPECT_FAULT(std::string("PK\x03\x04"), "zip archive");
  EXPECT_FAULT("", "not a .npy file");
}

TEST(Npy, HostileHeadersAreRefused) {
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  const std::string eight(8, 'x');
  EXPECT_EQ(fault_of(npy(good, eight)), "accepted");
  EXPECT_FAULT(std::string("\x93NUMPY\x02\0\xff\xff\xff\xff{", 13), "larger than 64 KiB");
  EXPECT_FAULT(std::string("\x93NUMPY\x01\0", 8), "cut short");
  EXPECT_FAULT(npy(good).substr(0, 30), "cut short");
  EXPECT_FAULT(npy(good, eight, 4), "unknown .npy version");
  EXPECT_FAULT(npy(good, "1234567"), "shorter than its header says");
  EXPECT_FAULT(npy(good, "123456789"), "longer than its header says");
  EXPECT_FAULT(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,), }"), "shorter");
  EXPECT_FAULT(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296,4294967296), }"),
               "larger than any file");
  EXPECT_FAULT(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
               "not what NumPy writes");
  EXPECT_FAULT(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", eight), "not what NumPy writes");
  EXPECT_FAULT(npy("{'descr': '<f4', 'descr': '<f4', 'shape': (2,)}", eight), "repeated key");
  EXPECT_FAULT(npy("{'descr': '<f4', 'shape': (2,)}", eight), "lacks");
  EXPECT_FAULT(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x", eight), "not what NumPy writes");
  EXPECT_FAULT(npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", eight), "not supported");
  std::string many = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (int i = 0; i < 33; ++i) many += "1,";
  EXPECT_FAULT(npy(many + ")}", "1234"), "over 32 dimensions");
}

TEST(Npy, NoDamageToAHeaderIsMoreThanAnError) {
  const std::string golden = read_file(kGolden / "version3.npy");
  Random random(7);
  int n_refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string file = golden;
    for (int64_t n = 1 + random.below(4); n > 0; --n)
      file[static_cast<size_t>(random.below(128))] = static_cast<char>(random.below(256));
    if (random.below(4) == 0) file.resize(static_cast<size_t>(random.below(static_cast<int64_t>(file.size()))));
    try {
      const NpyHeader h = parse_npy_header(bytes_of(file), "fuzz");
      EXPECT_EQ(h.data_offset + h.n_elements() * element_bytes(h.type), file.size());
    } catch (const Error& e) {
      ++n_refused;
      EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    }
  }
  EXPECT_GT(n_refused, 10000);
}

TEST(NpyWriter, LeavesNothingUnlessEveryElementWasWritten) {
  const TemporaryFolder folder;
  {
    NpyWriter writer(folder.path() / "x.npy", NpyType::f4, {2, 2});
    writer.write_values<float>(std::vector<float>{1, 2, 3});
    EXPECT_THROW(writer.publish(), Error);
    EXPECT_THROW(writer.write_values<float>(std::vector<float>{1, 2}), Error);
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(NpyWriter, MatricesAndLabelsComeBack) {
  const TemporaryFolder folder;
  Matrix x(3, 2);
  std::iota(x.values.begin(), x.values.end(), -2.5f);
  write_npy(folder.path() / "x.npy", x);
  EXPECT_EQ(read_npy_matrix(folder.path() / "x.npy").values, x.values);
  write_npy<int32_t>(folder.path() / "y.npy", {3}, std::vector<int32_t>{4, -1, 7});
  EXPECT_EQ(NpyFile(folder.path() / "y.npy").read_integers(), (std::vector<int64_t>{4, -1, 7}));
}

}  // namespace
}  // namespace songscape
