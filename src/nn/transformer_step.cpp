#include "nn/transformer_step.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/error.h"
#include "kernels/linear.h"
#include "kernels/token_attention.h"
#include "kernels/transformer_rows.h"
#include "nn/autocast.h"
#include "nn/layers.h"
#include "nn/packed_weights.h"
#include "nn/product_count.h"
#include "nn/unit_sums.h"
#include "nn/units.h"

namespace songscape {
namespace {

using torch::autograd::variable_list;

// The function's inputs, weight and bias each; those from the condition on where the norms are adapted.
enum LayerInput : size_t {
  kInput,
  kAttentionNorm,
  kFeedNorm = kAttentionNorm + 2,
  kToQkv = kFeedNorm + 2,
  kFromHeads = kToQkv + 2,
  kToHidden = kFromHeads + 2,
  kFromHidden = kToHidden + 2,
  kCondition = kFromHidden + 2,
  kAdaptAttention,
  kAdaptFeed = kAdaptAttention + 2,
  kLayerInputs = kAdaptFeed + 2
};

// Rows of bf16 that kernels may read up to whole tiles, 0 behind the last token.
at::Tensor bf16_rows(int64_t n_tokens, int64_t width) {
  at::Tensor rows = at::empty({padded_tokens(n_tokens), width}, at::kBFloat16);
  rows.narrow(0, n_tokens, rows.size(0) - n_tokens).zero_();
  return rows;
}

struct LayerCall {
  std::vector<int64_t> ends;
  at::Tensor rotary;
  LayerOptions options;
};

// What forward leaves to backward beside its inputs.
struct LayerSaved : torch::CustomClassHolder {
  LayerCall call;
  at::Tensor attention_stats, feed_stats, qkv, seen, log_sums, middle;
  Panels hidden;
};

// A layer's weights, packed for one direction or for both.
class LayerKernels {
 public:
  LayerKernels(const variable_list& t, const LayerOptions& options, bool is_backward) {
    const at::Tensor& h = t[kInput];
    rows_.n_tokens = h.size(0);
    rows_.d_model = h.size(1);
    rows_.d_ff = t[kToHidden].size(0);
    rows_.slope = static_cast<float>(options.slope);
    for (const auto& [which, linear] :
         {std::pair{kToQkv, &rows_.to_qkv}, std::pair{kFromHeads, &rows_.from_heads},
          std::pair{kToHidden, &rows_.to_hidden}, std::pair{kFromHidden, &rows_.from_hidden}}) {
      if (is_backward)
        packer_.backward(t[which], linear->backward);
      else
        packer_.forward(t[which], linear->forward);
      linear->bias = floats_of(t[which + 1]);
    }
    add_norm(t, kAttentionNorm, kAdaptAttention, {&rows_.attention_norm, &adapt_attention_}, is_backward);
    add_norm(t, kFeedNorm, kAdaptFeed, {&rows_.feed_norm, &adapt_feed_}, is_backward);
    packer_.run();
  }
  LayerKernels(const LayerKernels&) = delete;
  LayerKernels& operator=(const LayerKernels&) = delete;
  const TransformerRows& rows() const { return rows_; }

 private:
  struct AdaptedNorm {
    TokenNorm* norm;
    PackedLinear* adapt;
  };
  void add_norm(const variable_list& t, size_t norm, size_t adapt, const AdaptedNorm& to, bool is_backward) {
    *to.norm = {.width = rows_.d_model,
                .weight = floats_of(t[norm]),
                .bias = floats_of(t[norm + 1]),
                .epsilon = static_cast<float>(kNormEpsilon)};
    if (!t[adapt].defined()) return;
    packer_.forward(t[adapt], to.adapt->forward);
    if (is_backward) packer_.backward(t[adapt], to.adapt->backward);
    to.adapt->bias = floats_of(t[adapt + 1]);
    to.norm->adapt = to.adapt;
    to.norm->condition = floats_of(t[kCondition]);
    to.norm->n_condition = t[kCondition].size(1);
  }

  WeightPacker packer_;
  PackedLinear adapt_attention_, adapt_feed_;
  TransformerRows rows_{};
};

// job(head, first token) for each head of each sequence.
template <class Job>
void for_heads(const LayerCall& call, const at::Tensor& qkv, const Job& job) {
  const int64_t n_heads = call.options.attention.n_heads, width = qkv.size(1) / 3;
  for_units(static_cast<int64_t>(call.ends.size()) * n_heads, [&](int64_t i) {
    const auto s = static_cast<size_t>(i / n_heads);
    const int64_t first = s == 0 ? 0 : call.ends[s - 1];
    job(AttentionHead{.qkv = bf16_of(qkv) + first * 3 * width,
                      .rotary = floats_of(call.rotary),
                      .n_tokens = call.ends[s] - first,
                      .n_heads = n_heads,
                      .head_dim = width / n_heads,
                      .head = i % n_heads,
                      .is_causal = call.options.attention.is_causal},
        first);
  });
}

// Backward of a layer: its buffers, and the gradients they become.
class LayerBackward {
 public:
  LayerBackward(const variable_list& t, const LayerSaved& saved)
      : t_(t),
        s_(saved),
        kernels_(t, saved.call.options, true),
        n_(t[kInput].size(0)),
        d_(t[kInput].size(1)),
        d_ff_(t[kToHidden].size(0)),
        is_adapted_(t[kAdaptFeed].defined()),
        sums_(n_token_units(n_), sums_size()),
        of_out_(padded_tokens(n_), d_),
        of_hidden_(padded_tokens(n_), d_ff_),
        of_middle_(padded_tokens(n_), d_),
        seen_(padded_tokens(n_), d_),
        of_qkv_(padded_tokens(n_), 3 * d_),
        of_h_(at::empty({n_, d_}, at::kFloat)) {
    for (Norm* norm : {&attention_norm_, &feed_norm_}) {
      norm->x = Panels(padded_tokens(n_), d_);
      if (is_adapted_) norm->of_scale_shift = Panels(padded_tokens(n_), 2 * d_);
    }
    if (is_adapted_) of_condition_ = at::zeros_like(t[kCondition]);
  }

  variable_list run(const at::Tensor& of_out) {
    const at::Tensor of_seen = bf16_rows(n_, d_), of_qkv = bf16_rows(n_, 3 * d_);
    const int64_t n_units = n_token_units(n_);
    for_units(n_units, [&](int64_t unit) { feed(unit, of_out, of_seen); });
    for_heads(s_.call, s_.qkv, [&](const AttentionHead& head, int64_t first) {
      attend_gradient(head, {.seen = bf16_of(s_.seen) + first * d_,
                             .of_seen = bf16_of(of_seen) + first * d_,
                             .log_sums = floats_of(s_.log_sums) + first * head.n_heads,
                             .of_qkv = bf16_of(of_qkv) + first * 3 * d_});
    });
    for_units(n_units, [&](int64_t unit) {
      qkv_gradient(kernels_.rows(), unit,
                   {.h = floats_of(t_[kInput]),
                    .stats = floats_of(s_.attention_stats),
                    .of_qkv = bf16_of(of_qkv),
                    .norm = norm_gradient_of(attention_norm_, unit, kAttentionNorm),
                    .of_qkv_panels = &of_qkv_,
                    .of_to_qkv_bias = sums_.of(unit, sum_place(kToQkv)),
                    .of_h = of_h_.data_ptr<float>()});
    });
    return gradients();
  }

 private:
  struct Norm {
    Panels x, of_scale_shift;
  };

  // Where the sums of an input's bias begin; a norm's weight and bias, and what adapts it, follow each other.
  int64_t sum_place(size_t input) const {
    switch (input) {
      case kFromHidden:
        return 0;
      case kFromHeads:
        return d_;
      case kToQkv:
        return 2 * d_;
      case kAttentionNorm:
        return 5 * d_;
      case kAdaptAttention:
        return 7 * d_;
      case kFeedNorm:
        return 9 * d_;
      case kAdaptFeed:
        return 11 * d_;
      default:
        return 13 * d_;
    }
  }
  int64_t sums_size() const { return 13 * d_ + d_ff_; }

  NormGradient norm_gradient_of(const Norm& norm, int64_t unit, size_t which) const {
    float* const sums = sums_.of(unit, sum_place(which));
    return {.x = &norm.x,
            .of_scale_shift = &norm.of_scale_shift,
            .of_condition = is_adapted_ ? of_condition_.data_ptr<float>() : nullptr,
            .of_weight = sums,
            .of_bias = sums + d_,
            .of_adapt_bias = sums + 2 * d_};
  }

  void feed(int64_t unit, const at::Tensor& of_out, const at::Tensor& of_seen) {
    feed_gradient(kernels_.rows(), unit,
                  {.of_out = floats_of(of_out),
                   .middle = floats_of(s_.middle),
                   .stats = floats_of(s_.feed_stats),
                   .seen = bf16_of(s_.seen),
                   .hidden = &s_.hidden,
                   .norm = norm_gradient_of(feed_norm_, unit, kFeedNorm),
                   .of_out_panels = &of_out_,
                   .of_hidden = &of_hidden_,
                   .of_middle_panels = &of_middle_,
                   .seen_panels = &seen_,
                   .of_to_hidden_bias = sums_.of(unit, sum_place(kToHidden)),
                   .of_from_hidden_bias = sums_.of(unit, sum_place(kFromHidden)),
                   .of_from_heads_bias = sums_.of(unit, sum_place(kFromHeads)),
                   .of_middle = of_h_.data_ptr<float>(),
                   .of_seen = bf16_of(of_seen)});
  }

  variable_list gradients() {
    variable_list out(kLayerInputs);
    PanelProducts products;
    out[kToQkv] = products.add(of_qkv_, attention_norm_.x);
    out[kFromHeads] = products.add(of_middle_, seen_);
    out[kToHidden] = products.add(of_hidden_, feed_norm_.x);
    out[kFromHidden] = products.add(of_out_, s_.hidden);
    const at::Tensor sums = sums_.total();
    const auto sum = [&](size_t input, int64_t offset, int64_t n) {
      return sums.narrow(0, sum_place(input) + offset, n).clone();
    };
    for (const size_t linear : {kToQkv, kFromHeads, kToHidden, kFromHidden})
      out[linear + 1] = sum(linear, 0, t_[linear].size(0));
    for (const size_t norm : {kAttentionNorm, kFeedNorm}) {
      out[norm] = sum(norm, 0, d_);
      out[norm + 1] = sum(norm, d_, d_);
    }
    Panels condition;
    if (is_adapted_) {
      condition = panels_of_condition();
      out[kAdaptAttention] = products.add(attention_norm_.of_scale_shift, condition);
      out[kAdaptFeed] = products.add(feed_norm_.of_scale_shift, condition);
      for (const size_t adapt : {kAdaptAttention, kAdaptFeed}) out[adapt + 1] = sum(adapt, 0, 2 * d_);
      out[kCondition] = of_condition_;
    }
    products.run();
    out[kInput] = of_h_;
    return out;
  }

  // Tokens are the rows: as a weight's outputs are where its transpose is applied.
  Panels panels_of_condition() const {
    at::Tensor rows = at::zeros({padded_tokens(n_), t_[kCondition].size(1)}, at::kFloat);
    rows.narrow(0, 0, n_).copy_(t_[kCondition].detach());
    Panels out;
    WeightPacker packer;
    packer.backward(rows, out);
    packer.run();
    return out;
  }

  const variable_list& t_;
  const LayerSaved& s_;
  LayerKernels kernels_;
  int64_t n_, d_, d_ff_;
  bool is_adapted_;
  UnitSums sums_;
  Panels of_out_, of_hidden_, of_middle_, seen_, of_qkv_;
  Norm attention_norm_, feed_norm_;
  at::Tensor of_h_, of_condition_;
};

struct TransformerStepFunction : torch::autograd::Function<TransformerStepFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, at::TensorList inputs, const LayerCall& call) {
    variable_list t = inputs.vec();
    t.resize(kLayerInputs);
    const LayerKernels kernels(t, call.options, false);
    const at::Tensor& h = t[kInput];
    const int64_t n = h.size(0), d = h.size(1), n_units = n_token_units(n);
    const auto saved = c10::make_intrusive<LayerSaved>();
    saved->call = call;
    saved->attention_stats = at::empty({n, 2}, at::kFloat);
    saved->feed_stats = at::empty({n, 2}, at::kFloat);
    saved->qkv = bf16_rows(n, 3 * d);
    saved->seen = bf16_rows(n, d);
    saved->log_sums = at::empty({n, call.options.attention.n_heads}, at::kFloat);
    saved->middle = at::empty({n, d}, at::kFloat);
    saved->hidden = Panels(padded_tokens(n), kernels.rows().d_ff);
    at::Tensor out = at::empty({n, d}, at::kFloat);
    for_units(n_units, [&](int64_t unit) {
      tokens_to_qkv(kernels.rows(), unit, floats_of(h), saved->attention_stats.data_ptr<float>(), bf16_of(saved->qkv));
    });
    for_heads(call, saved->qkv, [&](const AttentionHead& head, int64_t first) {
      attend(head, bf16_of(saved->seen) + first * d, saved->log_sums.data_ptr<float>() + first * head.n_heads);
    });
    for_units(n_units, [&](int64_t unit) {
      feed_forward(kernels.rows(), unit,
                   {.h = floats_of(h),
                    .seen = bf16_of(saved->seen),
                    .middle = saved->middle.data_ptr<float>(),
                    .stats = saved->feed_stats.data_ptr<float>(),
                    .hidden = &saved->hidden,
                    .out = out.data_ptr<float>()});
    });
    context->save_for_backward(inputs.vec());
    context->saved_data["saved"] = c10::IValue::make_capsule(saved);
    return out;
  }

  static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& gradients) {
    const auto holder = context->saved_data["saved"].toCapsule();
    variable_list t = context->get_saved_variables();
    const size_t n_inputs = t.size();
    t.resize(kLayerInputs);
    variable_list out =
        LayerBackward(t, static_cast<const LayerSaved&>(*holder)).run(gradients[0].to(at::kFloat).contiguous());
    context->saved_data.clear();
    out.resize(n_inputs + 1);  // of the call, too
    return out;
  }
};

}  // namespace

bool takes_transformer_step(const at::Tensor& h, int64_t d_ff, int64_t n_heads, const std::string& activation) {
  const int64_t d = h.size(1);
  return h.device().is_cpu() && h.scalar_type() == at::kFloat && h.size(0) > 0 && is_autocast_on() &&
         has_linear_kernels() && (activation == "relu" || activation == "leaky_relu") && d_ff % kPanelWidth == 0 &&
         d % (n_heads * kPanelWidth) == 0;
}

at::Tensor transformer_step(const at::Tensor& h, const at::Tensor& condition, const LayerTensors& weights,
                            const TokenBatch& tokens, const at::Tensor& rotary, const LayerOptions& options) {
  check(rotary.size(0) >= tokens.longest(), "the table of angles fits");
  variable_list t{h.contiguous()};
  const auto add = [&](const WeightAndBias& w) {
    t.push_back(w.weight);
    t.push_back(w.bias);
    if (w.weight.dim() == 2) ProductCount::add(h.size(0) * w.weight.numel(), h.requires_grad());
  };
  for (const WeightAndBias* w : {&weights.attention_norm, &weights.feed_norm, &weights.to_qkv, &weights.from_heads,
                                 &weights.to_hidden, &weights.from_hidden})
    add(*w);
  if (weights.adapt_feed.weight.defined()) {
    t.push_back(condition.to(at::kFloat).contiguous());
    add(weights.adapt_attention);
    add(weights.adapt_feed);
  }
  return TransformerStepFunction::apply(at::TensorList(t), LayerCall{tokens.ends, rotary.contiguous(), options});
}

}  // namespace songscape
