#include "train/validation.h"

#include <ATen/core/grad_mode.h>

#include "data/sampler.h"
#include "nn/autocast.h"
#include "nn/binarise.h"
#include "nn/noise.h"
#include "train/batch_copier.h"
#include "train/meters.h"
#include "train/prefetch.h"

namespace songscape {

Validation validate(Vae& model, const BatchSource& source, const std::vector<int64_t>& rows,
                    const ValidationOptions& options) {
  at::NoGradGuard no_grad;
  const auto batches = batches_of(rows, options.batch);
  const at::Device device = model.device();
  Prefetcher prefetch(source, in_order(batches, options.labels, device.is_cuda()));
  BatchCopier to_device(device);
  Meters meters;
  CollapseMonitor monitor;
  for (size_t i = 0; i < batches.size(); ++i) {
    Batch batch = to_device(prefetch.take().batch);
    if (options.is_binarised) batch = binarised(batch, noise_for(options.seed, "binarise validation", i, 0, device));
    Pass pass{.is_training = false, .noise = noise_for(options.seed, "validation", i, 0, device)};
    const Autocast bf16(options.is_bf16);
    VaeLoss loss = model.loss(batch, options.beta, pass);
    if (options.agreement) options.agreement->add_to(loss, model, batch, pass);
    meters.add(loss);
    monitor.add(loss.posterior);
    pass.labels = batch.labels;
    const at::Tensor errors = model.errors_from_mean(batch, loss.posterior, pass);
    meters.add("mse_from_mean", errors.mean().item<double>(), batch.size());
  }
  return {meters.means(), meters.mean("mse_from_mean"), monitor.report()};
}

}  // namespace songscape
