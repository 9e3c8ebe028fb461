#include "core/hash.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/hash_kernels.h"
#include "core/random.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

// FIPS 180-4 examples.
TEST(Sha256, GivesTheDigestsOfTheStandardsExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheBytesArrive) {
  const std::string text(1000, 'x');
  for (const size_t cut : {1, 55, 56, 63, 64, 65, 500}) {
    Sha256 h;
    h.update(std::string_view(text).substr(0, cut));
    h.update(std::string_view(text).substr(cut));
    EXPECT_EQ(to_hex(h.finish()), sha256_hex(text)) << cut;
  }
}

TEST(Crc32c, GivesTheCheckValueAndContinues) {
  const std::string text = "123456789";
  const auto bytes = std::as_bytes(std::span(text));
  EXPECT_EQ(crc32c(bytes), 0xE3069283u);
  EXPECT_EQ(crc32c(bytes.subspan(4), crc32c(bytes.first(4))), 0xE3069283u);
}

TEST(HashKernels, AreEqualByTheCpusInstructionsAndWithout) {
  Random random(1);
  std::vector<uint8_t> bytes(64 * 9 + 7);
  for (uint8_t& b : bytes) b = static_cast<uint8_t>(random.below(256));
  for (size_t n = 0; n <= 9; ++n) {
    std::array<uint32_t, 8> fast = {1, 2, 3, 4, 5, 6, 7, 8}, plain = fast;
    const size_t offset = n % 7, n_bytes = 61 * n;
    sha256_blocks(fast, bytes.data() + offset, n);
    const uint32_t fast_crc = crc32c_bytes(17, bytes.data() + offset, n_bytes);
    limit_vector_width(VectorWidth::base);
    sha256_blocks(plain, bytes.data() + offset, n);
    EXPECT_EQ(crc32c_bytes(17, bytes.data() + offset, n_bytes), fast_crc);
    limit_vector_width(VectorWidth::avx512_bf16);
    EXPECT_EQ(fast, plain) << n;
  }
}

}  // namespace
}  // namespace songscape
