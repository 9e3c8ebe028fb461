#include "nn/gru.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <numeric>

#include "core/error.h"
#include "nn/autocast.h"
#include "nn/fan_in.h"
#include "nn/product_count.h"

namespace songscape {
namespace {

// What one frame's gates came from, each [batch, n_state] side by side in a row of 3 n_state.
struct Gates {
  at::Tensor r, u, n;
  explicit Gates(const at::Tensor& row)
      : r(row.narrow(1, 0, row.size(1) / 3)),
        u(row.narrow(1, row.size(1) / 3, row.size(1) / 3)),
        n(row.narrow(1, 2 * (row.size(1) / 3), row.size(1) / 3)) {}
};

// gates: the input's share, becomes r, u, n.  from_state: U h + c.  Returns h'.
at::Tensor advance(const at::Tensor& gates, const at::Tensor& from_state, const at::Tensor& h) {
  const Gates g(gates), s(from_state);
  const int64_t n_state = h.size(1);
  gates.narrow(1, 0, 2 * n_state).add_(from_state.narrow(1, 0, 2 * n_state)).sigmoid_();
  g.n.addcmul_(g.r, s.n).tanh_();
  return g.n + g.u * (h - g.n);
}

struct BackwardRow {
  const float *gates, *state_n, *h;  // of one song: r u n; U_n h + c_n; h before the frame
  float *of_h, *of_input, *of_state;
};

// of_h: the gradient of h', becomes u times it; of_input, of_state: those of the two shares of the gates.
void go_back(const BackwardRow& row, int64_t n) {
  const float *r = row.gates, *u = r + n, *c = u + n;
  for (int64_t i = 0; i < n; ++i) {
    const float d = row.of_h[i], of_c = d * (1 - u[i]) * (1 - c[i] * c[i]);
    const float of_u = d * (row.h[i] - c[i]) * u[i] * (1 - u[i]);
    const float of_r = of_c * row.state_n[i] * r[i] * (1 - r[i]);
    row.of_input[i] = row.of_state[i] = of_r;
    row.of_input[n + i] = row.of_state[n + i] = of_u;
    row.of_input[2 * n + i] = of_c;
    row.of_state[2 * n + i] = of_c * r[i];
    row.of_h[i] = d * u[i];
  }
}

struct GruFunction : torch::autograd::Function<GruFunction> {
  // inputs: W x + b, [frames, batch, 3 n_state]
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& inputs,
                            const at::Tensor& weight, const at::Tensor& bias, const std::vector<int64_t>& n_songs) {
    const int64_t n_frames = inputs.size(0), batch = inputs.size(1), n_state = weight.size(1);
    const at::Tensor gates = inputs.clone(at::MemoryFormat::Contiguous), transposed = weight.t();
    const at::Tensor states = at::zeros({n_frames + 1, batch, n_state}, inputs.options());
    const at::Tensor state_n = at::empty({n_frames, batch, n_state}, inputs.options());
    const at::Tensor products = at::empty({batch, 3 * n_state}, inputs.options());
    for (int64_t t = 0; t < n_frames; ++t) {
      const auto heard = [&](const at::Tensor& all) { return all.narrow(0, 0, n_songs[static_cast<size_t>(t)]); };
      at::Tensor from_state = heard(products);
      at::addmm_out(from_state, bias, heard(states[t]), transposed);
      heard(states[t + 1]).copy_(advance(heard(gates[t]), from_state, heard(states[t])));
      heard(state_n[t]).copy_(Gates(from_state).n);
    }
    context->save_for_backward({gates, state_n, states, weight});
    context->saved_data["n_songs"] = n_songs;
    return states.narrow(0, 1, n_frames).clone();
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &gates = saved[0], &state_n = saved[1], &states = saved[2], &weight = saved[3];
    const int64_t n_frames = gates.size(0), batch = gates.size(1), n_state = weight.size(1);
    const at::Tensor of_states = gradients[0].contiguous();
    const at::Tensor of_input = at::zeros(gates.sizes(), gates.options()),
                     of_state = at::zeros(gates.sizes(), gates.options());
    const at::Tensor of_all = at::zeros({batch, n_state}, gates.options());
    const std::vector<int64_t> n_songs = context->saved_data["n_songs"].toIntVector();
    for (int64_t t = n_frames - 1; t >= 0; --t) {
      const int64_t n_heard = n_songs[static_cast<size_t>(t)];
      at::Tensor of_h = of_all.narrow(0, 0, n_heard);
      of_h.add_(of_states[t].narrow(0, 0, n_heard));
      for (int64_t i = 0; i < n_heard; ++i) {
        const int64_t at = t * batch + i;
        go_back({.gates = gates.const_data_ptr<float>() + at * 3 * n_state,
                 .state_n = state_n.const_data_ptr<float>() + at * n_state,
                 .h = states.const_data_ptr<float>() + at * n_state,
                 .of_h = of_h.data_ptr<float>() + i * n_state,
                 .of_input = of_input.data_ptr<float>() + at * 3 * n_state,
                 .of_state = of_state.data_ptr<float>() + at * 3 * n_state},
                n_state);
      }
      of_h.addmm_(of_state[t].narrow(0, 0, n_heard), weight);
    }
    const at::Tensor all = of_state.view({n_frames * batch, 3 * n_state});
    const at::Tensor before = states.narrow(0, 0, n_frames).reshape({n_frames * batch, n_state});
    return {of_input, at::mm(all.t(), before), all.sum(0), {}};
  }
};

}  // namespace

Gru::Gru(const Scope& scope, int64_t n_in, int64_t n_state)
    : input(scope / "input", n_in, 3 * n_state),
      weight(scope.uniform("weight", {3 * n_state, n_state}, fan_in_bound(n_state))),
      bias(scope.uniform("bias", {3 * n_state}, fan_in_bound(n_state))) {}

at::Tensor Gru::operator()(const at::Tensor& x, std::vector<int64_t> n_songs) const {
  const Autocast f32(false);
  if (n_songs.empty()) n_songs.assign(static_cast<size_t>(x.size(0)), x.size(1));
  check(static_cast<int64_t>(n_songs.size()) == x.size(0), "every frame has its number of songs");
  ProductCount::add(std::accumulate(n_songs.begin(), n_songs.end(), int64_t{0}) * weight.numel(), true);
  const at::Tensor inputs = input(x.reshape({-1, x.size(2)})).view({x.size(0), x.size(1), -1});
  return GruFunction::apply(inputs, weight, bias, n_songs);
}

at::Tensor Gru::step(const at::Tensor& x, const at::Tensor& h) const {
  const Autocast f32(false);
  return advance(input(x), at::addmm(bias, h, weight.t()), h);
}

}  // namespace songscape
