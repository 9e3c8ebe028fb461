#include "cluster/tsne_forces.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/parallel.h"
#include "core/random.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

PlanePoints scattered(int64_t n, double width) {
  Random random(3);
  PlanePoints out(n);
  for (size_t i = 0; i < out.x.size(); ++i) {
    out.x[i] = static_cast<float>(width * random.normal());
    out.y[i] = static_cast<float>(width * random.normal() / 3);
  }
  return out;
}

struct Repulsion {
  double sum = 0;
  std::vector<double> x, y;
};
Repulsion plain_repulsion(const PlanePoints& at) {
  Repulsion out;
  for (size_t i = 0; i < at.x.size(); ++i) {
    double x = 0, y = 0;
    for (size_t j = 0; j < at.x.size(); ++j) {
      const double dx = double{at.x[i]} - at.x[j], dy = double{at.y[i]} - at.y[j], k = 1 / (1 + dx * dx + dy * dy);
      if (i != j) out.sum += k;
      x += k * k * dx;
      y += k * k * dy;
    }
    out.x.push_back(x);
    out.y.push_back(y);
  }
  return out;
}

// Root of the mean square of the error, of the force's own.
double relative_error(const Repulsion& wanted, const PlanePoints& force) {
  double error = 0, total = 0;
  for (size_t i = 0; i < wanted.x.size(); ++i) {
    error += std::pow(force.x[i] - wanted.x[i], 2) + std::pow(force.y[i] - wanted.y[i], 2);
    total += std::pow(wanted.x[i], 2) + std::pow(wanted.y[i], 2);
  }
  return std::sqrt(error / total);
}

class TsneForces : public testing::TestWithParam<VectorWidth> {
 protected:
  void SetUp() override { limit_vector_width(GetParam()); }
  void TearDown() override { limit_vector_width(VectorWidth::avx512_bf16); }
};

TEST_P(TsneForces, RepulsionEqualsThePlainLoops) {
  for (const int64_t n : {1, 2, 16, 17, 100}) {
    const PlanePoints at = scattered(n, 3);
    PlanePoints force(n);
    const Repulsion wanted = plain_repulsion(at);
    EXPECT_NEAR(exact_repulsion(at, force), wanted.sum, 1e-5 * static_cast<double>(n * n));
    if (n > 1) {
      EXPECT_LT(relative_error(wanted, force), 1e-5);
    }
  }
}

TEST_P(TsneForces, OfAGridAreThoseOfThePlainLoopsOnMapsOfEverySize) {
  GridRepulsion grid;
  for (const double width : {1e-4, .1, 3.0, 30.0, 60.0}) {
    const PlanePoints at = scattered(1500, width);
    PlanePoints force(1500);
    const Repulsion wanted = plain_repulsion(at);
    EXPECT_NEAR(grid(at, force) / wanted.sum, 1, 5e-3) << width;
    EXPECT_LT(relative_error(wanted, force), 2e-2) << width;
  }
}

TEST_P(TsneForces, AttractionEqualsThePlainLoops) {
  const PlanePoints at = scattered(40, 2);
  Graph graph;
  graph.first.push_back(0);
  for (int32_t i = 0; i < 40; ++i) {
    for (int32_t j = 0; j < i; ++j) {
      graph.neighbour.push_back(j);
      graph.weight.push_back(.01f * static_cast<float>(1 + (i + j) % 7));
    }
    graph.first.push_back(static_cast<int64_t>(graph.neighbour.size()));
  }
  PlanePoints force(40);
  TsneAttraction(graph).add(at, 0, 40, 2, force);
  for (int64_t i = 0; i < 40; ++i) {
    double x = 0;
    for (size_t e = 0; e < graph.neighbours_of(i).size(); ++e) {
      const size_t j = static_cast<size_t>(graph.neighbours_of(i)[e]), row = static_cast<size_t>(i);
      const double dx = double{at.x[row]} - at.x[j], dy = double{at.y[row]} - at.y[j];
      x += 2 * graph.weights_of(i)[e] * dx / (1 + dx * dx + dy * dy);
    }
    EXPECT_NEAR(force.x[static_cast<size_t>(i)], x, 1e-5);
  }
}

TEST_P(TsneForces, AreEqualOnAnyNumberOfThreads) {
  const PlanePoints at = scattered(9000, 20);
  std::vector<PlanePoints> forces(2, PlanePoints(9000));
  std::vector<double> sums;
  for (const size_t t : {0, 1}) {
    set_worker_threads(t == 0 ? 1 : 3);
    sums.push_back(GridRepulsion()(at, forces[t]));
  }
  set_worker_threads(available_cores());
  EXPECT_EQ(sums[0], sums[1]);
  EXPECT_EQ(forces[0].x, forces[1].x);
  EXPECT_EQ(forces[0].y, forces[1].y);
}

INSTANTIATE_TEST_SUITE_P(EveryWidth, TsneForces,
                         testing::Values(VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512));

}  // namespace
}  // namespace songscape
