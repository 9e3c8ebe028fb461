#include "train/meters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "train/learning_rate.h"

namespace songscape {
namespace {

TEST(Meters, MeansOverUnevenBatchesWeighBySongs) {
  Meters m;
  m.add("mse", 1.0, 16);
  m.add("mse", 3.0, 4);
  EXPECT_DOUBLE_EQ(m.mean("mse"), (16.0 + 12.0) / 20);
  EXPECT_TRUE(std::isnan(m.mean("absent")));
}

TEST(Meters, ComeBackFromTextToTheBit) {
  Meters m;
  m.add("a", 0.1 + 1e-17, 3);
  m.add("a", 1.0 / 3, 7);
  const Meters back = Meters::from_json(Json::parse(m.to_json().dump()));
  EXPECT_EQ(back.mean("a"), m.mean("a"));
}

TEST(LearningRate, FallsByHalfACosineAfterItsWarmUp) {
  TrainConfig c;
  c.lr = 1;
  c.epochs = 10;
  EXPECT_EQ(learning_rate(c, 7.5), 1);
  c.lr_schedule = "cosine";
  EXPECT_DOUBLE_EQ(learning_rate(c, 0), 1);
  EXPECT_NEAR(learning_rate(c, 5), 0.505, 1e-12);
  EXPECT_NEAR(learning_rate(c, 10), 0.01, 1e-12);
  c.lr_warm_up_epochs = 2;
  EXPECT_LT(learning_rate(c, 0), 0.001);
  EXPECT_GT(learning_rate(c, 0), 0);
}

}  // namespace
}  // namespace songscape
