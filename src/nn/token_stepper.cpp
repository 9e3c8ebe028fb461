#include "nn/token_stepper.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "nn/activation.h"

namespace songscape {
namespace {

std::span<const float> stepper_values_of(const at::Tensor& t) {
  return {t.const_data_ptr<float>(), static_cast<size_t>(t.numel())};
}

std::vector<float> copy_of(const at::Tensor& t) {
  const at::Tensor flat = t.detach().cpu().contiguous();
  return {stepper_values_of(flat).begin(), stepper_values_of(flat).end()};
}

RowMatrix matrix_of(const Linear& linear, RowPrecision precision) {
  const at::Tensor weight = linear.weight.detach().cpu().contiguous(), bias = linear.bias.detach().cpu().contiguous();
  return RowMatrix(stepper_values_of(weight), stepper_values_of(bias), weight.size(1), precision);
}

RowMatrix matrix_of(const std::optional<Linear>& linear, RowPrecision precision) {
  return linear ? matrix_of(*linear, precision) : RowMatrix();
}

StepperWeights::Norm norm_of(const LayerNorm& norm) { return {copy_of(norm.weight), copy_of(norm.bias)}; }

void activate_values(float* x, int64_t n, const std::string& name) {
  if (name == "relu")
    for (int64_t i = 0; i < n; ++i) x[i] = std::max(x[i], 0.f);
  else if (name == "leaky_relu")
    for (int64_t i = 0; i < n; ++i) x[i] = x[i] > 0 ? x[i] : static_cast<float>(kLeakySlope) * x[i];
  else if (name == "gelu")
    for (int64_t i = 0; i < n; ++i) x[i] = .5f * x[i] * (1 + std::erf(x[i] * static_cast<float>(M_SQRT1_2)));
  else
    for (int64_t i = 0; i < n; ++i) x[i] = std::tanh(x[i]);
}

void add_row(const std::vector<float>& table, int64_t row, std::vector<float>& to) {
  const float* values = table.data() + row * static_cast<int64_t>(to.size());
  for (size_t i = 0; i < to.size(); ++i) to[i] += values[i];
}

// To 1 in sum; the largest first taken off.
void soften(float* x, int64_t n) {
  const float most = *std::max_element(x, x + n);
  float sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += x[i] = std::exp(x[i] - most);
  for (int64_t i = 0; i < n; ++i) x[i] /= sum;
}

// Rows that a member takes together read x once.
constexpr int64_t kRowUnit = 4;

}  // namespace

StepperWeights::StepperWeights(const TokenDecoder& d, RowPrecision p)
    : precision(p),
      layout(d.layout_),
      activation(d.layers_.empty() ? "relu" : d.layers_.front().activation_),
      d_model(d.embedding_.token_.weight.size(1)),
      n_heads(d.layers_.empty() ? 1 : d.layers_.front().n_heads_),
      token(copy_of(d.embedding_.token_.weight)),
      bar(d.embedding_.bar_ ? copy_of(d.embedding_.bar_->weight) : std::vector<float>()),
      position(d.embedding_.position_ ? copy_of(d.embedding_.position_->weight) : std::vector<float>()),
      level_of_bar(d.level_of_bar_ ? copy_of(d.level_of_bar_->weight) : std::vector<float>()),
      level_of_position(d.level_of_position_ ? copy_of(d.level_of_position_->weight) : std::vector<float>()),
      from_z(matrix_of(d.from_z_, RowPrecision::f32)),
      to_logits(matrix_of(d.to_logits_, p)),
      last_norm(norm_of(d.last_norm_)) {
  for (size_t i = 0; i < d.layers_.size(); ++i) {
    const TransformerLayer& l = d.layers_[i];
    layers.push_back({.attention_norm = norm_of(l.attention_norm_),
                      .feed_norm = norm_of(l.feed_norm_),
                      .to_qkv = matrix_of(l.to_qkv_, p),
                      .from_heads = matrix_of(l.from_heads_, p),
                      .to_hidden = matrix_of(l.to_hidden_, p),
                      .from_hidden = matrix_of(l.from_hidden_, p),
                      .adapt_attention = matrix_of(l.adapt_attention_, p),
                      .adapt_feed = matrix_of(l.adapt_feed_, p),
                      .from_z = i < d.from_z_of_layer_.size() ? matrix_of(d.from_z_of_layer_[i], p) : RowMatrix(),
                      .from_skipped = i < d.from_skipped_.size() ? matrix_of(d.from_skipped_[i], p) : RowMatrix()});
  }
}

int64_t StepperWeights::n_bytes_a_step() const {
  int64_t n = to_logits.n_bytes();
  for (const Layer& l : layers)
    n += l.to_qkv.n_bytes() + l.from_heads.n_bytes() + l.to_hidden.n_bytes() + l.from_hidden.n_bytes();
  return n;
}

TokenStepper::TokenStepper(std::shared_ptr<const StepperWeights> weights, std::span<const float> z, int64_t capacity,
                           StepTeam& team, const std::vector<std::vector<float>>& skipped)
    : weights_(std::move(weights)), team_(team), capacity_(capacity), z_(z.begin(), z.end()) {
  const StepperWeights& w = *weights_;
  check(static_cast<int64_t>(z_.size()) == w.layout.size(), "z has the latent variables of the layout");
  const int64_t head = w.d_model / w.n_heads;
  const at::Tensor table = rotary_table(capacity, head);
  rotary_.assign(stepper_values_of(table).begin(), stepper_values_of(table).end());
  condition_.assign(static_cast<size_t>(w.layout.condition_size()), 0.f);
  for (const StepperWeights::Layer& layer : w.layers)
    states_.push_back({.keys = RowCache(capacity, w.d_model, w.precision),
                       .values = RowCache(capacity, w.d_model, w.precision),
                       .adapt_attention = std::vector<float>(static_cast<size_t>(layer.adapt_attention.n_rows())),
                       .adapt_feed = std::vector<float>(static_cast<size_t>(layer.adapt_feed.n_rows())),
                       .from_z = std::vector<float>(static_cast<size_t>(layer.from_z.n_rows()))});
  const auto d = static_cast<size_t>(w.d_model);
  h_.resize(d);
  from_z_.assign(d, 0.f);
  qkv_.resize(3 * d);
  seen_.resize(d);
  change_.resize(d);
  skip_.assign(d * skipped.size(), 0.f);
  for (size_t i = 0; i < skipped.size(); ++i)
    w.layers[i].from_skipped.multiply(skipped[i].data(), 0, w.d_model, skip_.data() + i * d);
  hidden_.resize(w.layers.empty() ? 0 : static_cast<size_t>(w.layers.front().to_hidden.n_rows()));
  logits_.resize(static_cast<size_t>(w.n_vocabulary()));
  scratch_.assign(static_cast<size_t>(team.size()), std::vector<float>(d));
  scores_.assign(static_cast<size_t>(team.size()), std::vector<float>(static_cast<size_t>(capacity)));
}

void TokenStepper::set_condition(int64_t bar, int64_t position) {
  const LatentLayout& layout = weights_->layout;
  std::vector<float> now(condition_.size());
  std::copy_n(z_.begin(), layout.piece, now.begin());
  if (!weights_->level_of_bar.empty()) {
    std::vector<float> weight(static_cast<size_t>(layout.n_levels), 0.f);
    add_row(weights_->level_of_bar, bar, weight);
    add_row(weights_->level_of_position, position, weight);
    soften(weight.data(), layout.n_levels);
    for (int64_t i = 0; i < layout.piece; ++i)
      now[static_cast<size_t>(i)] *=
          weight[static_cast<size_t>(i / layout.level_size())] * static_cast<float>(layout.n_levels);
  }
  std::copy_n(z_.begin() + layout.piece + bar * layout.per_bar, layout.per_bar, now.begin() + layout.piece);
  condition_is_new_ = n_tokens_ == 0 || now != condition_;
  condition_ = std::move(now);
}

void TokenStepper::normalised(const StepperWeights::Norm& norm, std::span<const float> adapt, float* out) const {
  const size_t n = h_.size();
  float mean = 0, square = 0;
  for (const float v : h_) mean += v;
  mean /= static_cast<float>(n);
  for (const float v : h_) square += (v - mean) * (v - mean);
  const float scale = 1 / std::sqrt(square / static_cast<float>(n) + static_cast<float>(kNormEpsilon));
  for (size_t i = 0; i < n; ++i) out[i] = (h_[i] - mean) * scale * norm.weight[i] + norm.bias[i];
  if (adapt.empty()) return;
  for (size_t i = 0; i < n; ++i) out[i] = out[i] * (1 + adapt[i]) + adapt[n + i];
}

void TokenStepper::attend(LayerState& state, int64_t first_head, int64_t last_head, std::vector<float>& scores) {
  const int64_t head = weights_->d_model / weights_->n_heads, n = n_tokens_ + 1;
  const float scale = 1 / std::sqrt(static_cast<float>(head));
  for (int64_t i = first_head; i < last_head; ++i) {
    state.keys.dots(qkv_.data() + i * head, i * head, head, n, scores.data());
    for (int64_t t = 0; t < n; ++t) scores[static_cast<size_t>(t)] *= scale;
    soften(scores.data(), n);
    state.values.weighted_sum(scores.data(), i * head, head, n, seen_.data() + i * head);
  }
}

void TokenStepper::work(int member) {
  const StepperWeights& w = *weights_;
  const int size = team_.size();
  float* x = scratch_[static_cast<size_t>(member)].data();
  const auto multiply = [&](const RowMatrix& matrix, const float* in, std::vector<float>& out) {
    const TeamPart part = part_of_team(matrix.n_rows(), member, size, kRowUnit);
    if (part.first < part.last) matrix.multiply(in, part.first, part.last, out.data());
  };
  if (condition_is_new_ && !condition_.empty()) {
    multiply(w.from_z, condition_.data(), from_z_);
    for (size_t i = 0; i < states_.size(); ++i) {
      multiply(w.layers[i].adapt_attention, condition_.data(), states_[i].adapt_attention);
      multiply(w.layers[i].adapt_feed, condition_.data(), states_[i].adapt_feed);
      multiply(w.layers[i].from_z, condition_.data(), states_[i].from_z);
    }
    team_.wait();
  }
  if (member == 0)
    for (size_t i = 0; i < h_.size(); ++i) h_[i] += from_z_[i];
  const int64_t head = w.d_model / w.n_heads;
  for (size_t i = 0; i < states_.size(); ++i) {
    const StepperWeights::Layer& layer = w.layers[i];
    LayerState& state = states_[i];
    if (member == 0) {
      for (size_t c = 0; c < state.from_z.size(); ++c) h_[c] += state.from_z[c];
      if ((i + 1) * h_.size() <= skip_.size())
        for (size_t c = 0; c < h_.size(); ++c) h_[c] += skip_[i * h_.size() + c];
    }
    team_.wait();
    normalised(layer.attention_norm, state.adapt_attention, x);
    multiply(layer.to_qkv, x, qkv_);
    team_.wait();
    if (member == 0) {
      const float* turn = rotary_.data() + n_tokens_ * head;
      for (int64_t part = 0; part < 2 * w.n_heads; ++part) {  // heads of queries, then of keys
        float* v = qkv_.data() + part * head;
        for (int64_t c = 0; c < head / 2; ++c) {
          const float a = v[c], b = v[c + head / 2];
          v[c] = a * turn[c] - b * turn[head / 2 + c];
          v[c + head / 2] = b * turn[c] + a * turn[head / 2 + c];
        }
      }
      state.keys.set(n_tokens_, qkv_.data() + w.d_model);
      state.values.set(n_tokens_, qkv_.data() + 2 * w.d_model);
    }
    team_.wait();
    const TeamPart heads = part_of_team(w.n_heads, member, size);
    attend(state, heads.first, heads.last, scores_[static_cast<size_t>(member)]);
    team_.wait();
    multiply(layer.from_heads, seen_.data(), change_);
    const TeamPart rows = part_of_team(w.d_model, member, size, kRowUnit);
    for (int64_t c = rows.first; c < rows.last; ++c) h_[static_cast<size_t>(c)] += change_[static_cast<size_t>(c)];
    team_.wait();
    normalised(layer.feed_norm, state.adapt_feed, x);
    multiply(layer.to_hidden, x, hidden_);
    const TeamPart hidden = part_of_team(layer.to_hidden.n_rows(), member, size, kRowUnit);
    activate_values(hidden_.data() + hidden.first, hidden.last - hidden.first, w.activation);
    team_.wait();
    multiply(layer.from_hidden, hidden_.data(), change_);
    for (int64_t c = rows.first; c < rows.last; ++c) h_[static_cast<size_t>(c)] += change_[static_cast<size_t>(c)];
    team_.wait();
  }
  if (states_.empty()) team_.wait();
  normalised(w.last_norm, {}, x);
  multiply(w.to_logits, x, logits_);
}

std::span<const float> TokenStepper::step(int64_t token, int64_t bar, int64_t position) {
  check(n_tokens_ < capacity_, "a piece has no more tokens than its capacity");
  check(token >= 0 && token < weights_->n_vocabulary(), "a token is of the vocabulary");
  if (!condition_.empty()) set_condition(bar, position);
  std::ranges::fill(h_, 0.f);
  add_row(weights_->token, token, h_);
  if (!weights_->bar.empty()) {
    add_row(weights_->bar, bar, h_);
    add_row(weights_->position, position, h_);
  }
  team_.run([this](int member) { work(member); });
  ++n_tokens_;
  return logits_;
}

}  // namespace songscape
