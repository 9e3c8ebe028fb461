// A run opened for use: its model with the best weights, what it was trained on, and which songs were for training.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "core/json.h"
#include "data/library_index.h"
#include "data/split.h"
#include "nn/vae.h"
#include "run/condition.h"

namespace songscape {

struct OpenRun {
  std::filesystem::path folder;
  std::string model_name, size;
  std::unique_ptr<Vae> model;                                    // weights of the best epoch
  std::string source_path;                                       // the library or array it was trained on
  std::optional<Condition> condition;                            // of a conditional model: its column and classes
  std::set<std::string> train_keys, validation_keys, test_keys;  // BatchSource::row_key of the rows of each part
};

// Error `damaged` where a file of the run is missing or wrong, `usage` where the folder is no run.
OpenRun open_run(const std::filesystem::path& folder);

// As library_of_run().
std::shared_ptr<const LibraryIndex> open_library_of(const OpenRun& run, const std::string& other = {});

// The songs of `library` by the run's own split: in neither part where the run has not seen them.
Split split_of(const OpenRun& run, const LibraryIndex& library);

}  // namespace songscape
