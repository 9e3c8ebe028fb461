#include "decoder/md5.h"

#include <gtest/gtest.h>

#include "core/hash.h"

namespace songscape::decoder {
namespace {

std::string md5_hex(const std::string& text, size_t piece) {
  Md5 md5;
  for (size_t at = 0; at < text.size(); at += piece) {
    const std::string part = text.substr(at, piece);
    md5.update({reinterpret_cast<const uint8_t*>(part.data()), part.size()});
  }
  const std::string digest = md5.finish();
  return to_hex({reinterpret_cast<const uint8_t*>(digest.data()), digest.size()});
}

// RFC 1321, A.5.
TEST(Md5, EqualsThePublishedDigests) {
  EXPECT_EQ(md5_hex("", 1), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("abc", 3), "900150983cd24fb0d6963f7d28e17f72");
  const std::string digits = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";
  for (const size_t piece : {1u, 7u, 63u, 64u, 65u, 80u})
    EXPECT_EQ(md5_hex(digits, piece), "57edf4a22be3c955ac49da2e2107b67a");
}

}  // namespace
}  // namespace songscape::decoder
