#include "run/open_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/text.h"
#include "run/run_config.h"
#include "run/run_library.h"
#include "run/train_run.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

std::set<std::string> keys_of(const Json& json, const char* name) {
  std::set<std::string> keys;
  if (const auto it = json.find(name); it != json.end() && it->is_array())
    for (const Json& row : *it) keys.insert(row.value("key", ""));
  return keys;
}

}  // namespace

OpenRun open_run(const fs::path& path) {
  const RunFolder folder(path);
  const RunConfig config = read_run_config(path);
  const Json data = read_json(folder.data());
  OpenRun run;
  run.folder = path;
  run.model_name = config.model;
  run.size = config.size;
  run.source_path = source_of_run(path);
  run.train_keys = keys_of(data, "train");
  run.validation_keys = keys_of(data, "validation");
  run.test_keys = keys_of(data, "test");
  if (const auto it = data.find("condition"); it != data.end())
    run.condition = Condition::from_json(*it, escape_for_terminal(folder.data().string()));
  run.model = open_model(path);
  return run;
}

std::shared_ptr<const LibraryIndex> open_library_of(const OpenRun& run, const std::string& other) {
  return library_of_run(run.folder, other);
}

Split split_of(const OpenRun& run, const LibraryIndex& library) {
  Split split;
  for (int64_t i = 0; i < library.n_songs(); ++i) {
    const std::string key = library.song(i).sha256;
    if (run.train_keys.contains(key))
      split.train.push_back(i);
    else if (run.validation_keys.contains(key))
      split.validation.push_back(i);
  }
  return split;
}

}  // namespace songscape
