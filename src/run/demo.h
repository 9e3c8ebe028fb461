// The main job end to end: a folder of songs (or the built-in corpus) to two trained models, their groups and reports.
#pragma once

#include <cstdint>
#include <filesystem>

#include "report/table.h"

namespace songscape {

struct DemoRequest {
  std::filesystem::path music;            // empty: the built-in corpus is rendered first
  std::filesystem::path output = "demo";  // corpus, library, runs and report.html go here
  int64_t n_songs = 450;                  // of the built-in corpus
  int64_t n_epochs = 0;                   // 0: as the presets say
  uint64_t seed = 1;
  int n_threads = 1;
};

struct DemoResult {
  Table stages;                // stage, seconds, result
  Table summary;               // a row a model and the best control
  std::filesystem::path page;  // report.html
  int64_t n_failed_files = 0;
};

// What an earlier demo left in `output` (corpus, library) is used again; the models are trained anew.  Each stage is
// logged as it ends.
DemoResult run_demo(const DemoRequest& request);

}  // namespace songscape
