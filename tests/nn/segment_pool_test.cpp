#include "nn/segment_pool.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "composed.h"
#include "limited_width.h"

namespace songscape {
namespace {

constexpr int64_t kPoolWidth = 70, kPoolQueries = 3, kPoolSegments = 5;

// Segments in no order, one of them (3) without tokens.
at::Tensor segments_of_tokens() { return at::tensor({0, 0, 2, 1, 4, 4, 0, 2, 4, 1, 4}, at::kLong); }

at::Tensor pool_by_layer(const Tensors& in) {
  ParameterSet set;
  const SegmentPool pool(Scope{set, 1} / "pool", kPoolWidth, kPoolQueries);
  return pool(in[0], segments_of_tokens(), kPoolSegments);
}

// A softmax over each segment's tokens.
at::Tensor pool_by_segment(const Tensors& in) {
  ParameterSet set;
  const Linear to_scores(Scope{set, 1} / "pool" / "to_scores", kPoolWidth, kPoolQueries);
  Tensors rows;
  for (int64_t s = 0; s < kPoolSegments; ++s) {
    const at::Tensor own = in[0].index_select(0, (segments_of_tokens() == s).nonzero().flatten());
    if (own.size(0) == 0) {
      rows.push_back(at::zeros({1, kPoolWidth * kPoolQueries}));
      continue;
    }
    const at::Tensor share = at::softmax(at::tanh(to_scores(own) / 8) * 8, 0);
    rows.push_back(at::matmul(share.t(), own).flatten().unsqueeze(0));
  }
  return at::cat(rows);
}

TEST(SegmentPool, IsTheWeightedMeanOfEachSegment) {
  const Tensors in{random_bf16_values({11, kPoolWidth}, 1)};
  const at::Tensor dy = random_bf16_values({kPoolSegments, kPoolWidth * kPoolQueries}, 2);
  for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512}) {
    const LimitedWidth limit(width);
    const Tensors seen = run_backward(pool_by_layer, in, dy), wanted = run_backward(pool_by_segment, in, dy);
    for (size_t i = 0; i < seen.size(); ++i) expect_close(seen[i], wanted[i], {1e-4, 1e-5}, i == 0 ? "result" : "h");
  }
}

TEST(SegmentPool, IsTheSameOnOneThread) {
  const int n_threads = at::get_num_threads();
  std::vector<Tensors> results;
  for (const int n : {1, 2}) {
    at::set_num_threads(n);
    results.push_back(run_backward(pool_by_layer, {random_bf16_values({11, kPoolWidth}, 1)},
                                   random_bf16_values({kPoolSegments, kPoolWidth * kPoolQueries}, 2)));
  }
  at::set_num_threads(n_threads);
  for (size_t i = 0; i < results[0].size(); ++i) EXPECT_TRUE(results[0][i].equal(results[1][i])) << i;
}

}  // namespace
}  // namespace songscape
