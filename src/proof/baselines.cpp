#include "proof/baselines.h"

#include <algorithm>

#include "core/parallel.h"

namespace songscape {
namespace {

std::vector<int64_t> some_clips(const ProofSongs& songs, int64_t most) {
  const std::vector<int64_t> clips = songs.middle_clips();
  const auto n = static_cast<int64_t>(clips.size());
  if (n <= most) return clips;
  std::vector<int64_t> out;
  for (int64_t i = 0; i < most; ++i) out.push_back(clips[static_cast<size_t>(i * n / most)]);
  return out;
}

Pca fit(const ProofSongs& train, int64_t n_components) {
  const std::vector<int64_t> clips = some_clips(train, Baselines::kMostPcaClips);
  Matrix x(static_cast<int64_t>(clips.size()), kMelValues);
  parallel_for(x.n_rows, worker_threads(),
               [&](int64_t i) { train.library->read_mel(clips[static_cast<size_t>(i)], x.row(i)); });
  return fit_pca(x, n_components);
}

// Each band's mean over the clip's valid frames, in every frame.
void put_band_means(std::span<const float> mel, int64_t n_valid, std::span<float> out) {
  for (int64_t b = 0; b < kMelBands; ++b) {
    double sum = 0;
    for (int64_t t = 0; t < n_valid; ++t) sum += mel[static_cast<size_t>(b * kMelFrames + t)];
    std::fill_n(out.begin() + b * kMelFrames, kMelFrames, static_cast<float>(sum / static_cast<double>(n_valid)));
  }
}

}  // namespace

Baselines::Baselines(const ProofSongs& train, int64_t n_components) : pca_(fit(train, n_components)) {}

std::vector<std::string> Baselines::names() const {
  return {"global mean", "own band means", "PCA-" + std::to_string(pca_.components.n_rows)};
}

std::vector<Matrix> Baselines::reconstruct(MatrixView x, const std::vector<int64_t>& n_valid_frames) const {
  Matrix mean(x.n_rows, x.n_cols), bands(x.n_rows, x.n_cols);
  for (int64_t i = 0; i < x.n_rows; ++i) {
    std::copy(pca_.mean.begin(), pca_.mean.end(), mean.row(i).begin());
    put_band_means(x.row(i), n_valid_frames[static_cast<size_t>(i)], bands.row(i));
  }
  return {std::move(mean), std::move(bands), pca_.inverse_transform(pca_.transform(x))};
}

}  // namespace songscape
