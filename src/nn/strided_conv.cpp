#include "nn/strided_conv.h"

#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

#include <numeric>

#include "core/vector_width.h"
#include "kernels/norm_activate.h"
#include "kernels/strided_conv.h"
#include "nn/autocast.h"
#include "nn/units.h"

namespace songscape {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

Bf16* pixels_of(const at::Tensor& x) { return reinterpret_cast<Bf16*>(x.data_ptr<at::BFloat16>()); }

at::Tensor as_image(const at::Tensor& x) { return x.to(at::kBFloat16).contiguous(kChannelsLast); }

// weight: [n_small, n_large, 4, 4] of either direction, as the kernels read it.
at::Tensor as_filter(const at::Tensor& weight) { return weight.contiguous(kChannelsLast); }

StridedConv conv_shape(const at::Tensor& large, const at::Tensor& weight) {
  return {large.size(0), large.size(2), large.size(3), weight.size(1), weight.size(0)};
}

at::Tensor to_small(const at::Tensor& large, const at::Tensor& weight, const at::Tensor& bias) {
  const StridedConv c = conv_shape(large, weight);
  at::Tensor small = at::empty({c.n_images, c.n_small, c.small_height(), c.small_width()},
                               large.options().memory_format(kChannelsLast));
  const auto packed = pack_towards_small(as_filter(weight).data_ptr<float>(), c.n_large, c.n_small);
  const float* b = bias.defined() ? bias.data_ptr<float>() : nullptr;
  for_units(n_units_towards_small(c),
            [&](int64_t unit) { conv_towards_small(c, pixels_of(large), packed.data(), b, pixels_of(small), unit); });
  return small;
}

// large: of the wanted shape.
void to_large(const at::Tensor& small, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& large) {
  const StridedConv c = conv_shape(large, weight);
  const auto packed = pack_towards_large(as_filter(weight).data_ptr<float>(), c.n_large, c.n_small);
  const float* b = bias.defined() ? bias.data_ptr<float>() : nullptr;
  for_units(n_units_towards_large(c),
            [&](int64_t unit) { conv_towards_large(c, pixels_of(small), packed.data(), b, pixels_of(large), unit); });
}

at::Tensor weight_gradient(const at::Tensor& large, const at::Tensor& small, const at::Tensor& weight) {
  const StridedConv c = conv_shape(large, weight);
  const at::Tensor gradient = at::empty(weight.sizes(), weight.options().memory_format(kChannelsLast));
  // As many parts as the threads can share evenly.
  const int64_t n_threads = at::get_num_threads();
  const auto parts = filter_parts(c.n_small, std::lcm(n_threads, kConvTaps));
  for_units(static_cast<int64_t>(parts.size()), [&](int64_t i) {
    conv_weight_gradient(c, pixels_of(large), pixels_of(small), parts[static_cast<size_t>(i)],
                         gradient.data_ptr<float>());
  });
  return gradient;
}

// Σ over images and pixels of each channel.
at::Tensor bias_gradient(const at::Tensor& image) {
  const int64_t n_channels = image.size(1), n_rows = image.numel() / n_channels;
  const int64_t n_blocks = (n_rows + kNormRows - 1) / kNormRows;
  at::Tensor sums = at::empty({n_blocks, n_channels}, image.options().dtype(at::kFloat).memory_format(std::nullopt));
  for_ranges(n_rows, kNormRows, [&](int64_t first, int64_t last, int64_t block) {
    sum_rows({pixels_of(image) + first * n_channels, static_cast<size_t>((last - first) * n_channels)}, n_channels,
             sums.data_ptr<float>() + block * n_channels);
  });
  return sums.sum(0);
}

struct StridedConvFunction : torch::autograd::Function<StridedConvFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, bool is_transposed) {
    const at::Tensor image = as_image(x);
    context->save_for_backward({image, weight});
    context->saved_data["is_transposed"] = is_transposed;
    context->saved_data["needs_x"] = x.requires_grad();
    if (!is_transposed) return to_small(image, weight, bias);
    at::Tensor large = at::empty({image.size(0), weight.size(1), 2 * image.size(2), 2 * image.size(3)},
                                 image.options().memory_format(kChannelsLast));
    to_large(image, weight, bias, large);
    return large;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &image = saved[0], &weight = saved[1], gradient = as_image(gradients[0]);
    at::Tensor of_x;
    if (context->saved_data["is_transposed"].toBool()) {
      if (context->saved_data["needs_x"].toBool()) of_x = to_small(gradient, weight, {});
      return {of_x, weight_gradient(gradient, image, weight), bias_gradient(gradient), {}};
    }
    if (context->saved_data["needs_x"].toBool()) {
      of_x = at::empty(image.sizes(), image.options().memory_format(kChannelsLast));
      to_large(gradient, weight, {}, of_x);
    }
    return {of_x, weight_gradient(image, gradient, weight), bias_gradient(gradient), {}};
  }
};

}  // namespace

bool takes_strided_conv(const at::Tensor& x, int64_t n_large, int64_t n_small) {
  return x.device().is_cpu() && is_autocast_on() && !has_matrix_tiles() && has_strided_conv(n_large, n_small);
}

at::Tensor strided_conv(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return StridedConvFunction::apply(x, weight, bias, false);
}

at::Tensor strided_conv_transpose(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return StridedConvFunction::apply(x, weight, bias, true);
}

}  // namespace songscape
