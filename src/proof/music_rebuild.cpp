#include "proof/music_rebuild.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <map>

#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/random.h"
#include "midi/tokens.h"
#include "nn/importance_bound.h"
#include "nn/noise.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

constexpr int64_t kAtOnce = 16;

int64_t n_bars_of(std::span<const Token> tokens) { return std::ranges::count(tokens, to_token(TokenKind::bar)); }

// Calls job(first place, tokens of some rows [n, max_tokens] int64).
template <class Job>
void for_batches(const TokenSource& source, std::span<const int64_t> rows, const Job& job) {
  for (size_t first = 0; first < rows.size(); first += kAtOnce) {
    const auto some = rows.subspan(first, std::min<size_t>(kAtOnce, rows.size() - first));
    job(first, read_batch(source, {some.begin(), some.end()}).x.to(at::kLong));
  }
}

std::vector<double> doubles_of(const at::Tensor& t) {
  const at::Tensor values = t.to(at::kCPU, at::kDouble).contiguous();
  return {values.const_data_ptr<double>(), values.const_data_ptr<double>() + values.numel()};
}

void append(std::vector<double>& to, const at::Tensor& values) {
  const std::vector<double> more = doubles_of(values);
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

at::Tensor posterior_means(MusicTransformer& model, const TokenSource& source, std::span<const int64_t> rows) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> means;
  Pass pass;
  for_batches(source, rows, [&](size_t, const at::Tensor& x) { means.push_back(model.encode(x, pass).mean); });
  return at::cat(means);
}

std::vector<GeneratedMusic> play_music(MusicTransformer& model, const at::Tensor& z, std::span<const int64_t> n_bars,
                                       double temperature, uint64_t seed) {
  const auto weights = model.stepper_weights(RowPrecision::f32);
  const at::Tensor places = z.to(at::kCPU, at::kFloat).contiguous();
  const std::vector<Token> prompt{to_token(TokenKind::bos)};
  const int64_t n = places.size(0), most = model.input_shape().front();
  std::vector<GeneratedMusic> all(static_cast<size_t>(n));
  Progress progress("decoding", n, "pieces");
  parallel_for(n, worker_threads(), [&](int64_t i) {
    throw_if_interrupted();
    StepTeam alone(1);
    Random random(seed, stream_id("music", static_cast<uint64_t>(i)));
    const std::span<const float> own{places.const_data_ptr<float>() + i * places.size(1),
                                     static_cast<size_t>(weights->latent_dim())};
    all[static_cast<size_t>(i)] = generate_music(
        weights, own, prompt,
        {.temperature = temperature, .n_bars = n_bars[static_cast<size_t>(i)], .max_tokens = most}, alone, random);
    progress.add(1);
  });
  return all;
}

std::vector<GridSong> decoded_music(MusicTransformer& model, const at::Tensor& z, std::span<const int64_t> n_bars) {
  std::vector<GridSong> music;
  for (const GeneratedMusic& piece : play_music(model, z, n_bars, 0, 0)) music.push_back(from_tokens(piece.tokens));
  return music;
}

std::vector<RebuiltMusic> rebuild_music(MusicTransformer& model, const TokenSource& source,
                                        std::span<const int64_t> rows, const at::Tensor& z) {
  std::vector<RebuiltMusic> all(rows.size());
  std::vector<int64_t> n_bars;
  for (const int64_t row : rows) n_bars.push_back(n_bars_of(source.tokens(row)));
  std::vector<GridSong> rebuilt = decoded_music(model, z, n_bars);
  parallel_for(std::ssize(all), worker_threads(), [&](int64_t i) {
    RebuiltMusic& r = all[static_cast<size_t>(i)];
    r.original = from_tokens(source.tokens(rows[static_cast<size_t>(i)]));
    r.rebuilt = std::move(rebuilt[static_cast<size_t>(i)]);
    r.exact = match_notes(r.original, r.rebuilt, {.by_program = true});
    r.near = match_notes(r.original, r.rebuilt, {.tolerance = kNearOnset, .by_program = true});
  });
  return all;
}

MusicNats nats_of_music(MusicTransformer& model, const TokenSource& source, std::span<const int64_t> rows,
                        int64_t n_samples, uint64_t seed) {
  const at::NoGradGuard no_grad;
  MusicNats all;
  for (const int64_t row : rows) {
    all.n_tokens.push_back(static_cast<double>(source.tokens(row).size() - 1));
    all.n_bars.push_back(static_cast<double>(n_bars_of(source.tokens(row))));
  }
  const bool has_latents = !model.config().language_model;
  Progress progress("nats", static_cast<int64_t>(rows.size()), "windows");
  for_batches(source, rows, [&](size_t first, const at::Tensor& x) {
    Pass pass{.noise = noise_for(seed, "music nats", first)};
    const Posterior q = model.encode(x, pass);
    const auto nats = [&](const at::Tensor& z) {
      const MusicTransformer::TokenNats own = model.token_nats(x, z);
      return sums_of_sequences(own.nats, own.tokens);
    };
    const at::Tensor z = sample(q, pass.noise);
    append(all.reconstruction, nats(z));
    if (has_latents) {
      append(all.kl,
             model.prior().is_standard() ? kl_per_dim(q).sum(1) : log_normal(z, q) - model.prior().log_density(z));
      append(all.from_prior, nats(model.sample_prior(x.size(0), pass)));
      const ImportanceBoundJob job{
          .posterior = q,
          .log_likelihood =
              [&](const at::Tensor& samples) {
                std::vector<at::Tensor> columns;
                for (int64_t s = 0; s < samples.size(1); ++s) columns.push_back(-nats(samples.select(1, s)));
                return at::stack(columns, 1);
              },
          .log_prior =
              [&](const at::Tensor& samples) {
                return model.prior().log_density(samples.flatten(0, 1)).view({samples.size(0), samples.size(1)});
              },
          .n_samples = n_samples,
          .n_at_once = n_samples};
      append(all.bound, -importance_bound(job, pass.noise));
    }
    progress.add(x.size(0));
  });
  if (!has_latents) {
    all.kl.assign(rows.size(), 0);
    all.bound = all.from_prior = all.reconstruction;
  }
  return all;
}

std::vector<KindNats> nats_by_kind(MusicTransformer& model, const TokenSource& source, std::span<const int64_t> rows,
                                   uint64_t seed) {
  const at::NoGradGuard no_grad;
  std::map<TokenKind, KindNats> kinds;
  for_batches(source, rows, [&](size_t first, const at::Tensor& x) {
    Pass pass{.noise = noise_for(seed, "music kinds", first)};
    const MusicTransformer::TokenNats own = model.token_nats(x, sample(model.encode(x, pass), pass.noise));
    const std::vector<double> nats = doubles_of(own.nats), sequence = doubles_of(own.tokens.sequence),
                              place = doubles_of(own.tokens.place);
    for (size_t i = 0; i < nats.size(); ++i) {
      const auto row = static_cast<size_t>(first) + static_cast<size_t>(sequence[i]);
      const TokenKind kind = kind_of(source.tokens(rows[row])[static_cast<size_t>(place[i]) + 1]);
      KindNats& k = kinds[kind];
      k.kind = to_text(kind);
      ++k.n_tokens;
      k.nats += nats[i];
    }
  });
  std::vector<KindNats> all;
  for (auto& [kind, k] : kinds) {
    k.nats /= static_cast<double>(k.n_tokens);
    all.push_back(k);
  }
  return all;
}

}  // namespace songscape
