#include "nn/token_attention.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <optional>

#include "core/error.h"

namespace songscape {
namespace {

constexpr double kRotaryBase = 10000;

// x: [n_tokens, n_heads, head]; cosine, sine: [n_tokens, 1, head / 2].
at::Tensor turned(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine) {
  const int64_t half = x.size(2) / 2;
  const at::Tensor a = x.narrow(2, 0, half), b = x.narrow(2, half, half);
  return at::cat({a * cosine - b * sine, b * cosine + a * sine}, 2);
}

// [n_tokens, n_heads, head] → [n_sequences, n_heads, longest, head], zeros behind each sequence.
at::Tensor padded(const at::Tensor& x, const TokenBatch& tokens, const at::Tensor& slot) {
  const int64_t n = tokens.n_sequences(), longest = tokens.longest();
  return at::zeros({n * longest, x.size(1), x.size(2)}, x.options())
      .index_copy(0, slot, x)
      .view({n, longest, x.size(1), x.size(2)})
      .transpose(1, 2);
}

}  // namespace

at::Tensor rotary_table(int64_t n_places, int64_t head_dim) {
  check(head_dim % 2 == 0, "a head has pairs of values");
  const at::Tensor exponent = at::arange(0, head_dim, 2, at::kDouble) / static_cast<double>(head_dim);
  const at::Tensor angle =
      at::arange(n_places, at::kDouble).unsqueeze(1) * (exponent * -std::log(kRotaryBase)).exp().unsqueeze(0);
  return at::stack({angle.cos(), angle.sin()}, 1).to(at::kFloat);
}

at::Tensor token_attention(const at::Tensor& qkv, const TokenBatch& tokens, const at::Tensor& rotary,
                           const AttentionShape& shape) {
  const int64_t n_tokens = qkv.size(0), width = qkv.size(1) / 3, head = width / shape.n_heads;
  check(rotary.size(0) >= tokens.longest() && rotary.size(2) * 2 == head, "the table of angles fits");
  const at::Tensor parts = qkv.to(at::kFloat).view({n_tokens, 3, shape.n_heads, head});
  const at::Tensor angles = rotary.index_select(0, tokens.place);
  const at::Tensor cosine = angles.select(1, 0).unsqueeze(1), sine = angles.select(1, 1).unsqueeze(1);
  const at::Tensor slot = tokens.sequence * tokens.longest() + tokens.place;
  const at::Tensor q = padded(turned(parts.select(1, 0), cosine, sine), tokens, slot),
                   k = padded(turned(parts.select(1, 1), cosine, sine), tokens, slot),
                   v = padded(parts.select(1, 2), tokens, slot);
  std::optional<at::Tensor> mask;
  if (!shape.is_causal) {
    const at::Tensor is_there = at::zeros({tokens.n_sequences() * tokens.longest()}, at::kBool).to(qkv.device());
    is_there.index_fill_(0, slot, true);
    mask = is_there.view({tokens.n_sequences(), 1, 1, tokens.longest()});
  }
  const at::Tensor seen = at::scaled_dot_product_attention(q, k, v, mask, 0.0, shape.is_causal);
  return seen.transpose(1, 2)
      .reshape({tokens.n_sequences() * tokens.longest(), width})
      .index_select(0, slot)
      .to(qkv.scalar_type());
}

}  // namespace songscape
