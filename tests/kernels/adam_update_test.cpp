#include "kernels/adam_update.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "limited_width.h"
#include "values.h"

namespace songscape {
namespace {

constexpr VectorWidth kWidths[] = {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512};

struct State {
  std::vector<float> p, m, v;
  AdamRun run(const std::vector<float>& g) {
    return {p.data(), m.data(), v.data(), g.data(), static_cast<int64_t>(p.size())};
  }
};

State fresh(std::vector<float> p) {
  const std::vector<float> zeros(p.size(), 0);
  return {std::move(p), zeros, zeros};
}

// Algorithm 1 for one value, in double.
struct Plain {
  double p, m = 0, v = 0;
  int64_t t = 0;
  void step(double g, double lr, double weight_decay) {
    ++t;
    g += weight_decay * p;
    m = .9 * m + .1 * g;
    v = .999 * v + .001 * g * g;
    const auto n = static_cast<double>(t);
    p -= lr * m / (1 - std::pow(.9, n)) / (std::sqrt(v / (1 - std::pow(.999, n))) + 1e-8);
  }
};

TEST(AdamUpdate, EqualsTheFormulaOverSteps) {
  constexpr double kLr = 1e-2, kDecay = .05, kScale = .25;
  for (const VectorWidth width : kWidths)
    for (const int64_t n : {1, 15, 16, 17, 63, 1000}) {
      const LimitedWidth limit(width);
      State state = fresh(random_floats(n, 1));
      std::vector<Plain> plain;
      for (const float p : state.p) plain.push_back({p});
      for (int64_t t = 1; t <= 8; ++t) {
        const std::vector<float> g = random_floats(n, 10 + static_cast<uint64_t>(t), 3);
        adam_update(adam_step(kLr, t, kDecay, kScale), state.run(g));
        for (size_t i = 0; i < g.size(); ++i) plain[i].step(kScale * g[i], kLr, kDecay);
      }
      for (size_t i = 0; i < plain.size(); ++i) {
        ASSERT_NEAR(state.p[i], plain[i].p, 1e-6 * (std::abs(plain[i].p) + .1)) << n;
        ASSERT_NEAR(state.m[i], plain[i].m, 2e-6) << n;
        ASSERT_NEAR(state.v[i], plain[i].v, 2e-6 * plain[i].v) << n;
      }
    }
}

TEST(AdamUpdate, AZeroGradientLeavesTheParameterAndItsSizeDoesNotMatter) {
  const std::vector<float> g = {0,      -0.f, 1e-30f, -1e-25f, 1e-18f, 1e-12f, -1e-6f, 1,      -1e6f, 1e12f,
                                -1e18f, 0,    0,      0,       0,      0,      0,      1e-30f, 1e18f};
  for (const VectorWidth width : kWidths) {
    const LimitedWidth limit(width);
    State state = fresh(std::vector<float>(g.size(), 2));
    adam_update(adam_step(1e-3, 1, 0, 1), state.run(g));
    for (size_t i = 0; i < g.size(); ++i) {
      const double step = 1e-3 * g[i] / (std::abs(double{g[i]}) + 1e-8);  // of the first step, by any gradient
      EXPECT_NEAR(state.p[i], 2 - step, 3e-7) << g[i];
      EXPECT_TRUE(g[i] != 0 || state.p[i] == 2) << i;
    }
  }
}

TEST(AdamUpdate, ANanStaysAndTouchesItsOwnValueOnly) {
  for (const VectorWidth width : kWidths)
    for (const size_t bad : {0, 5, 16, 18}) {
      const LimitedWidth limit(width);
      State state = fresh(random_floats(19, 2));
      std::vector<float> g = random_floats(19, 3);
      g[bad] = std::numeric_limits<float>::quiet_NaN();
      for (int64_t t = 1; t <= 2; ++t) adam_update(adam_step(1e-3, t, 0, 1), state.run(g));
      for (size_t i = 0; i < 19; ++i) {
        EXPECT_EQ(std::isnan(state.p[i]), i == bad) << i;
        EXPECT_EQ(std::isnan(state.m[i]), i == bad) << i;
        EXPECT_EQ(std::isnan(state.v[i]), i == bad) << i;
      }
    }
}

TEST(AdamUpdate, ANanOfAMomentReachesItsParameter) {
  for (const VectorWidth width : kWidths) {
    const LimitedWidth limit(width);
    State of_m = fresh(std::vector<float>(19, 1)), of_v = of_m;
    of_m.m[3] = of_m.m[17] = of_v.v[3] = of_v.v[17] = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> g = random_floats(19, 3);
    for (State* state : {&of_m, &of_v}) {
      adam_update(adam_step(1e-3, 1, 0, 1), state->run(g));
      for (size_t i = 0; i < 19; ++i) EXPECT_EQ(std::isnan(state->p[i]), i == 3 || i == 17) << i;
    }
  }
}

TEST(AdamUpdate, WritesNothingBeyondItsRun) {
  for (const VectorWidth width : kWidths) {
    const LimitedWidth limit(width);
    State state = fresh(std::vector<float>(40, 7));
    const std::vector<float> g(40, 1);
    AdamRun run = state.run(g);
    run.n = 21;
    adam_update(adam_step(1e-1, 1, 0, 1), run);
    for (size_t i = 0; i < 40; ++i) EXPECT_EQ(state.p[i] == 7 && state.m[i] == 0 && state.v[i] == 0, i >= 21) << i;
  }
}

TEST(SumOfSquares, EqualsThePlainLoop) {
  for (const VectorWidth width : kWidths)
    for (const int64_t n : {0, 1, 63, 64, 65, 4095, 4096, 4097, 100000}) {
      const LimitedWidth limit(width);
      const std::vector<float> x = random_floats(n, 4, 100);
      double sum = 0;
      for (const float v : x) sum += double{v} * v;
      EXPECT_NEAR(sum_of_squares(x.data(), n), sum, 1e-6 * sum) << n;
    }
}

TEST(SumOfSquares, NanAndInfinityStay) {
  for (const VectorWidth width : kWidths)
    for (const size_t place : {0, 4095, 4096, 5000}) {
      const LimitedWidth limit(width);
      std::vector<float> x(5001, 1);
      x[place] = std::numeric_limits<float>::quiet_NaN();
      EXPECT_TRUE(std::isnan(sum_of_squares(x.data(), 5001))) << place;
      x[place] = -std::numeric_limits<float>::infinity();
      EXPECT_TRUE(std::isinf(sum_of_squares(x.data(), 5001))) << place;
    }
}

}  // namespace
}  // namespace songscape
