#include "cluster/nearest_centres.h"

#include <gtest/gtest.h>

#include "blobs.h"
#include "cluster/kmeans.h"
#include "core/random.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

std::vector<float> squared_lengths(const Matrix& x) {
  std::vector<float> out;
  for (int64_t i = 0; i < x.n_rows; ++i) {
    float sum = 0;
    for (const float v : x.row(i)) sum += v * v;
    out.push_back(sum);
  }
  return out;
}

TEST(NearestCentres, AreThoseOfAllDistancesHoweverTheCentresMoveAtEveryWidth) {
  const Matrix x = clouds(5000, 12, 8, 2);
  const std::vector<float> squared = squared_lengths(x);
  for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512}) {
    limit_vector_width(width);
    Random random(3);
    Matrix centres = clouds(20, 12, 8, 3);
    NearestCentres nearest(x, squared);
    for (int step = 0; step < 30; ++step) {
      nearest.update(centres);
      const std::vector<int32_t> wanted = nearest_centre(x, centres);
      ASSERT_EQ(nearest.labels(), wanted) << step;
      if (step == 10) nearest.put(17, (wanted[17] + 1) % 20);
      const double far = step % 7 == 0 ? 1 : step % 7 == 1 ? 0 : .01;
      for (float& v : centres.values) v += static_cast<float>(far * random.normal());
    }
  }
  limit_vector_width(VectorWidth::avx512_bf16);
}

TEST(NearestCentres, OfOneCentreIsThat) {
  const Matrix x = clouds(10, 3, 2, 1), centre(1, 3, 5);
  const std::vector<float> squared = squared_lengths(x);
  NearestCentres nearest(x, squared);
  for (int step = 0; step < 3; ++step) nearest.update(centre);
  EXPECT_EQ(nearest.labels(), std::vector<int32_t>(10, 0));
}

}  // namespace
}  // namespace songscape
