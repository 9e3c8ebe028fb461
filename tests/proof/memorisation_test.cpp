#include "proof/memorisation.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace songscape {
namespace {

Matrix random_songs(int64_t n, uint64_t seed) {
  Random random(seed, stream_id("songs"));
  Matrix x(n, 50);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  return x;
}

TEST(Memorisation, TellsCopiesFromNewSongsAndFromSmoothAverages) {
  const Matrix train = random_songs(200, 1), unseen = random_songs(300, 2);
  Matrix copies = random_songs(40, 3), averages(40, 50);
  for (int64_t i = 0; i < 40; ++i)
    for (int64_t j = 0; j < 50; ++j) {
      copies(i, j) = train(i, j) + .2f * copies(i, j);
      for (int64_t k = 0; k < 20; ++k) averages(i, j) += train((i * 7 + k) % 200, j) / 20;
    }
  const auto seen = nearest_songs(train, copies), new_songs = nearest_songs(train, unseen);
  const auto share = [&](const Matrix& songs) {
    return share_of_copies(nearest_songs(train, songs), seen, new_songs).value();
  };
  EXPECT_LE(share(random_songs(300, 4)), .02);
  EXPECT_EQ(share(copies), 1);
  EXPECT_EQ(share(averages), 0);  // though nearer than any new song is
  EXPECT_LT(nearest_songs(train, averages)[0].distance, nearest_songs(train, unseen)[0].distance);
}

TEST(Memorisation, CannotBeToldWhereCopiesLieNoNearer) {
  const Matrix train = random_songs(200, 1), unseen = random_songs(300, 2), others = random_songs(300, 3);
  const auto a = nearest_songs(train, others), b = nearest_songs(train, unseen);
  EXPECT_FALSE(share_of_copies(a, a, b));
}

TEST(Memorisation, OfTheSameSongTwiceHasARatioOfOne) {
  Matrix train(2, 3);
  EXPECT_EQ(nearest_songs(train, Matrix(1, 3))[0].ratio, 1);
}

}  // namespace
}  // namespace songscape
