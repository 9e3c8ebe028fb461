#include "core/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "data/npy.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/data";

TEST(Half, EveryNumberSurvivesTheWayToFloatAndBack) {
  for (uint32_t half = 0; half < 65536; ++half) {
    const float value = float_from_half(static_cast<uint16_t>(half));
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(float_from_half(half_from_float(value))));
    else
      EXPECT_EQ(half_from_float(value), half) << value;
  }
}

TEST(Half, EveryNumberMeansWhatNumPySays) {
  double sum = 0;
  for (uint32_t half = 0; half < 65536; ++half) {
    const float value = float_from_half(static_cast<uint16_t>(half));
    if (std::isfinite(value)) sum += std::abs(static_cast<double>(value));
  }
  const NpyFile golden(kGolden / "half_sum.npy");
  double wanted;
  std::memcpy(&wanted, golden.bytes().data(), sizeof wanted);
  EXPECT_EQ(sum, wanted);
}

TEST(Half, RoundsToNearestEvenAndOverflowsToInfinity) {
  const Matrix edges = read_npy_matrix(kGolden / "half_edges.npy");
  for (int64_t i = 0; i < edges.n_cols; ++i)
    EXPECT_EQ(float_from_half(half_from_float(edges(0, i))), edges(1, i)) << edges(0, i);
}

}  // namespace
}  // namespace songscape
