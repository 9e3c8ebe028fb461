#include "train/inference.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>

#include "data/sampler.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

void put(const at::Tensor& from, Matrix& to, int64_t first) {
  const at::Tensor flat = from.to(at::kCPU, at::kFloat).contiguous();
  std::copy_n(flat.const_data_ptr<float>(), flat.numel(), to.values.begin() + first * to.n_cols);
}

template <class OnBatch>
void for_each_batch(const Vae& model, const BatchSource& source, std::span<const int64_t> rows, int64_t batch,
                    const OnBatch& on_batch) {
  at::NoGradGuard no_grad;
  const auto batches = batches_of({rows.begin(), rows.end()}, batch);
  Prefetcher ahead(source, in_order(batches));
  for (int64_t first = 0; ahead.has_more();) {
    const Batch some = ahead.take().batch.to(model.device());
    on_batch(some, first);
    first += some.size();
  }
}

}  // namespace

at::Tensor encode_means(Vae& model, const BatchSource& source, const std::vector<int64_t>& rows, int64_t batch) {
  at::Tensor means = at::empty({static_cast<int64_t>(rows.size()), model.latent_dim()}, at::kFloat);
  for_each_batch(model, source, rows, batch, [&](const Batch& b, int64_t first) {
    Pass pass;
    means.narrow(0, first, b.size()).copy_(model.encode(b.x, pass).mean);
  });
  return means;
}

Encoded encode_rows(Vae& model, const BatchSource& source, std::span<const int64_t> rows, int64_t batch) {
  const auto n = static_cast<int64_t>(rows.size());
  Encoded encoded{Matrix(n, model.latent_dim()), Matrix(n, model.latent_dim())};
  for_each_batch(model, source, rows, batch, [&](const Batch& b, int64_t first) {
    Pass pass;
    const Posterior q = model.encode(b.x, pass);
    put(q.mean, encoded.mean, first);
    put(q.log_var, encoded.log_var, first);
  });
  return encoded;
}

Matrix decode_rows(Vae& model, MatrixView z, int64_t batch) {
  at::NoGradGuard no_grad;
  check(z.n_cols == model.latent_dim(), "z has the model's latent dimension");
  int64_t n_values = 1;
  for (const int64_t d : model.input_shape()) n_values *= d;
  Matrix out(z.n_rows, n_values);
  for (int64_t first = 0; first < z.n_rows; first += batch) {
    const int64_t n = std::min(batch, z.n_rows - first);
    const at::Tensor some = at::empty({n, z.n_cols}, at::kFloat);
    std::copy_n(z.data + first * z.n_cols, n * z.n_cols, some.data_ptr<float>());
    Pass pass;
    put(model.decode(some.to(model.device()), pass), out, first);
  }
  return out;
}

Reconstruction reconstruct_rows(Vae& model, const BatchSource& source, std::span<const int64_t> rows, int64_t batch) {
  const auto n = static_cast<int64_t>(rows.size());
  Reconstruction r{Matrix(n, item_size(source)), Matrix(n, item_size(source)), {}};
  for_each_batch(model, source, rows, batch, [&](const Batch& b, int64_t first) {
    Pass pass;
    const at::Tensor x_hat = model.decode(model.encode(b.x, pass).mean, pass);
    put(b.x, r.x, first);
    put(x_hat, r.from_mean, first);
    const at::Tensor mse = model.song_errors(b, x_hat).cpu().contiguous();
    r.mse.insert(r.mse.end(), mse.const_data_ptr<float>(), mse.const_data_ptr<float>() + mse.numel());
  });
  return r;
}

std::vector<float> reconstruction_mse(Vae& model, const BatchSource& source, std::span<const int64_t> rows,
                                      int64_t batch) {
  std::vector<float> all;
  for_each_batch(model, source, rows, batch, [&](const Batch& b, int64_t) {
    Pass pass;
    const at::Tensor mse = model.errors_from_mean(b, model.encode(b.x, pass), pass).cpu().contiguous();
    all.insert(all.end(), mse.const_data_ptr<float>(), mse.const_data_ptr<float>() + mse.numel());
  });
  return all;
}

}  // namespace songscape
