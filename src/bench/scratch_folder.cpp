#include "bench/scratch_folder.h"

#include <cstdlib>
#include <string>

#include "core/error.h"
#include "core/file.h"

namespace songscape {

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "songscape-bench-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    fail(ExitCode::failed, {.what = "cannot make a folder",
                            .where = pattern,
                            .seen = last_system_error(),
                            .wanted = {},
                            .fix = "free the disk, or name another folder by TMPDIR"});
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace songscape
