#include "train/run_folder.h"

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"

namespace songscape {

RunFolder RunFolder::create(const std::filesystem::path& runs, const std::string& model, int64_t seed,
                            const std::string& config_toml) {
  make_folder(runs);
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
  const std::string name =
      std::string(stamp) + "-" + model + "-s" + std::to_string(seed) + "-" + sha256_hex(config_toml).substr(0, 8);
  for (int i = 1; i < 1000; ++i) {
    const fs::path path = runs / (i == 1 ? name : name + "-" + std::to_string(i));
    std::error_code error;
    if (fs::create_directory(path, error)) return RunFolder(path);
    if (error)
      fail(ExitCode::usage, {.what = "cannot create the run folder",
                             .where = path.string(),
                             .seen = error.message(),
                             .wanted = {},
                             .fix = "pass --runs with a folder that can be written to"});
  }
  fail(ExitCode::failed,
       {.what = "too many runs of one second", .where = runs.string(), .seen = {}, .wanted = {}, .fix = {}});
}

}  // namespace songscape
