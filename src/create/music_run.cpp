#include "create/music_run.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "data/sampler.h"
#include "models/music_tokens.h"
#include "nn/noise.h"
#include "run/find_song.h"
#include "run/music_training.h"
#include "run/run_config.h"
#include "train/prefetch.h"

namespace songscape {
namespace {

constexpr int64_t kRowsAtOnce = 16;

void put(const at::Tensor& from, Matrix& to, int64_t first) {
  const at::Tensor flat = from.detach().to(at::kCPU, at::kFloat).contiguous();
  std::copy_n(flat.const_data_ptr<float>(), flat.numel(), to.values.begin() + first * to.n_cols);
}

}  // namespace

MusicRun::MusicRun(const std::filesystem::path& run, std::string library)
    : run_(open_run(run)),
      model_(dynamic_cast<MusicTransformer*>(run_.model.get())),
      settings_(read_run_config(run).settings),
      library_name_(std::move(library)) {
  if (model_ == nullptr)
    fail(ExitCode::usage, {.what = "composing needs a model of MIDI",
                           .where = escape_for_terminal(run.string()),
                           .seen = run_.model_name,
                           .wanted = "music_transformer",
                           .fix = "songscape train music_transformer --library L, of MIDI files"});
}

MusicWindow MusicRun::window() const {
  const MusicTransformerConfig& config = model_->config();
  return {static_cast<int>(config.bars), config.input_shape.front(), config.chords};
}

const TokenSource& MusicRun::windows() {
  if (windows_) return *windows_;
  library_ = open_library_of(run_, library_name_);
  TokenWindows windows = windows_of(settings_);
  windows.hop_bars = windows.n_bars;
  windows_ = std::make_unique<TokenSource>(library_, windows);
  return *windows_;
}

std::vector<int64_t> MusicRun::rows_of_song(const std::string& name) {
  const TokenSource& all = windows();
  const int64_t song = find_song(*library_, name);
  std::vector<int64_t> rows = all.rows_of(std::vector<int64_t>{song});
  if (rows.empty())
    fail(ExitCode::usage, {.what = "the song has no bars with two notes that the model would read",
                           .where = {},
                           .seen = escape_for_terminal(library_->song(song).path),
                           .wanted = "a MIDI song of the library",
                           .fix = {}});
  return rows;
}

std::vector<int64_t> MusicRun::training_rows(int64_t n) {
  const TokenSource& all = windows();
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < all.n_rows(); ++row)
    if (run_.train_keys.contains(all.row_key(row))) rows.push_back(row);
  if (rows.empty())
    for (int64_t row = 0; row < all.n_rows(); ++row) rows.push_back(row);
  const auto n_rows = std::ssize(rows), n_taken = std::min<int64_t>(n, n_rows);
  std::vector<int64_t> some;
  for (int64_t i = 0; i < n_taken; ++i) some.push_back(rows[static_cast<size_t>(i * n_rows / n_taken)]);
  return some;
}

std::string MusicRun::song_title(int64_t row) { return std::string(library_->song(windows().song_of(row)).path); }

Matrix MusicRun::means(const std::vector<int64_t>& rows) {
  const at::NoGradGuard no_grad;
  Matrix means(std::ssize(rows), model_->latent_dim());
  int64_t first = 0;
  for (const auto& some : batches_of(rows, kRowsAtOnce)) {
    Pass pass;
    put(model_->encode(read_batch(windows(), some).x.to(model_->device()), pass).mean, means, first);
    first += std::ssize(some);
  }
  return means;
}

Matrix MusicRun::sample_prior(int64_t n, const AskedMusic& asked, uint64_t seed) {
  const at::NoGradGuard no_grad;
  Matrix z(n, model_->latent_dim());
  Pass pass{.noise = noise_for(seed, "compose")};
  if (asked.is_empty() || !knows_context()) {
    put(model_->sample_prior(n, pass), z, 0);
    return z;
  }
  const std::vector<int64_t> known = training_rows(1000);
  Random random(seed, stream_id("context"));
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < n; ++i) rows.push_back(known[static_cast<size_t>(random.below(std::ssize(known)))]);
  const at::Tensor context = context_of_music(read_batch(windows(), rows).x.to(at::kLong));
  const std::optional<int> parts[] = {asked.time_signature, asked.key, asked.tempo};
  for (int64_t part = 0; part < 3; ++part)
    if (parts[part]) context.select(1, part).fill_(*parts[part]);
  put(model_->prior().sample_given(context.to(model_->device()), pass.noise), z, 0);
  return z;
}

}  // namespace songscape
