#include "bench/steps.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <nlohmann/json.hpp>
#include <numeric>
#include <span>

#include "core/file.h"
#include "core/parallel.h"
#include "core/random.h"
#include "data/array_source.h"
#include "data/synthetic_source.h"
#include "midi/vocabulary.h"
#include "models/music_transformer.h"
#include "models/registry.h"
#include "train/environment.h"
#include "train/prefetch.h"
#include "train/weights.h"

namespace songscape {
namespace {

constexpr uint64_t kSeed = 1;

// Rows of 62 to 126 random tokens, PAD (0) behind.
std::unique_ptr<BatchSource> music_of(int64_t n_rows) {
  constexpr int64_t kTokens = 128;
  Random random(kSeed);
  std::vector<float> tokens(static_cast<size_t>(n_rows * kTokens), 0);
  for (int64_t r = 0; r < n_rows; ++r) {
    const auto length = static_cast<int64_t>(62 + random.below(65));
    for (int64_t i = 0; i < length; ++i)
      tokens[static_cast<size_t>(r * kTokens + i)] = static_cast<float>(1 + random.below(kVocabularySize - 1));
  }
  return std::make_unique<ArraySource>(std::move(tokens), std::vector<int64_t>{kTokens}, "music");
}

std::unique_ptr<BatchSource> songs_of(const StepSpec& spec) {
  if (spec.model == "music_transformer") return music_of(spec.batch);
  return std::make_unique<SyntheticSource>(SyntheticSource::Options{.n_rows = spec.batch});
}

Batch batch_of(const BatchSource& songs) {
  std::vector<int64_t> rows(static_cast<size_t>(songs.n_rows()));
  std::iota(rows.begin(), rows.end(), 0);
  return read_batch(songs, rows);
}

std::unique_ptr<Vae> model_of(const StepSpec& spec, const std::string& settings = {}) {
  return make_model({.name = spec.model,
                     .size = spec.size,
                     .input_shape = songs_of(spec)->item_shape(),
                     .seed = kSeed,
                     .settings = ConfigMap::from_text(spec.settings + settings, "benchmark")});
}

// The same weights without dropout.
double first_error(const StepSpec& spec, const fs::path& folder) {
  const at::NoGradGuard no_grad;
  const bool is_music = spec.model == "music_transformer";
  const auto model = model_of(spec, is_music ? "" : "dropout = 0.0");
  load_weights(*model, folder / "weights.safetensors");
  const Batch batch = batch_of(*songs_of(spec));
  Pass pass{.is_training = true};
  if (is_music)
    return dynamic_cast<MusicTransformer&>(*model)
        .token_nats(batch.x, model->encode(batch.x, pass).mean)
        .nats.mean()
        .item<double>();
  return (model->decode(model->encode(batch.x, pass).mean, pass) - batch.x).square().mean().item<double>();
}

}  // namespace

void write_step_input(const StepSpec& spec, const fs::path& folder) {
  const at::Tensor x = batch_of(*songs_of(spec)).x;
  save_weights(*model_of(spec), folder / "weights.safetensors");
  publish_file(folder / "x.f32", std::string_view(static_cast<const char*>(x.const_data_ptr()), x.nbytes()));
}

BenchSteps::BenchSteps(const StepSpec& spec, const fs::path& folder)
    : songs_(songs_of(spec)), model_((use_threads(worker_threads()), model_of(spec))) {
  if (!folder.empty()) {
    first_error_ = first_error(spec, folder);
    load_weights(*model_, folder / "weights.safetensors");
  }
  steps_ = std::make_unique<TimedSteps>(*model_, *songs_, spec.batch);
}

Json BenchSteps::answer() const {
  return {{"n_parameters", model_->n_parameters()}, {"loss", steps_->loss()}, {"first_error", first_error_}};
}

}  // namespace songscape
