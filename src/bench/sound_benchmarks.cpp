// Magnitudes, or mels, in memory → sound.
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "audio/mel_filters.h"
#include "audio/mel_to_audio.h"
#include "bench/inputs.h"
#include "bench/judging.h"
#include "bench/spectra.h"
#include "core/parallel.h"
#include "data/npy.h"

namespace songscape {
namespace {

constexpr int64_t kClips = 4;

// input.npy: a row a clip.
void write_described(const fs::path& folder, double scale,
                     const std::function<std::vector<float>(std::span<const float>)>& describe) {
  write_clips(folder, scaled(kClips, scale));
  const Matrix clips = read_npy_matrix(folder / "clips.npy");
  Matrix input;
  for (int64_t i = 0; i < clips.n_rows; ++i) {
    const std::vector<float> row = describe(clips.row(i));
    input.n_cols = static_cast<int64_t>(row.size());
    input.values.insert(input.values.end(), row.begin(), row.end());
    ++input.n_rows;
  }
  write_npy(folder / "input.npy", input);
}

BenchJob job_of(const fs::path& folder, std::function<std::vector<float>(std::span<const float>)> sound_of) {
  const auto input = std::make_shared<const Matrix>(read_npy_matrix(folder / "input.npy"));
  const auto sounds = std::make_shared<std::vector<std::vector<float>>>();
  return {.run =
              [input, sounds, sound_of = std::move(sound_of)] {
                sounds->clear();
                for (int64_t i = 0; i < input->n_rows; ++i) sounds->push_back(sound_of(input->row(i)));
              },
          .answer =
              [folder, sounds] {
                Matrix all(static_cast<int64_t>(sounds->size()), static_cast<int64_t>(sounds->front().size()));
                for (int64_t i = 0; i < all.n_rows; ++i)
                  std::ranges::copy((*sounds)[static_cast<size_t>(i)], all.row(i).begin());
                write_npy(folder / kOurFile, all);
                return Json::object();
              }};
}

MelClip clip_of(std::span<const float> mel) {
  return {.mel = mel, .reference_db = static_cast<float>(10 * std::log10(kFullScaleMelPower))};
}

BenchJob prepare_griffin_lim(const fs::path& folder) {
  return job_of(folder, [](std::span<const float> magnitudes) {
    return griffin_lim(magnitudes, kNumFrames, {.n_threads = worker_threads()});
  });
}

BenchJob prepare_mel_to_audio(const fs::path& folder) {
  return job_of(folder, [](std::span<const float> mel) {
    return mel_to_audio(clip_of(mel), {.n_threads = worker_threads()}).samples;
  });
}

template <class Measure>
Judgement judge_convergence(const fs::path& folder, const std::string& figure, const Measure& measure) {
  const Matrix input = read_npy_matrix(folder / "input.npy");
  const BothResults results = read_results(folder);
  const auto mean = [&](const Matrix& sounds) {
    double sum = 0;
    for (int64_t i = 0; i < sounds.n_rows; ++i) sum += measure(sounds.row(i), input.row(i));
    return sum / static_cast<double>(sounds.n_rows);
  };
  return judge_not_above(figure, mean(results.ours), mean(results.peer), 0.005);
}

Judgement judge_griffin_lim(const fs::path& folder, const Json&, const Json&) {
  return judge_convergence(folder, "spectral convergence", spectral_convergence);
}

Judgement judge_mel_to_audio(const fs::path& folder, const Json&, const Json&) {
  return judge_convergence(folder, "convergence of the mel",
                           [](auto sound, auto mel) { return mel_convergence(sound, clip_of(mel)); });
}

}  // namespace

std::vector<Benchmark> sound_benchmarks() {
  const auto write_mels = [](const fs::path& folder, double scale) {
    write_described(folder, scale, [](auto samples) { return mel_image(MelFilters(), samples); });
  };
  const auto write_magnitudes = [](const fs::path& folder, double scale) {
    write_described(folder, scale, magnitudes_of);
  };
  return {{.name = "griffin_lim",
           .job = "the magnitudes of 4 clips of 30 s → sound, by 32 iterations of fast Griffin-Lim",
           .equality = "spectral convergence to the given magnitudes, lower is better: ours at most .005 above",
           .is_single_threaded = true,
           .peers = {{"librosa", 6, "librosa_griffin_lim.py", {"{threads}", "magnitudes", "{folder}"}}},
           .write_input = write_magnitudes,
           .prepare = prepare_griffin_lim,
           .judge = judge_griffin_lim},
          {.name = "mel_to_audio",
           .job = "the mels of 4 clips of 30 s → sound: inverse mel and 32 iterations of Griffin-Lim",
           .equality = "convergence of the sound's mel to the given mel, lower is better: ours at most .005 above",
           .is_single_threaded = true,
           .peers = {{"librosa", 25, "librosa_griffin_lim.py", {"{threads}", "mel", "{folder}"}}},
           .write_input = write_mels,
           .prepare = prepare_mel_to_audio,
           .judge = judge_mel_to_audio}};
}

}  // namespace songscape
