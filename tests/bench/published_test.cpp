#include "bench/published.h"

#include <gtest/gtest.h>

#include <cmath>

#include "bench/idx_file.h"
#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

std::string idx(const std::vector<int64_t>& shape, const std::string& values) {
  std::string file = {0, 0, 8, static_cast<char>(shape.size())};
  for (const int64_t n : shape)
    for (const int shift : {24, 16, 8, 0}) file += static_cast<char>((n >> shift) & 255);
  return file + values;
}

// n images of three kinds, bright above, below or in the middle.
void write_part(const fs::path& folder, const std::string& part, int64_t n) {
  Random random(n);
  std::string pixels, digits;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t row = 0; row < 28; ++row)
      for (int64_t column = 0; column < 28; ++column)
        pixels += static_cast<char>(row / 10 == i % 3 ? 200 + random.below(50) : random.below(30));
    digits += static_cast<char>(i % 3);
  }
  publish_file(folder / (part + "-images-idx3-ubyte"), idx({n, 28, 28}, pixels));
  publish_file(folder / (part + "-labels-idx1-ubyte"), idx({n}, digits));
}

std::string fault_of(const std::function<void()>& job) {
  try {
    job();
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(IdxFile, ReadsWhatItsHeaderSaysAndNothingElse) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a";
  publish_file(path, idx({2, 3}, "abcdef"));
  const IdxArray a = read_idx(path);
  EXPECT_EQ(a.shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(a.values[5], 'f');
  for (const std::string& bad : {std::string(), std::string("IDX?"), idx({2, 3}, "abcde"), idx({2, 3}, "abcdefg"),
                                 idx({1 << 20, 1 << 20}, "a"), idx({4}, "").substr(0, 6)}) {
    publish_file(path, bad);
    EXPECT_NE(fault_of([&] { read_idx(path); }), "accepted") << bad.size();
  }
  EXPECT_NE(fault_of([&] { read_idx(folder.path() / "none"); }).find("--data"), std::string::npos);
}

TEST(Published, RefusesUnknownNamesAndVariants) {
  const TemporaryFolder folder;
  EXPECT_NE(fault_of([&] { run_published("mnist_vad", {.data = {}, .output = folder.path()}); }).find("mnist_vade"),
            std::string::npos);
  EXPECT_NE(fault_of([&] {
              run_published("mnist_vade", {.data = folder.path(), .output = folder.path(), .variants = {"best"}});
            }).find("recipe"),
            std::string::npos);
}

TEST(Published, OfVadeKeepsItsTrialsAndGoesOnFromThem) {
  const TemporaryFolder folder;
  write_part(folder.path(), "train", 40);
  write_part(folder.path(), "t10k", 20);
  PublishedRequest request{.data = folder.path(), .output = folder.path() / "out"};
  request.n_seeds = 1;
  request.n_epochs = 12;
  request.variants = {"recipe"};
  const PublishedResult one = run_published("mnist_vade", request), again = run_published("mnist_vade", request);
  EXPECT_EQ(one.trials.to_csv(), again.trials.to_csv());
  EXPECT_TRUE(fs::exists(request.output / "mnist_vade/recipe-s0/result.json"));
  EXPECT_TRUE(fs::exists(request.output / "mnist_vade/summary.csv"));
  const double accuracy = std::get<double>(one.trials.rows[0][2]);
  EXPECT_GT(accuracy, 0.2);
  EXPECT_LE(accuracy, 1.0);
}

}  // namespace
}  // namespace songscape
