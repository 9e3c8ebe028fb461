// Times the audio features of clips, one thread, processor time; bench/compare_features.py runs it beside librosa.
//
// usage: bench_features [--repeat N] [--out FOLDER] CLIP.f32...
//   CLIP.f32: raw float32 samples at 22,050 Hz.  --out writes NAME.ours.f32: 39 features, then the mel [128 × 1293].
// Prints a line of JSON: milliseconds a clip (the mean of N runs and all clips) for the whole extraction, the
// mel alone, the power spectra alone, the same spectra by LibTorch, and the fingerprint.
#include "audio/features.h"

#include <ATen/Parallel.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/fft_rfft.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/hann_window.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "audio/decibel.h"
#include "audio/fingerprint.h"
#include "audio/mel_filters.h"
#include "audio/stft.h"
#include "core/file.h"

namespace songscape {
namespace {

std::vector<float> read_clip(const fs::path& path) {
  const std::string bytes = read_file(path);
  std::vector<float> samples(std::min<size_t>(bytes.size() / sizeof(float), kClipSamples));
  std::copy_n(bytes.data(), samples.size() * sizeof(float), reinterpret_cast<char*>(samples.data()));
  return samples;
}

double thread_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// The mean over n_runs, after one that does not count.
double mean_ms(int n_runs, const std::function<void()>& job) {
  job();
  const double start = thread_ms();
  for (int run = 0; run < n_runs; ++run) job();
  return (thread_ms() - start) / n_runs;
}

void our_spectra(const std::vector<float>& samples) {
  PowerStft stft(samples);
  const auto power = std::make_unique<Lanes[]>(kNumBins);
  for (int frame = 0; frame < valid_frames(static_cast<int64_t>(samples.size())); frame += kLanes)
    stft.transform(frame, power.get());
}

// What FeatureExtractor does for the mel alone.
void our_mel(const std::vector<float>& samples) {
  static const MelFilters filters;
  std::vector<float> image(size_t{kNumMels} * kNumFrames);
  PowerStft stft(samples);
  const auto power = std::make_unique<Lanes[]>(kNumBins), mel = std::make_unique<Lanes[]>(kNumMels);
  for (int frame = 0; frame < kNumFrames; frame += kLanes) {
    stft.transform(frame, power.get());
    filters.apply(power.get(), mel.get());
    for (int band = 0; band < kNumMels; ++band)
      std::copy_n(mel[band].values, std::min(kLanes, kNumFrames - frame), image.data() + band * kNumFrames + frame);
  }
  to_decibel(image);
  to_unit_range(image, -40, 80);
}

void libtorch_spectra(std::vector<float>& samples) {
  const at::Tensor signal = at::from_blob(samples.data(), {static_cast<int64_t>(samples.size())});
  const at::Tensor frames = at::constant_pad_nd(signal, {kFftSize / 2, kFftSize / 2}).unfold(0, kFftSize, kHopLength);
  at::abs(at::fft_rfft(frames.mul(at::hann_window(kFftSize)))).square_();
}

void write_features(const ClipFeatures& clip, const fs::path& path) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(clip.features.data()), sizeof clip.features);
  out.write(reinterpret_cast<const char*>(clip.mel.data()),
            static_cast<std::streamsize>(clip.mel.size() * sizeof(float)));
}

void run(int n_runs, const fs::path& out, const std::vector<fs::path>& clips) {
  at::set_num_threads(1);
  const FeatureExtractor extractor(MelReference::full_scale);
  double extract_ms = 0, mel_ms = 0, spectra_ms = 0, libtorch_ms = 0, fingerprint_ms = 0;
  for (const fs::path& path : clips) {
    auto samples = read_clip(path);
    ClipFeatures clip;
    extract_ms += mean_ms(n_runs, [&] { clip = extractor.extract(samples); });
    mel_ms += mean_ms(n_runs, [&] { our_mel(samples); });
    spectra_ms += mean_ms(n_runs, [&] { our_spectra(samples); });
    libtorch_ms += mean_ms(n_runs, [&] { libtorch_spectra(samples); });
    fingerprint_ms += mean_ms(n_runs, [&] { make_fingerprint(samples); });
    if (!out.empty()) write_features(clip, out / (path.stem().string() + ".ours.f32"));
  }
  const auto n = static_cast<double>(clips.size());
  std::cout << nlohmann::json{{"extract_ms", extract_ms / n},
                              {"mel_ms", mel_ms / n},
                              {"spectra_ms", spectra_ms / n},
                              {"libtorch_spectra_ms", libtorch_ms / n},
                              {"fingerprint_ms", fingerprint_ms / n}}
            << '\n';
}

}  // namespace
}  // namespace songscape

int main(int argc, char** argv) {
  int n_runs = 5;
  songscape::fs::path out;
  std::vector<songscape::fs::path> clips;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--repeat" && i + 1 < argc) {
      n_runs = std::max(1, std::atoi(argv[++i]));
    } else if (argument == "--out" && i + 1 < argc) {
      out = argv[++i];
    } else {
      clips.emplace_back(argument);
    }
  }
  if (clips.empty()) {
    std::cerr << "usage: bench_features [--repeat N] [--out FOLDER] CLIP.f32...\n";
    return 2;
  }
  try {
    songscape::run(n_runs, out, clips);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
