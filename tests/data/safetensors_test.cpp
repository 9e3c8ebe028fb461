#include "data/safetensors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstring>

#include "core/error.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/data/tensors.safetensors";

std::string with_header(const std::string& json, const std::string& data = "") {
  std::string out(8, '\0');
  for (size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(uint64_t{json.size()} >> (8 * i) & 255);
  return out + json + data;
}
std::string fault_of(const std::string& file) {
  try {
    parse_safetensors_header(std::as_bytes(std::span(file)), "w.safetensors");
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    return e.what();
  }
  return "accepted";
}
#define EXPECT_FAULT(file, part) EXPECT_NE(fault_of(file).find(part), std::string::npos) << fault_of(file)

std::string tensor(const std::string& name, const std::string& shape, const std::string& offsets,
                   const std::string& dtype = "F32") {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

TEST(Safetensors, ReadsWhatThePythonPackageWrites) {
  const SafetensorsFile file(kGolden);
  EXPECT_EQ(file.tensors().size(), 10u);
  EXPECT_EQ(file.metadata().at("format"), "songscape");
  const TensorEntry* weight = file.find("to_mean.weight");
  ASSERT_NE(weight, nullptr);
  EXPECT_EQ(weight->type, TensorType::f32);
  EXPECT_EQ(weight->shape, (std::vector<int64_t>{2, 3}));
  float values[6];
  ASSERT_EQ(file.bytes(*weight).size(), sizeof values);
  std::memcpy(values, file.bytes(*weight).data(), sizeof values);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(values[i], static_cast<float>(i));
  int64_t step;
  std::memcpy(&step, file.bytes(*file.find("step")).data(), sizeof step);
  EXPECT_EQ(step, 1234567890123);
  EXPECT_TRUE(file.find("step")->shape.empty());
  EXPECT_EQ(file.find("nothing")->begin, file.find("nothing")->end);
  EXPECT_EQ(file.find("none"), nullptr);
}

TEST(Safetensors, WritesByteForByteWhatThePythonPackageWrites) {
  const SafetensorsFile file(kGolden);
  std::vector<TensorBytes> tensors;
  for (const TensorEntry& t : file.tensors()) tensors.insert(tensors.begin(), {t.name, t.type, t.shape, file.bytes(t)});
  const TemporaryFolder folder;
  Sha256 hash;
  write_safetensors(folder.path() / "w.safetensors", tensors, file.metadata(), &hash);
  EXPECT_EQ(read_file(folder.path() / "w.safetensors"), read_file(kGolden));
  EXPECT_EQ(to_hex(hash.finish()), sha256_file(kGolden));
}

TEST(Safetensors, TheSmallestFileIsAnEmptyTable) {
  EXPECT_EQ(fault_of(with_header("{}")), "accepted");
  const TemporaryFolder folder;
  write_safetensors(folder.path() / "w.safetensors", {});
  EXPECT_TRUE(SafetensorsFile(folder.path() / "w.safetensors").tensors().empty());
}

TEST(Safetensors, HeaderLengthsThatCannotBeAreRefused) {  // S2
  EXPECT_FAULT("", "too short");
  EXPECT_FAULT(std::string(8, '\0'), "no safetensors header");
  EXPECT_FAULT(std::string("\0\0\0\0\0\0\0\x80{}", 10), "no safetensors header");
  EXPECT_FAULT(std::string("\xff\0\0\0\0\0\0\0{}", 10), "larger than the file");
  EXPECT_FAULT(with_header(std::string((4 << 20) + 1, ' ')), "no safetensors header");
  EXPECT_FAULT(read_file(kGolden).substr(0, 200), "larger than the file");
}

TEST(Safetensors, HeadersOfAnotherStructureAreRefused) {  // S2
  EXPECT_FAULT(with_header("{\"a\xff\":1}"), "not UTF-8");
  EXPECT_FAULT(with_header("{oops}"), "not JSON");
  EXPECT_FAULT(with_header("{} {}"), "not JSON");
  EXPECT_FAULT(with_header("[1]"), "does not start with '{'");
  EXPECT_FAULT(with_header("{\"a\":5}"), "tensor 'a': the header's structure is wrong");
  EXPECT_FAULT(with_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"more\":1}}"), "tensor 'a': unknown key");
  EXPECT_FAULT(with_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}"), "tensor 'a': lacks");
  EXPECT_FAULT(with_header("{\"a\":{\"dtype\":{},\"shape\":[]}}"), "tensor 'a'");
  EXPECT_FAULT(with_header("{\"__metadata__\":{\"a\":1}}"), "__metadata__");
  EXPECT_FAULT(with_header("{" + tensor("a", "[1,[2]]", "[0,8]") + "}"), "tensor 'a'");
  EXPECT_FAULT(with_header("{" + tensor("a", "[]", "[0,4,8]") + "}", "1234"), "not two numbers");
  EXPECT_FAULT(with_header("{" + tensor("a", "[]", "[0,4]", "F8_E4M3") + "}", "1234"), "dtype is not one of");
}

TEST(Safetensors, AMillionBracketsAndAHundredThousandTensorsCostLittle) {  // S2
  rusage before{}, after{};
  ::getrusage(RUSAGE_SELF, &before);
  EXPECT_FAULT(with_header("{\"a\":" + std::string(1000000, '[')), "tensor 'a'");
  EXPECT_FAULT(with_header(std::string(1000000, '[')), "does not start with '{'");
  EXPECT_FAULT(with_header("{\"a\":{\"shape\":[" + std::string(1000000, '[')), "tensor 'a'");
  std::string many = "{";
  for (int i = 0; i < 66000; ++i)
    many += "\"" + std::to_string(i) + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},";
  many.back() = '}';
  ASSERT_LT(many.size(), size_t{4 << 20});
  EXPECT_FAULT(with_header(many), "over 65,536 tensors");
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 << 10) << "KiB";
}

TEST(Safetensors, EveryWrongPlaceIsRefusedByTheTensorsName) {  // S3
  const std::string eight = "12345678";
  EXPECT_EQ(fault_of(with_header("{" + tensor("a", "[1]", "[0,4]") + "," + tensor("b", "[1]", "[4,8]") + "}", eight)),
            "accepted");
  EXPECT_FAULT(with_header("{" + tensor("a", "[1]", "[-4,0]") + "}", eight),
               "tensor 'a': a size or offset is negative");
  EXPECT_FAULT(with_header("{" + tensor("a", "[-1]", "[0,4]") + "}", eight),
               "tensor 'a': a size or offset is negative");
  EXPECT_FAULT(with_header("{" + tensor("a", "[1.5]", "[0,4]") + "}", eight),
               "tensor 'a': a size or offset is no whole");
  EXPECT_FAULT(with_header("{" + tensor("a", "[1]", "[8,4]") + "}", eight), "tensor 'a': its bytes end before");
  EXPECT_FAULT(with_header("{" + tensor("a", "[3]", "[0,12]") + "}", eight), "tensor 'a': its bytes lie past the end");
  EXPECT_FAULT(with_header("{" + tensor("a", "[2]", "[0,8]") + "," + tensor("b", "[1]", "[4,8]") + "}", eight),
               "tensor 'b': its bytes overlap");
  EXPECT_FAULT(with_header("{" + tensor("b", "[1]", "[4,8]") + "}", eight), "tensor 'b': a hole");
  EXPECT_FAULT(with_header("{" + tensor("a", "[1]", "[0,4]") + "}", eight), "bytes after the last tensor");
  EXPECT_FAULT(with_header("{" + tensor("a", "[3]", "[0,8]") + "}", eight),
               "tensor 'a': its size is not dtype × shape");
  EXPECT_FAULT(with_header("{" + tensor("a", "[4294967296,4294967296]", "[0,0]") + "}"),
               "tensor 'a': its shape is larger");
  EXPECT_FAULT(with_header("{" + tensor("a", "[4611686018427387904,4]", "[0,0]") + "}"),
               "tensor 'a': its shape is larger");
  EXPECT_FAULT(with_header("{" + tensor("a", "[18446744073709551615]", "[0,4]") + "}", eight),
               "tensor 'a': a size or offset is 2^63");
}

TEST(Safetensors, NamesThatStandTwiceOrCouldLeaveAFolderAreRefused) {  // S2, S5
  EXPECT_FAULT(with_header("{" + tensor("a", "[1]", "[0,4]") + "," + tensor("a", "[1]", "[4,8]") + "}", "12345678"),
               "tensor 'a': stands twice");
  EXPECT_FAULT(with_header("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[]}}"), "a key stands twice");
  for (const std::string name : {"../../x", "/etc/x", "a\\\\b", "a\\u0000b", "a\\u001bb", "", ".hidden"})
    EXPECT_FAULT(with_header("{" + tensor(name, "[]", "[0,4]") + "}", "1234"), "names may not");
  EXPECT_FAULT(with_header("{" + tensor(std::string(257, 'n'), "[]", "[0,4]") + "}", "1234"), "names may not");
}

TEST(Safetensors, PicklesArchivesAndPolyglotsAreNotOpened) {  // S5
  EXPECT_FAULT(std::string("PK\x03\x04 and so on"), "unsupported format: a pickle or TorchScript archive");
  EXPECT_FAULT(std::string("\x80\x02}q\x00(X\x01\x00\x00\x00", 11), "unsupported format: a pickle");
  EXPECT_FAULT(read_file(kGolden) + "PK\x03\x04", "bytes after the last tensor");
}

TEST(SafetensorsWriter, RefusesBytesThatAreNotTheShapeAndNamesTwice) {
  const TemporaryFolder folder;
  const float x[2] = {1, 2};
  const auto bytes = std::as_bytes(std::span(x));
  const std::vector<TensorBytes> wrong = {{"a", TensorType::f32, {3}, bytes}};
  EXPECT_THROW(write_safetensors(folder.path() / "w", wrong), Error);
  const std::vector<TensorBytes> twice = {{"a", TensorType::f32, {2}, bytes}, {"a", TensorType::u8, {8}, bytes}};
  EXPECT_THROW(write_safetensors(folder.path() / "w", twice), Error);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace songscape
