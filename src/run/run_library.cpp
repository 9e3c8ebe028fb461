#include "run/run_library.h"

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "run/music_training.h"
#include "run/run_config.h"
#include "run/train_run.h"

namespace songscape {

std::shared_ptr<const LibraryIndex> library_of_run(const fs::path& run, const std::string& other) {
  const std::string path = other.empty() ? source_of_run(run) : other;
  if (fs::path(path).extension() == ".npy" || path.empty())
    fail(ExitCode::usage, {.what = "the run was trained on an array, which has no songs",
                           .where = escape_for_terminal(run.string()),
                           .seen = escape_for_terminal(path),
                           .wanted = "a run trained on a library",
                           .fix = "name one with --library"});
  const bool is_of_midi = reads_tokens(read_run_config(run).model);
  return std::make_shared<const LibraryIndex>(
      path, is_of_midi ? LibraryIndex::Songs::midi : LibraryIndex::Songs::without_midi);
}

}  // namespace songscape
