// Clips in memory → spectra, mel, or the 39 features.
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "audio/features.h"
#include "audio/mel_filters.h"
#include "audio/stft.h"
#include "bench/inputs.h"
#include "bench/judging.h"
#include "bench/spectra.h"
#include "core/text.h"
#include "data/npy.h"

namespace songscape {
namespace {

constexpr int64_t kClips = 10;
constexpr int64_t kMelSize = int64_t{kNumMels} * kNumFrames;

void write_input(const fs::path& folder, double scale) { write_clips(folder, scaled(kClips, scale)); }

// Each clip to a row of n_columns values by `describe`.
BenchJob job_of(const fs::path& folder, int64_t n_columns,
                std::function<void(std::span<const float>, std::span<float>)> describe) {
  const auto clips = std::make_shared<const Matrix>(read_npy_matrix(folder / "clips.npy"));
  const auto results = std::make_shared<Matrix>(clips->n_rows, n_columns);
  return {.run =
              [clips, results, describe = std::move(describe)] {
                for (int64_t i = 0; i < clips->n_rows; ++i) describe(clips->row(i), results->row(i));
              },
          .answer =
              [folder, results] {
                write_npy(folder / kOurFile, *results);
                return Json::object();
              }};
}

// Each clip in turn to the same place, [1025 × 1293] at the end.
BenchJob prepare_spectra(const fs::path& folder) {
  constexpr int kBlocks = (kNumFrames + kLanes - 1) / kLanes;
  const auto clips = std::make_shared<const Matrix>(read_npy_matrix(folder / "clips.npy"));
  const auto power = std::make_shared<std::vector<Lanes>>(size_t{kBlocks} * kNumBins);
  return {.run =
              [clips, power] {
                for (int64_t i = 0; i < clips->n_rows; ++i) {
                  PowerStft stft(clips->row(i));
                  for (int b = 0; b < kBlocks; ++b) stft.transform(b * kLanes, power->data() + b * kNumBins);
                }
              },
          .answer =
              [folder, power] {
                Matrix last(kNumBins, kNumFrames);
                for (int k = 0; k < kNumBins; ++k)
                  for (int t = 0; t < kNumFrames; ++t)
                    last(k, t) = (*power)[static_cast<size_t>(t / kLanes * kNumBins + k)][t % kLanes];
                write_npy(folder / kOurFile, last);
                return Json::object();
              }};
}

Judgement judge_spectra(const fs::path& folder, const Json&, const Json&) {
  BothResults r = read_results(folder);
  const float greatest = *std::ranges::max_element(r.peer.values);
  for (Matrix* m : {&r.ours, &r.peer})
    for (float& v : m->values) v /= greatest;
  return judge_difference(r, 1e-5, "of the greatest power");
}

BenchJob prepare_mel(const fs::path& folder) {
  return job_of(folder, kMelSize, [filters = std::make_shared<const MelFilters>()](auto samples, auto out) {
    std::ranges::copy(mel_image(*filters, samples), out.begin());
  });
}

BenchJob prepare_features(const fs::path& folder) {
  const auto extractor = std::make_shared<const FeatureExtractor>(MelReference::full_scale);
  return job_of(folder, kNumFeatures, [extractor](auto samples, auto out) {
    std::ranges::copy(extractor->extract(samples).features, out.begin());
  });
}

Judgement judge_mel(const fs::path& folder, const Json&, const Json&) {
  return judge_difference(read_results(folder), 1e-3, "on [0, 1]");
}

// Each column over the peer's root mean square of it.
Judgement judge_features(const fs::path& folder, const Json&, const Json&) {
  BothResults r = read_results(folder);
  for (int64_t j = 0; j < r.peer.n_cols; ++j) {
    double squares = 0;
    for (int64_t i = 0; i < r.peer.n_rows; ++i) squares += double{r.peer(i, j)} * double{r.peer(i, j)};
    const auto unit = static_cast<float>(std::sqrt(squares / static_cast<double>(r.peer.n_rows)));
    for (Matrix* m : {&r.ours, &r.peer})
      for (int64_t i = 0; i < m->n_rows && unit > 0; ++i) (*m)(i, j) /= unit;
  }
  return judge_difference(r, 1e-3, "of a feature's root mean square");
}

}  // namespace

std::vector<Benchmark> clip_benchmarks() {
  return {
      {.name = "spectra",
       .job = "10 clips of 30 s at 22,050 Hz → power spectra (2048 samples, 512 apart)",
       .equality = "every power within .00001 of the greatest",
       .is_single_threaded = true,
       .peers = {{"PyTorch", 1, "torch_spectra.py", {"{threads}", "{folder}"}}},
       .write_input = write_input,
       .prepare = prepare_spectra,
       .judge = judge_spectra},
      {.name = "mel",
       .job = "10 clips of 30 s at 22,050 Hz → mel spectrograms in dB",
       .equality = "every value of the mel on [0, 1] within .001",
       .is_single_threaded = true,
       .peers = {{"librosa", 5, "librosa_mel.py", {"{threads}", "clips", "{folder}"}}},
       .write_input = write_input,
       .prepare = prepare_mel,
       .judge = judge_mel},
      {.name = "features",
       .job = "10 clips of 30 s at 22,050 Hz → 39 features (MFCC, chroma, spectral shape); ours makes the mel besides",
       .equality = "every feature within .001 of its root mean square over the clips",
       .is_single_threaded = true,
       .peers = {{"librosa", 20, "librosa_39.py", {"{threads}", "{folder}"}}},
       .write_input = write_input,
       .prepare = prepare_features,
       .judge = judge_features}};
}

}  // namespace songscape
