#include "nn/gru.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "nn/noise.h"

namespace songscape {
namespace {

struct GruCase {
  ParameterSet set;
  Gru gru{{set, 1}, 5, 7};
  at::Tensor x, aim;
  GruCase() {
    at::Generator noise = noise_for(1, "test");
    x = normal_noise({6, 3, 5}, noise, at::kCPU).requires_grad_(true);
    aim = normal_noise({6, 3, 7}, noise, at::kCPU);
  }
};

// As the header's equations say, a node of autograd an operation.
at::Tensor by_equations(const Gru& gru, const at::Tensor& x) {
  at::Tensor h = at::zeros({x.size(1), 7}, x.options());
  std::vector<at::Tensor> all;
  for (int64_t t = 0; t < x.size(0); ++t) {
    const auto of_x = gru.input(x[t]).split(7, 1), of_h = (h.matmul(gru.weight.t()) + gru.bias).split(7, 1);
    const at::Tensor r = (of_x[0] + of_h[0]).sigmoid(), u = (of_x[1] + of_h[1]).sigmoid();
    h = (1 - u) * (of_x[2] + r * of_h[2]).tanh() + u * h;
    all.push_back(h);
  }
  return at::stack(all);
}

TEST(Gru, GivesWhatItsEquationsSay) {
  const GruCase c;
  EXPECT_TRUE(c.gru(c.x).allclose(by_equations(c.gru, c.x), 1e-5, 1e-6));
}

TEST(Gru, GradientsAreThoseOfTheEquations) {
  const GruCase one, other;
  (one.gru(one.x) * one.aim).sum().backward();
  (by_equations(other.gru, other.x) * other.aim).sum().backward();
  EXPECT_TRUE(one.x.grad().allclose(other.x.grad(), 1e-4, 1e-5));
  for (size_t i = 0; i < one.set.parameters().size(); ++i)
    EXPECT_TRUE(one.set.parameters()[i].value.grad().allclose(other.set.parameters()[i].value.grad(), 1e-4, 1e-5))
        << one.set.parameters()[i].name;
}

TEST(Gru, SongsThatEndEarlierAreAsIfAlone) {
  const GruCase one, other;
  const at::Tensor h = one.gru(one.x, {3, 3, 2, 2, 2, 1}), all = by_equations(other.gru, other.x);
  const at::Tensor mask = at::zeros({6, 3, 1});
  mask.select(1, 0).fill_(1);
  mask.select(1, 1).narrow(0, 0, 5).fill_(1);
  mask.select(1, 2).narrow(0, 0, 2).fill_(1);
  EXPECT_TRUE(h.allclose(all * mask, 1e-5, 1e-6));
  (h * one.aim).sum().backward();
  (all * mask * other.aim).sum().backward();
  EXPECT_TRUE(one.x.grad().allclose(other.x.grad(), 1e-4, 1e-5));
  EXPECT_TRUE(one.gru.weight.grad().allclose(other.gru.weight.grad(), 1e-4, 1e-5));
}

TEST(Gru, AStepIsOneFrameMore) {
  const GruCase c;
  at::Tensor h = at::zeros({3, 7});
  for (int64_t t = 0; t < 6; ++t) h = c.gru.step(c.x[t], h);
  EXPECT_TRUE(h.allclose(c.gru(c.x)[5], 1e-5, 1e-6));
}

}  // namespace
}  // namespace songscape
