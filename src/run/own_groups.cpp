#include "run/own_groups.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>

#include <numeric>

#include "data/sampler.h"
#include "run/run_rows.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

constexpr int64_t kBatch = 16;

std::vector<int32_t> argmax_of(const at::Tensor& scores) {
  const at::Tensor best = scores.argmax(1).cpu().contiguous();
  return {best.const_data_ptr<int64_t>(), best.const_data_ptr<int64_t>() + best.numel()};
}

std::vector<int32_t> likeliest_components(const LatentMixture& mixture, const Matrix& z) {
  const at::Tensor rows = at::from_blob(const_cast<float*>(z.values.data()), {z.n_rows, z.n_cols}, at::kFloat);
  return argmax_of(log_responsibilities(mixture, rows.to(mixture.mean.device())));
}

std::vector<int32_t> inferred_classes(const OpenRun& run, const std::shared_ptr<const LibraryIndex>& library) {
  Vae& model = *run.model;
  const RunRows rows = rows_of_run(run, library);
  at::Tensor scores = at::zeros({library->n_songs(), model.n_classes()}, at::kFloat);
  std::vector<int64_t> all(static_cast<size_t>(rows.source->n_rows()));
  std::iota(all.begin(), all.end(), int64_t{0});
  for (const auto& some : batches_of(all, kBatch)) {
    Pass pass;
    const at::Tensor told = model.class_log_scores(read_batch(*rows.source, some).x.to(model.device()), pass).cpu();
    for (size_t i = 0; i < some.size(); ++i)
      scores[rows.is_by_song ? some[i] : library->clip(some[i]).song].add_(told[static_cast<int64_t>(i)]);
  }
  return argmax_of(scores);
}

}  // namespace

std::vector<OwnGroups> own_groups(OpenRun& run, const std::shared_ptr<const LibraryIndex>& library,
                                  const SongLatents& latents) {
  const at::NoGradGuard no_grad;
  std::vector<OwnGroups> groups;
  if (const auto mixture = run.model->mixture())
    groups.push_back({kMixture, mixture->log_weight.size(0), likeliest_components(*mixture, latents.songs)});
  if (run.model->n_classes() > 0) groups.push_back({kInferred, run.model->n_classes(), inferred_classes(run, library)});
  return groups;
}

}  // namespace songscape
