#include "create/latent_space.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/random.h"
#include "data/sampler.h"
#include "nn/noise.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

constexpr int64_t kBatch = 16;

at::Tensor to_tensor(std::span<const int64_t> labels) {
  if (labels.empty()) return {};
  const at::Tensor out = at::empty({static_cast<int64_t>(labels.size())}, at::kLong);
  std::copy(labels.begin(), labels.end(), out.data_ptr<int64_t>());
  return out;
}

at::Tensor to_tensor(MatrixView x) {
  const at::Tensor out = at::empty({x.n_rows, x.n_cols}, at::kFloat);
  std::copy_n(x.data, x.n_rows * x.n_cols, out.data_ptr<float>());
  return out;
}

at::Tensor on(at::Device device, const at::Tensor& labels) { return labels.defined() ? labels.to(device) : labels; }

void put(const at::Tensor& from, Matrix& to, int64_t first) {
  const at::Tensor flat = from.to(at::kCPU, at::kFloat).contiguous();
  std::copy_n(flat.const_data_ptr<float>(), flat.numel(), to.values.begin() + first * to.n_cols);
}

// The labels of some rows, or none where one is unknown.
at::Tensor known_labels(const RunData& data, const std::vector<int64_t>& rows) {
  std::vector<int64_t> labels;
  for (const int64_t row : rows) labels.push_back(data.labels[static_cast<size_t>(row)]);
  const bool all_known = std::all_of(labels.begin(), labels.end(), [](int64_t c) { return c >= 0; });
  return data.is_conditional() && all_known ? to_tensor(labels) : at::Tensor();
}

}  // namespace

EncodedRows encode_places(RunData& data, std::span<const int64_t> rows) {
  at::NoGradGuard no_grad;
  Vae& model = *data.run.model;
  const auto n = static_cast<int64_t>(rows.size());
  EncodedRows encoded{Matrix(n, model.latent_dim()), Matrix(n, model.latent_dim())};
  int64_t first = 0;
  for (const auto& some : batches_of({rows.begin(), rows.end()}, kBatch)) {
    throw_if_interrupted();
    Pass pass;
    pass.labels = on(model.device(), known_labels(data, some));
    const Posterior q = model.encode(read_batch(*data.source, some).x.to(model.device()), pass);
    put(q.mean, encoded.mean, first);
    put(q.log_var.exp(), encoded.variance, first);
    first += static_cast<int64_t>(some.size());
  }
  return encoded;
}

AggregatePosterior aggregate_posterior(RunData& data, int64_t n_rows) {
  const auto n_train = static_cast<int64_t>(data.train_rows.size());
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < std::min(n_rows, n_train); ++i)
    rows.push_back(data.train_rows[static_cast<size_t>(i * n_train / std::min(n_rows, n_train))]);
  const EncodedRows encoded = encode_places(data, rows);
  AggregatePosterior out;
  const auto n = static_cast<double>(rows.size());
  for (int64_t d = 0; d < encoded.mean.n_cols; ++d) {
    double sum = 0, squares = 0, own = 0;
    for (int64_t i = 0; i < encoded.mean.n_rows; ++i) {
      const double mean = encoded.mean(i, d);
      sum += mean, squares += mean * mean, own += encoded.variance(i, d);
    }
    out.mean.push_back(sum / n);
    out.deviation.push_back(std::sqrt(std::max(0.0, squares / n - sum / n * sum / n) + own / n));
  }
  return out;
}

int64_t class_of_row(RunData& data, int64_t row) {
  if (!data.is_conditional()) return -1;
  if (const int64_t known = data.labels[static_cast<size_t>(row)]; known >= 0) return known;
  at::NoGradGuard no_grad;
  Pass pass;
  Vae& model = *data.run.model;
  return model.class_log_scores(read_batch(*data.source, {row}).x.to(model.device()), pass).argmax(1).item<int64_t>();
}

Matrix decode_places(RunData& data, MatrixView z, std::span<const int64_t> labels) {
  at::NoGradGuard no_grad;
  Vae& model = *data.run.model;
  check(z.n_cols == model.latent_dim(), "z has the model's latent dimension");
  check(data.is_conditional() ? static_cast<int64_t>(labels.size()) == z.n_rows : labels.empty(),
        "a conditional model decodes a label a row, another none");
  int64_t n_values = 1;
  for (const int64_t size : model.input_shape()) n_values *= size;
  Matrix out(z.n_rows, n_values);
  for (int64_t first = 0; first < z.n_rows; first += kBatch) {
    const int64_t n = std::min(kBatch, z.n_rows - first);
    Pass pass;
    if (!labels.empty())
      pass.labels = on(model.device(), to_tensor(labels.subspan(static_cast<size_t>(first), static_cast<size_t>(n))));
    const at::Tensor places = to_tensor(MatrixView{z.data + first * z.n_cols, n, z.n_cols});
    put(model.decode(places.to(model.device()), pass), out, first);
  }
  return out;
}

Matrix sample_prior_places(RunData& data, int64_t n, std::span<const int64_t> labels, uint64_t seed) {
  at::NoGradGuard no_grad;
  Pass pass;
  pass.noise = noise_for(seed, "generate");
  pass.labels = on(data.run.model->device(), to_tensor(labels));
  Matrix z(n, data.run.model->latent_dim());
  put(data.run.model->sample_prior(n, pass), z, 0);
  return z;
}

int64_t n_components(const RunData& data) {
  const auto mixture = data.run.model->mixture();
  return mixture ? mixture->mean.size(0) : 0;
}

Matrix sample_component(const RunData& data, int64_t component, int64_t n, uint64_t seed) {
  const auto mixture = data.run.model->mixture();
  check(mixture && component >= 0 && component < mixture->mean.size(0), "the mixture has the component");
  const auto row = [&](const at::Tensor& values) {
    Matrix out(1, values.size(1));
    put(values.detach().select(0, component), out, 0);
    return out;
  };
  const Matrix mean = row(mixture->mean), log_var = row(mixture->log_var);
  Random random(seed, stream_id("component", static_cast<uint64_t>(component)));
  Matrix z(n, mean.n_cols);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t d = 0; d < z.n_cols; ++d)
      z(i, d) = static_cast<float>(mean(0, d) + std::exp(0.5 * log_var(0, d)) * random.normal());
  return z;
}

}  // namespace songscape
