#include "proof/told.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>

#include "core/interrupt.h"
#include "core/random.h"
#include "nn/noise.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

at::Tensor classes_tensor(const Vae& model, ToldClasses classes, int64_t first, int64_t n) {
  if (classes.empty()) return {};
  const at::Tensor t = at::empty({n}, at::kLong);
  std::copy_n(classes.begin() + first, n, t.data_ptr<int64_t>());
  return t.to(model.device());
}

void put(const at::Tensor& from, Matrix& to, int64_t first) {
  const at::Tensor flat = from.to(at::kCPU, at::kFloat).contiguous();
  std::copy_n(flat.const_data_ptr<float>(), flat.numel(), to.values.begin() + first * to.n_cols);
}

template <class OnBatch>
void for_each_batch(const Vae& model, const BatchSource& source, std::span<const int64_t> rows, int64_t batch,
                    const OnBatch& on_batch) {
  at::NoGradGuard no_grad;
  for (int64_t first = 0; first < static_cast<int64_t>(rows.size()); first += batch) {
    throw_if_interrupted();
    const auto some =
        rows.subspan(static_cast<size_t>(first),
                     std::min<size_t>(static_cast<size_t>(batch), rows.size() - static_cast<size_t>(first)));
    on_batch(read_batch(source, {some.begin(), some.end()}).to(model.device()), first);
  }
}

}  // namespace

at::Tensor tensor_of(MatrixView x) {
  const at::Tensor t = at::empty({x.n_rows, x.n_cols}, at::kFloat);
  std::copy_n(x.data, x.n_rows * x.n_cols, t.data_ptr<float>());
  return t;
}

Matrix matrix_of(const at::Tensor& x) {
  const int64_t n = x.size(0);
  Matrix out(n, n > 0 ? x.numel() / n : 0);
  put(x, out, 0);
  return out;
}

Encoded encode_told(Vae& model, const BatchSource& source, std::span<const int64_t> rows, ToldClasses classes,
                    int64_t batch) {
  const auto n = static_cast<int64_t>(rows.size());
  Encoded encoded{Matrix(n, model.latent_dim()), Matrix(n, model.latent_dim())};
  for_each_batch(model, source, rows, batch, [&](const Batch& b, int64_t first) {
    Pass pass{.labels = classes_tensor(model, classes, first, b.size())};
    const Posterior q = model.encode(b.x, pass);
    put(q.mean, encoded.mean, first);
    put(q.log_var, encoded.log_var, first);
  });
  return encoded;
}

Matrix decode_told(Vae& model, MatrixView z, ToldClasses classes, int64_t batch) {
  at::NoGradGuard no_grad;
  check(z.n_cols == model.latent_dim(), "z has the model's latent dimension");
  int64_t n_values = 1;
  for (const int64_t d : model.input_shape()) n_values *= d;
  Matrix out(z.n_rows, n_values);
  for (int64_t first = 0; first < z.n_rows; first += batch) {
    throw_if_interrupted();
    const int64_t n = std::min(batch, z.n_rows - first);
    Pass pass{.labels = classes_tensor(model, classes, first, n)};
    put(model.decode(tensor_of({z.data + first * z.n_cols, n, z.n_cols}).to(model.device()), pass), out, first);
  }
  return out;
}

Reconstruction reconstruct_told(Vae& model, const BatchSource& source, std::span<const int64_t> rows,
                                ToldClasses classes, int64_t batch) {
  const std::vector<int64_t> inferred =
      classes.empty() ? inferred_classes(model, source, rows, batch) : std::vector<int64_t>();
  if (classes.empty()) classes = inferred;
  const auto n = static_cast<int64_t>(rows.size());
  Reconstruction r{Matrix(n, item_size(source)), Matrix(n, item_size(source)), {}};
  for_each_batch(model, source, rows, batch, [&](const Batch& b, int64_t first) {
    Pass pass{.labels = classes_tensor(model, classes, first, b.size())};
    const at::Tensor x_hat = model.decode(model.encode(b.x, pass).mean, pass);
    put(b.x, r.x, first);
    put(x_hat, r.from_mean, first);
    const at::Tensor mse = model.song_errors(b, x_hat).cpu().contiguous();
    r.mse.insert(r.mse.end(), mse.const_data_ptr<float>(), mse.const_data_ptr<float>() + mse.numel());
  });
  return r;
}

std::vector<int64_t> inferred_classes(Vae& model, const BatchSource& source, std::span<const int64_t> rows,
                                      int64_t batch) {
  std::vector<int64_t> classes;
  if (model.n_classes() == 0) return classes;
  for_each_batch(model, source, rows, batch, [&](const Batch& b, int64_t) {
    Pass pass;
    const Matrix scores = matrix_of(model.class_log_scores(b.x, pass));
    for (int64_t i = 0; i < scores.n_rows; ++i)
      classes.push_back(std::max_element(scores.row(i).begin(), scores.row(i).end()) - scores.row(i).begin());
  });
  return classes;
}

Matrix drawn_from_prior(Vae& model, int64_t n, ToldClasses classes, uint64_t seed) {
  at::NoGradGuard no_grad;
  if (!classes.empty()) n = static_cast<int64_t>(classes.size());
  Pass pass{.noise = noise_for(seed, "proof prior"), .labels = classes_tensor(model, classes, 0, n)};
  return matrix_of(model.sample_prior(n, pass));
}

Matrix sampled(const Encoded& encoded, uint64_t seed) {
  Matrix z = encoded.mean;
  Random random(seed, stream_id("proof sample of z"));
  for (size_t i = 0; i < z.values.size(); ++i)
    z.values[i] += static_cast<float>(std::exp(.5 * encoded.log_var.values[i]) * random.normal());
  return z;
}

}  // namespace songscape
