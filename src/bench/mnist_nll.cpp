#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/idx_file.h"
#include "bench/mnist.h"
#include "bench/trial.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/text.h"
#include "nn/binarise.h"
#include "nn/importance_bound.h"
#include "nn/noise.h"
#include "run/threads.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

constexpr int64_t kEpochs = 500, kBatch = 100, kSamples = 5000, kRowsAtOnce = 20, kRowsASave = 500;
constexpr double kGoal = 87.3, kPublished = 86.76;
constexpr const char* kBoundsFile = "bounds.json";

std::vector<std::string> settings_of(const PublishedRequest& request, uint64_t seed) {
  std::vector<std::string> settings = {"widths=[200,200]",
                                       "latent_dim=50",
                                       "activation=tanh",
                                       "norm=none",
                                       "dropout=0",
                                       "frame_pool=1",
                                       "likelihood.kind=bernoulli",
                                       "likelihood.effective_dims=false",
                                       "initial_log_var=0",
                                       "loss.schedule=constant",
                                       "train.binarise=true",
                                       "train.lr=1e-3",
                                       "train.lr_schedule=cosine",
                                       "train.precision=f32",
                                       "train.patience=0"};
  settings.push_back("train.batch=" + std::to_string(kBatch));
  settings.push_back("train.epochs=" + std::to_string(request.n_epochs > 0 ? request.n_epochs : kEpochs));
  settings.push_back("train.seed=" + std::to_string(seed));
  settings.push_back("train.threads=" + std::to_string(request.n_threads));
  return settings;
}

// log p(x|z) of binary x [batch, 28, 28] for z [batch, n, latent_dim], [batch, n].
at::Tensor log_likelihood(Vae& model, const at::Tensor& x, const at::Tensor& z) {
  Pass pass;
  const int64_t batch = z.size(0), n = z.size(1);
  const at::Tensor p = model.decode(z.reshape({batch * n, z.size(2)}), pass).view({batch, n, -1});
  // p where x is 1, 1 − p where it is 0; not nearer to 0 than in training.
  return (p + (x.flatten(1).unsqueeze(1) - 1)).abs_().clamp_min_(1e-6).log_().sum(2);
}

// −bound of each test image, drawn 0 or 1 once; saved now and then, so that it can go on.
std::vector<double> test_bounds(Vae& model, const ArraySource& test, const fs::path& folder) {
  const at::NoGradGuard no_grad;
  std::vector<double> nll;
  if (fs::exists(folder / kBoundsFile)) nll = read_json(folder / kBoundsFile).get<std::vector<double>>();
  const int64_t n_left = test.n_rows() - static_cast<int64_t>(nll.size());
  Progress progress("importance-weighted bound", n_left, "images");
  while (static_cast<int64_t>(nll.size()) < test.n_rows()) {
    const auto first = static_cast<int64_t>(nll.size());
    std::vector<int64_t> rows;
    for (int64_t i = first; i < std::min(first + kRowsAtOnce, test.n_rows()); ++i) rows.push_back(i);
    const Batch batch = binarised(read_batch(test, rows), noise_for(0, "binarise test", static_cast<uint64_t>(first)));
    Pass pass;
    const Posterior q = model.encode(batch.x, pass);
    at::Generator noise = noise_for(0, "importance bound", static_cast<uint64_t>(first));
    const at::Tensor bound =
        importance_bound({.posterior = q,
                          .log_likelihood = [&](const at::Tensor& z) { return log_likelihood(model, batch.x, z); },
                          .n_samples = kSamples,
                          .n_at_once = 50},
                         noise);
    for (int64_t i = 0; i < bound.size(0); ++i) nll.push_back(-bound[i].item<double>());
    progress.add(static_cast<int64_t>(rows.size()));
    if (nll.size() % kRowsASave == 0) write_json(folder / kBoundsFile, nll);
    throw_if_interrupted();
  }
  return nll;
}

Json run_trial(const PublishedRequest& request, uint64_t seed, const ArraySource& train, const ArraySource& test) {
  const fs::path folder = request.output / ("s" + std::to_string(seed));
  if (Json done = finished_result(folder); !done.is_null()) return done;
  make_folder(folder);
  log_info("mnist_nll, seed " + std::to_string(seed));
  Split split;
  for (int64_t i = 0; i < train.n_rows(); ++i) split.train.push_back(i);
  const TrainedTrial trained = train_trial({folder, "basic_vae", settings_of(request, seed)}, train, split);
  const std::vector<double> nll = test_bounds(*trained.model, test, folder);
  const Json result = {{"seed", seed}, {"nll", spread_of(nll).mean}, {"minutes", trained.wall_sec / 60}};
  save_result(folder, result);
  log_info("test NLL " + format_number(result["nll"].get<double>(), 5) + " nats");
  return result;
}

ArraySource digits(const fs::path& folder, const char* part) {
  return {read_mnist(folder, part).images, {28, 28}, std::string("mnist ") + part};
}

}  // namespace

PublishedResult bench_mnist_nll(const PublishedRequest& request) {
  set_compute_threads(request.n_threads);
  const ArraySource train = digits(request.data, "train"), test = digits(request.data, "t10k");
  PublishedResult result{{{"name", "ours", "peer", "peer_name", "ratio", "goal", "is_met", "deviation", "least", "most",
                           "seeds", "minutes"},
                          {}},
                         {{"seed", "nll", "minutes"}, {}}};
  std::vector<double> nll, minutes;
  for (int64_t i = 0; i < request.n_seeds; ++i) {
    const Json t = run_trial(request, request.first_seed + static_cast<uint64_t>(i), train, test);
    nll.push_back(t.at("nll").get<double>());
    minutes.push_back(t.at("minutes").get<double>());
    result.trials.add({t.at("seed").get<int64_t>(), nll.back(), minutes.back()});
  }
  const Spread ours = spread_of(nll);
  result.summary.add({std::string("mnist_nll"), ours.mean, kPublished, std::string("VAE, Burda et al. 2016"),
                      ours.mean / kPublished, kGoal, ours.mean <= kGoal, ours.deviation, ours.least, ours.most,
                      request.n_seeds, spread_of(minutes).mean});
  return result;
}

}  // namespace songscape
