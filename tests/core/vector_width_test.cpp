#include "core/vector_width.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "limited_width.h"

namespace songscape {
namespace {

constexpr VectorWidth kAll[] = {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512, VectorWidth::avx512_bf16};

// What SONGSCAPE_VECTOR_WIDTH, which CMakeLists.txt sets for some runs of this file, allows.
VectorWidth allowed_width() {
  const char* const n_lanes = std::getenv("SONGSCAPE_VECTOR_WIDTH");
  if (!n_lanes) return VectorWidth::avx512_bf16;
  if (std::string(n_lanes) == "4") return VectorWidth::base;
  return std::string(n_lanes) == "8" ? VectorWidth::avx2 : VectorWidth::avx512;
}

TEST(VectorWidth, IsAtMostWhatTheEnvironmentAllows) { EXPECT_LE(vector_width(), allowed_width()); }

TEST(VectorWidth, IsThatOfTheProcessorWhereTheEnvironmentAllowsIt) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx512bf16")) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  EXPECT_EQ(vector_width(), allowed_width());
#else
  EXPECT_EQ(vector_width(), VectorWidth::base);
#endif
}

TEST(VectorWidth, LimitsHoldAndAreLifted) {
  const VectorWidth widest = vector_width();
  for (const VectorWidth most : kAll) {
    const LimitedWidth limit(most);
    EXPECT_EQ(vector_width(), std::min(most, widest));
  }
  EXPECT_EQ(vector_width(), widest);
}

TEST(VectorWidth, ChoosesTheFormOfItsOwnOrTheNextNarrower) {
  EXPECT_EQ(for_width(VectorWidth::avx512_bf16, 16, 8, 4), 16);
  EXPECT_EQ(for_width(VectorWidth::avx512, 16, 8, 4), 16);
  EXPECT_EQ(for_width(VectorWidth::avx2, 16, 8, 4), 8);
  EXPECT_EQ(for_width(VectorWidth::base, 16, 8, 4), 4);
}

}  // namespace
}  // namespace songscape
