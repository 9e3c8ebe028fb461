// Arrays in the IDX format of the MNIST files, plain or gzipped: big-endian, u8 values only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace songscape {

struct IdxArray {
  std::vector<int64_t> shape;
  std::vector<uint8_t> values;
};

// Error `damaged` naming the file: no IDX header, other types than u8, cut short, longer than its header says, or above
// 1 GiB; `usage` where there is none.
IdxArray read_idx(const std::filesystem::path& path);

// Images as f32 on [0, 1], [n × 28 × 28], and their digits.
struct Mnist {
  std::vector<float> images;
  std::vector<int32_t> digits;
  int64_t n() const { return static_cast<int64_t>(digits.size()); }
};
// part: "train" or "t10k"; folder holds PART-images-idx3-ubyte(.gz) and PART-labels-idx1-ubyte(.gz).
Mnist read_mnist(const std::filesystem::path& folder, const std::string& part);

}  // namespace songscape
