// A layer by our kernels against the same layer composed of LibTorch's operators.
#include "nn/transformer_step.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include "composed.h"
#include "kernels/linear.h"
#include "limited_width.h"
#include "nn/autocast.h"
#include "nn/transformer.h"

namespace songscape {
namespace {

struct LayerCase {
  std::vector<int64_t> lengths;
  int64_t d_model, n_heads, d_ff, n_condition;
  bool is_causal;
  const char* activation = "relu";
};

void PrintTo(const LayerCase& c, std::ostream* out) {
  *out << at::IntArrayRef(c.lengths) << ' ' << c.d_model << '/' << c.n_heads << ' ' << c.d_ff << ' ' << c.n_condition
       << (c.is_causal ? " causal " : " ") << c.activation;
}

TokenBatch batch_of_lengths(const std::vector<int64_t>& lengths) {
  TokenBatch tokens;
  Tensors sequence, place;
  for (const int64_t n : lengths) {
    sequence.push_back(at::full({n}, static_cast<int64_t>(tokens.ends.size()), at::kLong));
    place.push_back(at::arange(n, at::kLong));
    tokens.ends.push_back(tokens.n_tokens() + n);
  }
  tokens.sequence = at::cat(sequence);
  tokens.place = at::cat(place);
  return tokens;
}

struct NamedResult {
  std::string name;
  at::Tensor value;
};

enum class Form { ours, composed_bf16, composed_f32 };

// The result and every gradient.
std::vector<NamedResult> run_layer(const LayerCase& c, Form form) {
  const LimitedWidth width(form == Form::ours ? VectorWidth::avx512_bf16 : VectorWidth::avx512);
  ParameterSet set;
  const TransformerLayer layer(Scope{set, 1} / "layer", {1, c.d_model, c.n_heads, c.d_ff}, c.activation, c.n_condition);
  for (const NamedTensor& p : set.parameters()) {
    const at::Tensor moved = p.value.detach() + random_bf16_values(p.value.sizes(), 7) * .1;
    p.value.detach().copy_(moved.to(at::kBFloat16));
  }
  const TokenBatch tokens = batch_of_lengths(c.lengths);
  const at::Tensor h = leaf(random_bf16_values({tokens.n_tokens(), c.d_model}, 2)),
                   condition = c.n_condition > 0 ? leaf(random_bf16_values({tokens.n_tokens(), c.n_condition}, 3) * .25)
                                                 : at::Tensor(),
                   rotary = rotary_table(tokens.longest() + 3, c.d_model / c.n_heads);
  const Autocast bf16(form != Form::composed_f32);
  const at::Tensor y = layer(h, tokens, rotary, c.is_causal, condition);
  y.backward(random_bf16_values(y.sizes(), 4));
  std::vector<NamedResult> results{{"result", y.detach()}, {"gradient of h", h.grad()}};
  if (condition.defined()) results.push_back({"gradient of the condition", condition.grad()});
  for (const NamedTensor& p : set.parameters()) results.push_back({p.name, p.value.grad()});
  return results;
}

double relative_difference(const at::Tensor& seen, const at::Tensor& wanted) {
  return ((seen - wanted).norm() / wanted.norm().clamp_min(1e-6)).item<double>();
}

class TransformerStep : public testing::TestWithParam<LayerCase> {
 protected:
  void SetUp() override {
    if (!has_linear_kernels()) GTEST_SKIP() << "the CPU has no AVX512-BF16";
  }
};

TEST_P(TransformerStep, IsAsNearToF32AsTheComposedFormInBf16) {
  const auto seen = run_layer(GetParam(), Form::ours), wanted = run_layer(GetParam(), Form::composed_f32),
             composed = run_layer(GetParam(), Form::composed_bf16);
  ASSERT_EQ(seen.size(), wanted.size());
  for (size_t i = 0; i < seen.size(); ++i) {
    ASSERT_EQ(seen[i].value.sizes(), wanted[i].value.sizes()) << seen[i].name;
    EXPECT_LT(relative_difference(seen[i].value, wanted[i].value),
              .005 + 1.5 * relative_difference(composed[i].value, wanted[i].value))
        << seen[i].name;
    EXPECT_LT(relative_difference(seen[i].value, wanted[i].value), .1) << seen[i].name;
  }
}

TEST_P(TransformerStep, IsTheSameOnOneThread) {
  const int n_threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = run_layer(GetParam(), Form::ours);
  at::set_num_threads(2);
  const auto two = run_layer(GetParam(), Form::ours);
  at::set_num_threads(n_threads);
  for (size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].value.equal(two[i].value)) << one[i].name;
}

INSTANTIATE_TEST_SUITE_P(Layers, TransformerStep,
                         testing::Values(LayerCase{{1}, 32, 1, 32, 0, false}, LayerCase{{5, 1, 40}, 64, 2, 96, 0, true},
                                         LayerCase{{33, 64, 7, 100}, 128, 2, 160, 0, false},
                                         LayerCase{{31, 65, 97}, 64, 1, 64, 12, true},
                                         LayerCase{{0, 70, 0, 3}, 64, 2, 128, 7, true, "leaky_relu"},
                                         LayerCase{{300}, 96, 1, 64, 40, false}));

TEST(TransformerStepConditions, OtherActivationsWidthsAndF32AreComposed) {
  const at::Tensor h = random_bf16_values({10, 64}, 1);
  EXPECT_FALSE(takes_transformer_step(h, 64, 2, "relu"));
  const Autocast bf16(true);
  EXPECT_EQ(takes_transformer_step(h, 64, 2, "relu"), has_linear_kernels());
  EXPECT_FALSE(takes_transformer_step(h, 64, 2, "gelu"));
  EXPECT_FALSE(takes_transformer_step(h, 48, 2, "relu"));
  EXPECT_FALSE(takes_transformer_step(h, 64, 4, "relu"));
  EXPECT_FALSE(takes_transformer_step(h.to(at::kBFloat16), 64, 2, "relu"));
}

}  // namespace
}  // namespace songscape
