#include "nn/wide_linear.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include "nn/autocast.h"
#include "nn/gradient_factors.h"
#include "nn/units.h"

namespace songscape {
namespace {

// Units of work; sums over them are added in order.
constexpr int64_t kColumnsAtOnce = 8192;

const Bf16* values_of(const at::Tensor& x) { return reinterpret_cast<const Bf16*>(x.data_ptr<at::BFloat16>()); }

// As few blocks as there are threads, each a multiple of `unit`.
int64_t block_for_threads(int64_t n, int64_t unit) {
  const int64_t n_threads = at::get_num_threads();
  return (n + n_threads * unit - 1) / (n_threads * unit) * unit;
}

LinearShape linear_shape(const at::Tensor& x, const at::Tensor& weight) {
  return {x.size(0), weight.size(1), weight.size(0)};
}

// Products of every two songs, over all values.
std::vector<double> gram_of(const at::Tensor& x) {
  const int64_t batch = x.size(0), n = x.size(1), size = batch * batch,
                n_units = (n + kColumnsAtOnce - 1) / kColumnsAtOnce;
  std::vector<double> of_units(static_cast<size_t>(n_units * size), 0), out(static_cast<size_t>(size), 0);
  for_ranges(n, kColumnsAtOnce, [&](int64_t first, int64_t last, int64_t unit) {
    add_gram(values_of(x), batch, n, first, last, of_units.data() + unit * size);
  });
  for (size_t i = 0; i < of_units.size(); ++i) out[i % out.size()] += of_units[i];
  return out;
}

std::vector<uint32_t> pairs_of(const at::Tensor& x) {
  std::vector<uint32_t> out(static_cast<size_t>((x.size(0) + 1) / 2 * x.size(1)));
  for_ranges(x.size(1), kColumnsAtOnce, [&](int64_t first, int64_t last, int64_t) {
    pair_songs(values_of(x), x.size(0), x.size(1), first, last, out.data());
  });
  return out;
}

FactoredGradient factors_of(const LinearShape& s, const at::Tensor& dy, const at::Tensor& x) {
  const std::vector<double> of_dy = gram_of(dy), of_x = gram_of(x);
  double sum = 0;
  for (size_t i = 0; i < of_x.size(); ++i) sum += of_dy[i] * of_x[i];
  if (sum < 0) sum = 0;  // by rounding, of a gradient that vanishes; a NaN stays
  return {s, pairs_of(dy), pairs_of(x), sum};
}

at::Tensor forward_of(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const LinearShape s = linear_shape(x, weight);
  std::vector<uint32_t> packed(static_cast<size_t>(packed_songs_size(s)));
  for_ranges(s.n_in / 2, kColumnsAtOnce,
             [&](int64_t first, int64_t last, int64_t) { pack_songs(s, values_of(x), first, last, packed.data()); });
  at::Tensor y = at::empty({s.batch, s.n_out}, weight.options());
  for_ranges(s.n_out, std::min<int64_t>(512, block_for_threads(s.n_out, 8)), [&](int64_t first, int64_t last, int64_t) {
    linear_forward(s, weight.data_ptr<float>(), packed.data(), first, last, y.data_ptr<float>());
  });
  return y.add_(bias);
}

at::Tensor towards_input(const at::Tensor& dy, const at::Tensor& weight) {
  const LinearShape s = linear_shape(dy, weight);
  std::vector<uint32_t> packed(static_cast<size_t>(s.n_out / 2 * s.batch));
  for_ranges(s.n_out / 2, kColumnsAtOnce,
             [&](int64_t first, int64_t last, int64_t) { pack_outputs(s, values_of(dy), first, last, packed.data()); });
  at::Tensor dx = at::empty({s.batch, s.n_in}, weight.options());
  for_ranges(s.n_in, std::min<int64_t>(8192, block_for_threads(s.n_in, 32)), [&](int64_t first, int64_t last, int64_t) {
    linear_towards_input(s, weight.data_ptr<float>(), packed.data(), first, last, dx.data_ptr<float>());
  });
  return dx;
}

struct WideLinearFunction : torch::autograd::Function<WideLinearFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias) {
    const at::Tensor rounded = x.to(at::kBFloat16).contiguous();
    context->save_for_backward({rounded, weight});
    context->saved_data["needs_x"] = x.requires_grad();
    context->saved_data["factors"] = reinterpret_cast<int64_t>(GradientFactors::current());
    return forward_of(rounded, weight, bias);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], dy = gradients[0].to(at::kBFloat16).contiguous();
    FactoredGradient factors = factors_of(linear_shape(x, weight), dy, x);
    at::Tensor of_x, of_weight;
    if (auto* scope = reinterpret_cast<GradientFactors*>(context->saved_data["factors"].toInt())) {
      scope->add(weight.data_ptr<float>(), std::move(factors));
    } else {
      of_weight = at::zeros(weight.sizes(), weight.options());
      add_product(factors, of_weight.data_ptr<float>());
    }
    if (context->saved_data["needs_x"].toBool()) of_x = towards_input(dy, weight);
    return {of_x, of_weight, gradients[0].to(at::kFloat).sum(0)};
  }
};

}  // namespace

bool takes_wide_linear(const at::Tensor& x, const at::Tensor& weight) {
  return x.device().is_cpu() && x.dim() == 2 && is_autocast_on() && has_linear_kernels() &&
         weight.numel() >= kWideWeight && weight.size(0) % 2 == 0 && weight.size(1) % 2 == 0;
}

at::Tensor wide_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return WideLinearFunction::apply(x, weight, bias);
}

}  // namespace songscape
