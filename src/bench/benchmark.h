// The timed benchmarks: a job, the peers that do the same job on the same input, and how both results are compared.
// One family of jobs a file; a row of the table is all that a new one needs.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/json.h"

namespace songscape {

// Made once, before anything is timed; done once a round.
struct BenchJob {
  std::function<void()> run;  // timed
  // After each run, not timed: facts for the judge, an object.  Large results go to files of the folder.
  std::function<Json()> answer = {};
};

struct BenchPeer {
  std::string name;                           // "librosa"
  double goal = 1;                            // the least that its time over ours shall be
  std::string script;                         // of bench/peers; speaks the protocol of worker.py there
  std::vector<std::string> arguments;         // "{folder}" and "{threads}" in them are filled in
  std::vector<std::string> environment = {};  // NAME=VALUE, besides the environment of this program
};

struct Judgement {
  bool is_equal = false;
  std::string text;  // the figures it rests on
};

struct Benchmark {
  std::string name;      // "kmeans"
  std::string job;       // what one job is, for people
  std::string equality;  // how results are compared, for people
  bool is_single_threaded = false;
  std::vector<BenchPeer> peers;
  // Leaves the input of both sides in `folder`, which is empty.  scale 1: the documented size.
  std::function<void(const std::filesystem::path& folder, double scale)> write_input;
  // In the process that does the job, which has worker_threads() threads.
  std::function<BenchJob(const std::filesystem::path& folder)> prepare;
  // Last answers of both sides, whose files lie in `folder`.
  std::function<Judgement(const std::filesystem::path& folder, const Json& ours, const Json& peer)> judge;
};

// In the order in which they are shown.
const std::vector<Benchmark>& benchmarks();
const Benchmark* find_benchmark(const std::string& name);  // nullptr where there is none

// The families.
std::vector<Benchmark> step_benchmarks();     // step_conv_vae, step_basic_vae, step_music_transformer
std::vector<Benchmark> clip_benchmarks();     // spectra, mel, features
std::vector<Benchmark> file_benchmarks();     // mp3_mel, ingest
std::vector<Benchmark> sound_benchmarks();    // griffin_lim, mel_to_audio
std::vector<Benchmark> cluster_benchmarks();  // kmeans, silhouette, ward, gmm, knn
std::vector<Benchmark> map_benchmarks();      // tsne, umap

}  // namespace songscape
