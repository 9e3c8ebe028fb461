// Random damage with a fixed seed: whatever the bytes, the reader gives an Error or tensors that lie inside the file.
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/random.h"
#include "data/safetensors.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/data/tensors.safetensors";

bool is_accepted(const std::string& file) {
  try {
    const SafetensorsHeader h = parse_safetensors_header(std::as_bytes(std::span(file)), "fuzz");
    uint64_t at = 0;
    for (const TensorEntry& t : h.tensors) {
      EXPECT_EQ(t.begin, at);
      at = t.end;
      uint64_t n = element_bytes(t.type);
      for (const int64_t size : t.shape) n *= static_cast<uint64_t>(size);
      EXPECT_EQ(n, t.end - t.begin);
    }
    EXPECT_EQ(h.data_offset + at, file.size());
    return true;
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    return false;
  }
}

void damage(std::string& file, size_t n_header, Random& random) {
  const auto place = [&] { return static_cast<size_t>(random.below(static_cast<int64_t>(n_header))); };
  static constexpr char kTokens[] = "0123456789-+.eE[]{},:\"\\ \n\x00\x80\xff";
  switch (random.below(6)) {
    case 0:
      file[place()] = static_cast<char>(random.below(256));
      break;
    case 1:
      file[8 + place() % (n_header - 8)] = kTokens[random.below(sizeof kTokens - 1)];
      break;
    case 2:
      file.resize(static_cast<size_t>(random.below(static_cast<int64_t>(file.size()))));
      break;
    case 3:
      file.insert(place(), file.substr(place(), static_cast<size_t>(random.below(64))));
      break;
    case 4:
      file.erase(place(), static_cast<size_t>(random.below(64)));
      break;
    default:
      file[static_cast<size_t>(random.below(8))] = static_cast<char>(random.below(256));
      break;
  }
}

TEST(SafetensorsFuzz, DamageIsRefusedOrHarmless) {
  const std::string golden = read_file(kGolden);
  const size_t n_header = parse_safetensors_header(std::as_bytes(std::span(golden)), "golden").data_offset;
  Random random(20240601);
  int n_refused = 0;
  constexpr int kRounds = 30000;
  for (int round = 0; round < kRounds; ++round) {
    std::string file = golden;
    for (int64_t n = 1 + random.below(3); n > 0 && file.size() > n_header; --n) damage(file, n_header, random);
    n_refused += !is_accepted(file);
  }
  EXPECT_TRUE(is_accepted(golden));
  EXPECT_GT(n_refused, kRounds / 2);
}

}  // namespace
}  // namespace songscape
