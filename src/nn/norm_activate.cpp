#include "nn/norm_activate.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

#include "kernels/norm_activate.h"
#include "nn/activation.h"
#include "nn/units.h"

namespace songscape {
namespace {

struct NormRows {
  int64_t n_rows, n_columns;
  int64_t n_blocks() const { return (n_rows + kNormRows - 1) / kNormRows; }
};

NormRows norm_rows(const at::Tensor& x) { return {x.numel() / x.size(1), x.size(1)}; }

// job(first value, number of values, block), on all threads.
template <class Job>
void for_blocks(const NormRows& rows, const Job& job) {
  for_ranges(rows.n_rows, kNormRows, [&](int64_t first, int64_t last, int64_t block) {
    job(first * rows.n_columns, (last - first) * rows.n_columns, block);
  });
}

float float_of(float x) { return x; }
float float_of(Bf16 x) { return from_bf16(x); }

template <class T>
T* data_of(const at::Tensor& x) {
  return static_cast<T*>(x.data_ptr());
}

// Calls job with a null pointer of the element's type.
template <class Job>
void with_type(const at::Tensor& x, const Job& job) {
  if (x.scalar_type() == at::kFloat)
    job(static_cast<float*>(nullptr));
  else
    job(static_cast<Bf16*>(nullptr));
}

// Sums of two values a column over all rows: each block in f32, blocks in order in double.
template <class Sum>
std::vector<double> sum_blocks(const NormRows& rows, const Sum& sum) {
  const int64_t n = 2 * rows.n_columns;
  std::vector<float> of_blocks(static_cast<size_t>(rows.n_blocks() * n));
  for_blocks(rows, [&](int64_t first, int64_t size, int64_t block) { sum(first, size, of_blocks.data() + block * n); });
  std::vector<double> sums(static_cast<size_t>(n), 0);
  for (size_t i = 0; i < of_blocks.size(); ++i) sums[i % static_cast<size_t>(n)] += of_blocks[i];
  return sums;
}

// Of a few rows from all over: near enough to the mean of all, even where one of them lies far away.  As bf16 holds it:
// the distances of bf16 values from it then are exact, and do not all round the same way as they are added up.
template <class T>
std::vector<float> mean_of_some(const NormRows& rows, const T* values) {
  const int64_t n = std::min<int64_t>(rows.n_rows, 16);
  std::vector<float> mean(static_cast<size_t>(rows.n_columns), 0);
  for (int64_t i = 0; i < n; ++i) {
    const T* const row = values + rows.n_rows * i / n * rows.n_columns;
    for (size_t c = 0; c < mean.size(); ++c) mean[c] += float_of(row[c]) / static_cast<float>(n);
  }
  for (float& m : mean) m = from_bf16(to_bf16(m));
  return mean;
}

struct Statistics {
  std::vector<float> mean;
  std::vector<double> variance;
};

Statistics measure(const at::Tensor& x) {
  const NormRows rows = norm_rows(x);
  const auto c = static_cast<size_t>(rows.n_columns);
  Statistics s{std::vector<float>(c), std::vector<double>(c)};
  with_type(x, [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const T* values = data_of<T>(x);
    const std::vector<float> origin = mean_of_some(rows, values);
    const auto sums = sum_blocks(rows, [&](int64_t first, int64_t n, float* out) {
      sum_moments(std::span<const T>(values + first, static_cast<size_t>(n)), origin.data(), rows.n_columns, out);
    });
    const auto n = static_cast<double>(rows.n_rows);
    for (size_t i = 0; i < c; ++i) {
      const double offset = sums[i] / n;
      s.mean[i] = static_cast<float>(origin[i] + offset);
      s.variance[i] = std::max(0.0, sums[c + i] / n - offset * offset);
    }
  });
  return s;
}

void move_running(const Statistics& s, int64_t n_rows, const at::Tensor& running_mean, const at::Tensor& running_var) {
  const at::NoGradGuard no_grad;
  auto* mean = running_mean.data_ptr<float>();
  auto* variance = running_var.data_ptr<float>();
  const double unbiased = static_cast<double>(n_rows) / static_cast<double>(std::max<int64_t>(1, n_rows - 1));
  for (size_t i = 0; i < s.mean.size(); ++i) {
    mean[i] = static_cast<float>((1 - kNormMomentum) * mean[i] + kNormMomentum * s.mean[i]);
    variance[i] = static_cast<float>((1 - kNormMomentum) * variance[i] + kNormMomentum * s.variance[i] * unbiased);
  }
}

struct NormActivateFunction : torch::autograd::Function<NormActivateFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, const at::Tensor& running_mean, const at::Tensor& running_var,
                            double slope) {
    const NormRows rows = norm_rows(x);
    const Statistics s = measure(x);
    move_running(s, rows.n_rows, running_mean, running_var);
    // Rows: mean, 1/√(σ² + ε), scale, shift.
    const at::Tensor table = at::empty({4, rows.n_columns}, at::kFloat);
    const int64_t c = rows.n_columns;
    auto* t = table.data_ptr<float>();
    for (int64_t i = 0; i < c; ++i) {
      const auto deviation = static_cast<float>(1 / std::sqrt(s.variance[static_cast<size_t>(i)] + kNormEpsilon));
      t[i] = s.mean[static_cast<size_t>(i)];
      t[c + i] = deviation;
      t[2 * c + i] = weight.data_ptr<float>()[i] * deviation;
      t[3 * c + i] = bias.data_ptr<float>()[i] - t[i] * t[2 * c + i];
    }
    context->save_for_backward({x, table});
    context->saved_data["slope"] = slope;
    at::Tensor y = at::empty_like(x);
    with_type(x, [&](auto* type) {
      using T = std::remove_pointer_t<decltype(type)>;
      const NormActivate f{c, t + 2 * c, t + 3 * c, static_cast<float>(slope)};
      for_blocks(rows, [&](int64_t first, int64_t n, int64_t) {
        songscape::norm_activate(f, std::span<const T>(data_of<T>(x) + first, static_cast<size_t>(n)),
                                 data_of<T>(y) + first);
      });
    });
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &table = saved[1];
    const at::Tensor dy = gradients[0].to(x.scalar_type()).contiguous(x.suggest_memory_format());
    const NormRows rows = norm_rows(x);
    const int64_t c = rows.n_columns;
    const auto* t = table.data_ptr<float>();
    const NormActivate f{c, t + 2 * c, t + 3 * c, static_cast<float>(context->saved_data["slope"].toDouble())};
    at::Tensor dx = at::empty_like(x), of_weight = at::empty({c}, at::kFloat), of_bias = at::empty({c}, at::kFloat);
    with_type(x, [&](auto* type) {
      using T = std::remove_pointer_t<decltype(type)>;
      const auto part = [&](int64_t first, int64_t n) {
        return std::span<const T>(data_of<T>(x) + first, static_cast<size_t>(n));
      };
      const auto sums = sum_blocks(rows, [&](int64_t first, int64_t n, float* out) {
        sum_norm_gradients(f, part(first, n), data_of<T>(dy) + first, t, out);
      });
      std::vector<float> of_x(static_cast<size_t>(c)), constant(of_x);
      const auto n_rows = static_cast<double>(rows.n_rows);
      for (int64_t i = 0; i < c; ++i) {
        const auto at = static_cast<size_t>(i);
        const double mean = t[i], deviation = t[c + i], scale = t[2 * c + i], sum = sums[at],
                     with_x = sums[static_cast<size_t>(c) + at] * deviation;
        of_bias.data_ptr<float>()[i] = static_cast<float>(sum);
        of_weight.data_ptr<float>()[i] = static_cast<float>(with_x);
        of_x[at] = static_cast<float>(-scale * deviation * with_x / n_rows);
        constant[at] = static_cast<float>(scale * (mean * deviation * with_x - sum) / n_rows);
      }
      for_blocks(rows, [&](int64_t first, int64_t n, int64_t) {
        norm_gradient(f, part(first, n), data_of<T>(dy) + first, of_x.data(), constant.data(), data_of<T>(dx) + first);
      });
    });
    return {dx, of_weight, of_bias, {}, {}, {}};
  }
};

bool is_fused(const at::Tensor& x, const std::string& activation, const Pass& pass) {
  return pass.is_training && x.device().is_cpu() && (activation == "relu" || activation == "leaky_relu") &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) &&
         (x.dim() == 4 ? x.is_contiguous(at::MemoryFormat::ChannelsLast) : x.dim() == 2 && x.is_contiguous());
}

}  // namespace

at::Tensor norm_activate(const at::Tensor& x, const BatchNorm& norm, const std::string& activation, const Pass& pass) {
  if (!is_fused(x, activation, pass)) return activate(norm(x, pass), activation);
  return NormActivateFunction::apply(x, norm.weight, norm.bias, norm.running_mean, norm.running_var,
                                     activation == "relu" ? 0.0 : kLeakySlope);
}

}  // namespace songscape
