#include "nn/norm_activate.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/full.h>
#include <ATen/ops/leaky_relu.h>
#include <gtest/gtest.h>

#include <cmath>

#include "composed.h"
#include "limited_width.h"
#include "nn/activation.h"

namespace songscape {
namespace {

const Pass kNormTraining{.is_training = true};

// A normalisation whose weight, bias and running statistics are not those of the start.
struct Norm {
  ParameterSet set;
  BatchNorm layer;
  explicit Norm(int64_t n) : layer(Scope{set, 1} / "norm", n) {
    layer.weight = random_bf16_values({n}, 11);
    layer.bias = random_bf16_values({n}, 12);
    layer.running_mean = random_bf16_values({n}, 13);
    layer.running_var = random_bf16_values({n}, 14).square();
  }
  // x, weight, bias
  at::Tensor ours(const Tensors& in, const char* activation) {
    layer.weight = in[1], layer.bias = in[2];
    return norm_activate(in[0], layer, activation, kNormTraining);
  }
  at::Tensor composed(const Tensors& in, double slope) {
    const at::Tensor y =
        at::batch_norm(in[0], in[1], in[2], layer.running_mean, layer.running_var, true, 0.1, 1e-5, false);
    return at::leaky_relu(y, slope);
  }
};

at::Tensor images_or_songs(at::IntArrayRef shape, uint64_t seed) {
  const at::Tensor x = random_bf16_values(shape, seed);
  return x.dim() == 4 ? x.contiguous(at::MemoryFormat::ChannelsLast) : x;
}

struct Compared {
  Tensors seen, wanted;
};

// Ours on x of `type` against LibTorch's in f32.
Compared compare_norms(const at::Tensor& x, at::ScalarType type, const char* activation) {
  Norm a(x.size(1)), b(x.size(1));
  const at::Tensor dy = images_or_songs(x.sizes(), 2);
  const double slope = std::string(activation) == "relu" ? 0 : kLeakySlope;
  Compared c;
  c.seen = run_backward([&](const Tensors& in) { return a.ours(in, activation); },
                        {x.to(type), a.layer.weight, a.layer.bias}, dy);
  c.wanted =
      run_backward([&](const Tensors& in) { return b.composed(in, slope); }, {x, b.layer.weight, b.layer.bias}, dy);
  for (const auto& [result, layer] : {std::pair{&c.seen, &a.layer}, std::pair{&c.wanted, &b.layer}}) {
    result->push_back(layer->running_mean);
    result->push_back(layer->running_var);
  }
  return c;
}

void expect_equal_norms(const Compared& c, const Tolerance& of_values, const Tolerance& of_sums) {
  const char* const names[] = {"result",       "gradient of x",   "gradient of the weight", "gradient of the bias",
                               "running mean", "running variance"};
  for (size_t i = 0; i < 6; ++i) expect_close(c.seen[i], c.wanted[i], i < 2 ? of_values : of_sums, names[i]);
}

// More rows than a block of 2048; widths that are no multiple of a vector; one channel; songs alone.
const std::vector<std::vector<int64_t>> kNormShapes = {{5, 16, 7, 9}, {3, 48, 33, 30}, {2, 1, 5, 3}, {4, 17, 1, 1},
                                                       {33, 70},      {2100, 3},       {2, 1}};

TEST(NormActivate, EqualsTheComposedFormInF32) {
  for (const VectorWidth width : {VectorWidth::base, VectorWidth::avx2, VectorWidth::avx512})
    for (const char* activation : {"relu", "leaky_relu"})
      for (const auto& shape : kNormShapes) {
        const LimitedWidth limit(width);
        SCOPED_TRACE(testing::Message() << activation << ' ' << at::IntArrayRef(shape));
        expect_equal_norms(compare_norms(images_or_songs(shape, 1), at::kFloat, activation), {1e-4, 2e-5},
                           {1e-4, 2e-4});
      }
}

TEST(NormActivate, InBf16EqualsTheComposedFormInF32) {
  for (const char* activation : {"relu", "leaky_relu"})
    for (const auto& shape : kNormShapes) {
      SCOPED_TRACE(testing::Message() << activation << ' ' << at::IntArrayRef(shape));
      const Compared c = compare_norms(images_or_songs(shape, 1), at::kBFloat16, activation);
      EXPECT_EQ(c.seen[0].scalar_type(), at::kBFloat16);
      expect_equal_norms(c, {1.0 / 256, 1e-4}, {1e-4, 2e-4});
    }
}

TEST(NormActivate, GradientsEqualCentralDifferences) {
  constexpr double kStep = 1e-2;
  const at::Tensor dy = images_or_songs({6, 3, 2, 2}, 2);
  Norm norm(3);
  const Tensors start{images_or_songs({6, 3, 2, 2}, 1), norm.layer.weight, norm.layer.bias};
  const auto function = [&](const Tensors& in) { return norm.ours(in, "leaky_relu"); };
  const Tensors gradients = run_backward(function, start, dy);
  int64_t n_checked = 0;
  for (size_t input = 0; input < 3; ++input)
    for (int64_t i = 0; i < start[input].numel(); ++i) {
      const auto moved = [&](double by) {
        Tensors in = start;
        in[input] = start[input].clone();
        in[input].data_ptr<float>()[i] += static_cast<float>(by);
        return function(in);
      };
      const at::Tensor up = moved(kStep), down = moved(-kStep);
      if (!up.gt(0).equal(down.gt(0))) continue;  // over the kink there is no derivative
      ++n_checked;
      const double difference = ((up - down) * dy).sum(at::kDouble).item<double>() / (2 * kStep);
      EXPECT_NEAR(gradients[input + 1].data_ptr<float>()[i], difference, 2e-3 * (1 + std::abs(difference)))
          << input << ' ' << i;
    }
  EXPECT_GT(n_checked, 50);
}

TEST(NormActivate, ConstantChannelsGiveTheirBiasAndFiniteGradients) {
  at::Tensor x = images_or_songs({40, 5, 8, 7}, 1);
  x.select(1, 1).fill_(1000);
  x.select(1, 3).fill_(-.3f);
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const Compared c = compare_norms(x, type, "relu");
    for (const at::Tensor& t : c.seen) EXPECT_TRUE(t.isfinite().all().item<bool>());
    const Norm norm(5);
    for (const int64_t channel : {1, 3}) {
      const at::Tensor wanted = norm.layer.bias[channel].relu().expand({40, 8, 7});
      expect_close(c.seen[0].select(1, channel), wanted, {1.0 / 256, 1e-4}, "result");
    }
  }
}

TEST(NormActivate, ASingleRowGivesTheBiasAndNoGradientOfX) {
  const Compared c = compare_norms(images_or_songs({1, 16}, 1).expand({1, 16}), at::kFloat, "leaky_relu");
  const Norm norm(16);
  expect_close(c.seen[0], at::leaky_relu(norm.layer.bias, kLeakySlope).unsqueeze(0), {1e-4, 1e-4}, "result");
  EXPECT_TRUE(c.seen[1].abs().max().item<float>() < 1e-3f) << c.seen[1];
}

// Result and statistics against those in double; at the kink their gradients would differ.
void expect_precise(const at::Tensor& x, const Tolerance& tolerance) {
  Norm a(x.size(1)), b(x.size(1));
  const at::Tensor seen = a.ours({x, a.layer.weight, a.layer.bias}, "leaky_relu");
  for (at::Tensor* t : {&b.layer.running_mean, &b.layer.running_var}) *t = t->to(at::kDouble);
  const at::Tensor wanted =
      b.composed({x.to(at::kDouble), b.layer.weight.to(at::kDouble), b.layer.bias.to(at::kDouble)}, kLeakySlope);
  expect_close(seen, wanted, tolerance, "result");
  expect_close(a.layer.running_mean, b.layer.running_mean, tolerance, "running mean");
  expect_close(a.layer.running_var, b.layer.running_var, tolerance, "running variance");
}

TEST(NormActivate, MeansFarFromZeroCostNoPrecision) {
  expect_precise((images_or_songs({8, 16, 20, 20}, 1) + 1000).contiguous(at::MemoryFormat::ChannelsLast), {1e-5, 5e-4});
}

// Sums are taken around the mean of a few rows, of which the first is one.
TEST(NormActivate, AFirstRowFarFromTheOthersCostsNoPrecision) {
  at::Tensor x = images_or_songs({8, 16, 20, 20}, 1);
  x.select(0, 0).select(1, 0).select(1, 0).fill_(1000);
  expect_precise(x, {1e-4, 5e-4});
}

TEST(NormActivate, IsTheSameOnTwoThreads) {
  const int n_threads = at::get_num_threads();
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    at::set_num_threads(1);
    const Tensors one = compare_norms(images_or_songs({3, 48, 60, 50}, 1), type, "leaky_relu").seen;
    at::set_num_threads(2);
    const Tensors two = compare_norms(images_or_songs({3, 48, 60, 50}, 1), type, "leaky_relu").seen;
    for (size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].equal(two[i])) << i;
  }
  at::set_num_threads(n_threads);
}

TEST(NormActivate, OutsideTrainingAndForOtherActivationsIsTheComposedForm) {
  const at::Tensor x = images_or_songs({5, 16, 7, 9}, 1);
  const Norm norm(16);
  EXPECT_TRUE(norm_activate(x, norm.layer, "relu", Pass{}).equal(norm.layer(x, Pass{}).relu()));
  EXPECT_TRUE(norm_activate(x, norm.layer, "tanh", Pass{}).equal(norm.layer(x, Pass{}).tanh()));
  EXPECT_TRUE(norm_activate(x, norm.layer, "tanh", kNormTraining).equal(norm.layer(x, kNormTraining).tanh()));
}

TEST(NormActivate, ImagesOfTheOtherOrderInMemoryAreTheComposedForm) {
  const at::Tensor x = random_bf16_values({5, 16, 7, 9}, 1);
  Norm norm(16);
  const at::Tensor seen = norm_activate(x, norm.layer, "relu", kNormTraining);
  expect_close(seen, norm.layer(x, kNormTraining).relu(), {1e-5, 1e-5}, "result");
  EXPECT_TRUE(seen.is_contiguous());
}

}  // namespace
}  // namespace songscape
