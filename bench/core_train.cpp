// A whole training, so that what one device learns can be laid beside what another does.  Needs what bench_core_step
// needs.
//
// usage: bench_core_train MODEL SIZE EPOCHS PRECISION DEVICE [SEED [LIBRARY]]
//        over 240 synthetic songs, or the clips of a library's exported index.  The history as CSV.
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/library_source.h"
#include "data/row_split.h"
#include "data/synthetic_source.h"
#include "models/registry.h"
#include "train/device.h"
#include "train/trainer.h"

namespace songscape {
namespace {

constexpr int64_t kRows = 240;

std::unique_ptr<BatchSource> source_of(const std::string& library) {
  if (library.empty()) return std::make_unique<SyntheticSource>(SyntheticSource::Options{.n_rows = kRows});
  return std::make_unique<LibrarySource>(std::make_shared<const LibraryIndex>(library));
}

int64_t number_of(const std::string& word) {
  const auto number = parse_integer(word);
  if (!number || *number < 1)
    fail(ExitCode::usage, {.what = "EPOCHS and SEED are whole numbers",
                           .where = {},
                           .seen = escape_for_terminal(word),
                           .wanted = "at least 1",
                           .fix = {}});
  return *number;
}

void train_once(const std::vector<std::string>& words) {
  if (words.size() < 5)
    fail(ExitCode::usage, {.what = "too few words",
                           .where = {},
                           .seen = {},
                           .wanted = "MODEL SIZE EPOCHS PRECISION DEVICE [SEED [LIBRARY]]",
                           .fix = {}});
  const auto source = source_of(words.size() > 6 ? words[6] : "");
  TrainConfig config;
  config.epochs = number_of(words[2]);
  config.precision = words[3];
  config.seed = words.size() > 5 ? number_of(words[5]) : 1;
  config.checkpoint_sec = 1e6;
  const auto model = make_model({.name = words[0],
                                 .size = words[1],
                                 .input_shape = source->item_shape(),
                                 .seed = static_cast<uint64_t>(config.seed)});
  const Split split = split_rows(source->n_rows());
  const fs::path folder = fs::temp_directory_path() / ("songscape-core-train-" + std::to_string(::getpid()));
  make_folder(folder);
  const RunFolder run(folder);
  train({.model = *model,
         .source = *source,
         .split = split,
         .config = config,
         .folder = run,
         .device = choose_device(words[4])});
  std::fputs(read_file(run.history()).c_str(), stdout);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace songscape

int main(int argc, char** argv) {
  try {
    songscape::train_once({argv + (argc > 0), argv + argc});
    return 0;
  } catch (const songscape::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(error.exit_code());
  }
}
