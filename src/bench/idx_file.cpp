#include "bench/idx_file.h"

#include <zlib.h>

#include <memory>

#include "core/error.h"
#include "core/text.h"

namespace songscape {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kMostBytes = 1u << 30;
constexpr size_t kBlock = 1u << 20;

[[noreturn]] void fail_on(const fs::path& path, const std::string& what, const std::string& seen) {
  fail(ExitCode::damaged, {.what = what,
                           .where = escape_for_terminal(path.string()),
                           .seen = seen,
                           .wanted = "an IDX file of bytes, as the MNIST files are",
                           .fix = {}});
}

// zlib reads plain files as they are.
std::vector<uint8_t> unpacked(const fs::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file)
    fail(ExitCode::usage, {.what = "the file cannot be opened",
                           .where = escape_for_terminal(path.string()),
                           .seen = {},
                           .wanted = {},
                           .fix = "name the folder that holds the MNIST files with --data"});
  std::vector<uint8_t> bytes;
  for (;;) {
    const size_t n = bytes.size();
    bytes.resize(n + kBlock);
    const int got = gzread(file.get(), bytes.data() + n, static_cast<unsigned>(kBlock));
    if (got < 0) fail_on(path, "the file is damaged", "a broken gzip stream");
    bytes.resize(n + static_cast<size_t>(got));
    if (bytes.size() > kMostBytes) fail_on(path, "the file is too large", "more than 1 GiB");
    if (got == 0) break;
  }
  int status = Z_OK;
  gzerror(file.get(), &status);
  if (status != Z_OK && status != Z_STREAM_END) fail_on(path, "the file is damaged", "a gzip stream cut short");
  return bytes;
}

int64_t big_endian(const uint8_t* p) {
  return (int64_t{p[0]} << 24) | (int64_t{p[1]} << 16) | (int64_t{p[2]} << 8) | int64_t{p[3]};
}

fs::path plain_or_packed(const fs::path& path) { return fs::exists(path) ? path : fs::path(path.string() + ".gz"); }

}  // namespace

IdxArray read_idx(const fs::path& path) {
  std::vector<uint8_t> bytes = unpacked(path);
  constexpr uint8_t kU8 = 8;
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != kU8 || bytes[3] == 0 || bytes[3] > 8 ||
      bytes.size() < 4 + 4 * size_t{bytes[3]})
    fail_on(path, "the file has no IDX header of bytes", std::to_string(bytes.size()) + " bytes of something else");
  IdxArray array;
  uint64_t n = 1;
  const size_t header = 4 + 4 * size_t{bytes[3]};
  for (size_t at = 4; at < header; at += 4) {
    array.shape.push_back(big_endian(bytes.data() + at));
    n *= static_cast<uint64_t>(array.shape.back());
    if (n > kMostBytes) fail_on(path, "the file's header asks for too much", "more than 1 GiB");
  }
  if (bytes.size() - header != n)
    fail_on(path, "the file is not as long as its header says",
            std::to_string(bytes.size() - header) + " values for " + std::to_string(n));
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<int64_t>(header));
  array.values = std::move(bytes);
  return array;
}

Mnist read_mnist(const fs::path& folder, const std::string& part) {
  const fs::path images_path = plain_or_packed(folder / (part + "-images-idx3-ubyte"));
  const IdxArray images = read_idx(images_path),
                 labels = read_idx(plain_or_packed(folder / (part + "-labels-idx1-ubyte")));
  if (images.shape.size() != 3 || images.shape[1] != 28 || images.shape[2] != 28 || labels.shape.size() != 1 ||
      labels.shape[0] != images.shape[0])
    fail_on(images_path, "images and labels do not fit together", "other shapes than [n, 28, 28] and [n]");
  Mnist mnist;
  for (const uint8_t v : images.values) mnist.images.push_back(static_cast<float>(v) / 255.0f);
  mnist.digits.assign(labels.values.begin(), labels.values.end());
  return mnist;
}

}  // namespace songscape
