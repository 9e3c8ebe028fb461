// Times mel -> samples; bench/compare_griffin_lim.py runs it beside librosa.
//
// usage: bench_griffin_lim [--repeat N] [--threads T] [--iterations I] [--free F] [--out FOLDER] CLIP.f32...
//   CLIP.f32: a mel [128 × 1293] on [0, 1] against full scale, raw float32.  --out writes NAME.ours.f32: the samples.
// Prints a line of JSON: wall milliseconds a clip (the least of N runs, mean of all clips) in all and of the inverse
// mel alone, processor milliseconds, and the mean mel convergence.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "audio/mel_to_audio.h"
#include "core/file.h"

namespace songscape {
namespace {

using Clock = std::chrono::steady_clock;
double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

struct Settings {
  GriffinLimOptions options;
  int n_runs = 3;
  fs::path out;
  std::vector<fs::path> clips;
};

std::vector<float> read_values(const fs::path& path) {
  const std::string bytes = read_file(path);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::copy_n(bytes.data(), values.size() * sizeof(float), reinterpret_cast<char*>(values.data()));
  return values;
}

void run(const Settings& s) {
  double wall_ms = 0, cpu_ms = 0, convergence = 0;
  for (const fs::path& path : s.clips) {
    const auto mel = read_values(path);
    const MelClip clip{mel, kNumFrames, static_cast<float>(10 * std::log10(kFullScaleMelPower))};
    MelSound sound;
    double least_wall = 1e9, least_cpu = 1e9;
    for (int i = 0; i < s.n_runs; ++i) {
      const auto start = Clock::now();
      const std::clock_t cpu = std::clock();
      sound = mel_to_audio(clip, s.options);
      least_wall = std::min(least_wall, ms_since(start));
      least_cpu = std::min(least_cpu, 1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC);
    }
    wall_ms += least_wall, cpu_ms += least_cpu;
    convergence += mel_convergence(sound.samples, clip);
    if (s.out.empty()) continue;
    std::ofstream out(s.out / (path.stem().string() + ".ours.f32"), std::ios::binary);
    out.write(reinterpret_cast<const char*>(sound.samples.data()),
              static_cast<std::streamsize>(sound.samples.size() * sizeof(float)));
  }
  const auto n = static_cast<double>(s.clips.size());
  std::cout << nlohmann::json{{"wall_ms", wall_ms / n}, {"cpu_ms", cpu_ms / n}, {"convergence", convergence / n}}
            << '\n';
}

}  // namespace
}  // namespace songscape

int main(int argc, char** argv) {
  songscape::Settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::atoi(argv[++i]) : 0; };
    if (name == "--repeat")
      s.n_runs = std::max(1, number());
    else if (name == "--threads")
      s.options.n_threads = std::max(1, number());
    else if (name == "--iterations")
      s.options.n_iterations = number();
    else if (name == "--free")
      s.options.first_free_iteration = number();
    else if (name == "--out" && i + 1 < argc)
      s.out = argv[++i];
    else
      s.clips.emplace_back(name);
  }
  if (s.clips.empty()) {
    std::cerr << "usage: bench_griffin_lim [--repeat N] [--threads T] [--iterations I] [--free F] [--out FOLDER] "
                 "CLIP.f32...\n";
    return 2;
  }
  try {
    songscape::run(s);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
