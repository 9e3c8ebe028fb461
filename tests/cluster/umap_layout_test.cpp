#include "cluster/umap_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "core/random.h"
#include "core/vector_width.h"

namespace songscape {
namespace {

// Every node beside the next, by edges of weight 1.
Graph ring(int64_t n) {
  Graph graph;
  graph.first.push_back(0);
  for (int64_t i = 0; i < n; ++i) {
    const auto [low, high] = std::minmax({(i + n - 1) % n, (i + 1) % n});
    for (const int64_t j : {low, high}) {
      graph.neighbour.push_back(static_cast<int32_t>(j));
      graph.weight.push_back(1);
    }
    graph.first.push_back(static_cast<int64_t>(graph.neighbour.size()));
  }
  return graph;
}

Matrix places(int64_t n) {
  Random random(2);
  Matrix out(n, 2);
  for (float& v : out.values) v = static_cast<float>(3 * random.normal());
  return out;
}

uint32_t next_random(uint32_t& state) {
  state = state * 747796405u + 2891336453u;
  const uint32_t word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
  return (word >> 22) ^ word;
}

// One epoch of one group of rows, as the paper has it.
Matrix plain_epoch(const Graph& graph, const UmapCurve& curve, uint64_t seed, const Matrix& map) {
  Matrix out = map;
  Random random(seed, stream_id("umap", 0, 0));
  const uint32_t first_state = random.next_u32();
  for (int64_t i = 0; i < map.n_rows; ++i) {
    uint32_t state = first_state;
    double at[2] = {map(i, 0), map(i, 1)};
    const auto step = [&](int64_t other, bool is_pull, double* sum) {
      const double d[2] = {at[0] - map(other, 0), at[1] - map(other, 1)};
      const double squared = std::max(1e-7, d[0] * d[0] + d[1] * d[1]), power = std::pow(squared, curve.b);
      const double factor = is_pull ? -2 * curve.a * curve.b * power / (squared * (curve.a * power + 1))
                                    : 2 * curve.b / ((.001 + squared) * (curve.a * power + 1));
      for (int k = 0; k < 2; ++k) sum[k] += std::clamp(factor * d[k], -4.0, 4.0);
    };
    for (const int32_t j : graph.neighbours_of(i)) {
      for (int twice = 0; twice < 2; ++twice) step(j, true, at);
      double pushed[2] = {at[0], at[1]};
      for (int push = 0; push < 5; ++push) {
        const auto drawn =
            static_cast<int64_t>((uint64_t{next_random(state)} * static_cast<uint64_t>(map.n_rows)) >> 32);
        step((drawn + i) % map.n_rows, false, pushed);
      }
      std::copy_n(pushed, 2, at);
    }
    for (int k = 0; k < 2; ++k) out(i, k) = static_cast<float>(at[k]);
  }
  return out;
}

TEST(UmapLayout, OfOneEpochIsThatOfThePlainLoopsAtEveryWidth) {
  for (const int64_t n : {3, 16, 27, 32}) {
    const Graph graph = ring(n);
    const UmapCurve curve = fit_umap_curve(.1);
    const Matrix start = places(n), wanted = plain_epoch(graph, curve, 4, start);
    for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512}) {
      limit_vector_width(width);
      Matrix map = start;
      optimise_umap_layout(graph, {.curve = curve, .n_epochs = 1, .seed = 4}, map);
      for (size_t i = 0; i < map.values.size(); ++i)
        ASSERT_NEAR(map.values[i], wanted.values[i], 2e-3) << n << ' ' << i;
    }
  }
  limit_vector_width(VectorWidth::avx512_bf16);
}

TEST(UmapLayout, DependsOnTheSeedAndNotOnThreads) {
  const Graph graph = ring(2000);
  const auto run = [&](int n_threads, uint64_t seed) {
    set_worker_threads(n_threads);
    Matrix map = places(2000);
    optimise_umap_layout(graph, {.curve = {}, .n_epochs = 20, .seed = seed}, map);
    set_worker_threads(available_cores());
    return map.values;
  };
  const std::vector<float> one = run(1, 1);
  EXPECT_EQ(one, run(3, 1));
  EXPECT_NE(one, run(3, 2));
}

TEST(UmapCurve, IsThatOfUmapLearn) {
  const UmapCurve usual = fit_umap_curve(.1);
  EXPECT_NEAR(usual.a, 1.5769, 2e-3);
  EXPECT_NEAR(usual.b, .8951, 1e-3);
}

}  // namespace
}  // namespace songscape
