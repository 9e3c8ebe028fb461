#include "nn/token_batch.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "core/error.h"

namespace songscape {
namespace {

at::Tensor whole_numbers(int64_t n) { return at::empty({n}, at::kLong); }

}  // namespace

int64_t TokenBatch::longest() const {
  int64_t longest = 0, start = 0;
  for (const int64_t end : ends) {
    longest = std::max(longest, end - start);
    start = end;
  }
  return longest;
}

TokenBatch tokens_of(const at::Tensor& x, const TokenNames& names, int64_t n_bars) {
  check(x.dim() == 2, "tokens are [batch, max_tokens]");
  const at::Tensor rows = x.detach().to(at::kCPU, at::kLong).contiguous();
  const auto* id = rows.const_data_ptr<int64_t>();
  TokenBatch batch;
  int64_t n = 0;
  for (int64_t s = 0; s < rows.size(0); ++s) {
    int64_t length = rows.size(1);
    while (length > 1 && id[s * rows.size(1) + length - 1] == names.pad) --length;
    n += length;
    batch.ends.push_back(n);
  }
  for (at::Tensor* t : {&batch.ids, &batch.sequence, &batch.place, &batch.bar, &batch.position}) *t = whole_numbers(n);
  int64_t i = 0;
  for (int64_t s = 0; s < rows.size(0); ++s) {
    int64_t bar = -1, position = 0;
    for (int64_t place = 0; i < batch.ends[static_cast<size_t>(s)]; ++i, ++place) {
      const int64_t token = id[s * rows.size(1) + place];
      if (token == names.bar) {
        ++bar;
        position = 0;
      }
      if (token >= names.first_position && token < names.first_position + names.n_positions)
        position = token - names.first_position;
      batch.ids.mutable_data_ptr<int64_t>()[i] = token;
      batch.sequence.mutable_data_ptr<int64_t>()[i] = s;
      batch.place.mutable_data_ptr<int64_t>()[i] = place;
      batch.bar.mutable_data_ptr<int64_t>()[i] = std::clamp<int64_t>(bar, 0, n_bars - 1);
      batch.position.mutable_data_ptr<int64_t>()[i] = position;
    }
  }
  for (at::Tensor* t : {&batch.ids, &batch.sequence, &batch.place, &batch.bar, &batch.position}) *t = t->to(x.device());
  return batch;
}

NextTokens next_tokens_of(const TokenBatch& tokens) {
  std::vector<int64_t> inputs, targets;
  NextTokens next;
  int64_t start = 0;
  for (const int64_t end : tokens.ends) {
    for (int64_t i = start; i + 1 < end; ++i) {
      inputs.push_back(i);
      targets.push_back(i + 1);
    }
    next.input.ends.push_back(static_cast<int64_t>(inputs.size()));
    start = end;
  }
  const auto device = tokens.ids.device();
  const at::Tensor from = at::tensor(inputs, at::kLong).to(device), to = at::tensor(targets, at::kLong).to(device);
  next.input.ids = tokens.ids.index_select(0, from);
  next.input.sequence = tokens.sequence.index_select(0, from);
  next.input.place = tokens.place.index_select(0, from);
  next.input.bar = tokens.bar.index_select(0, from);
  next.input.position = tokens.position.index_select(0, from);
  next.target = tokens.ids.index_select(0, to);
  return next;
}

at::Tensor sums_of_sequences(const at::Tensor& values, const TokenBatch& tokens) {
  return at::zeros({tokens.n_sequences()}, values.options()).index_add(0, tokens.sequence, values);
}

}  // namespace songscape
