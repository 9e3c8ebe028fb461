// NumPy's .npz archives: a zip of .npy files, stored or deflated, as numpy.savez and savez_compressed write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace songscape {

struct NpzArray {
  std::vector<int64_t> shape;   // of at most two axes
  std::vector<int64_t> values;  // in C order
};

// Every array by its name, without ".npy".  Error `damaged` naming file and array: no zip archive, encrypted or above
// 4 GiB, another compression, a checksum that differs, arrays of floats or of more than
// two axes, more than 1 GiB in all;
// `usage` where there is no file.
std::map<std::string, NpzArray> read_npz(const std::filesystem::path& path);

}  // namespace songscape
