#include "run/find_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "core/text.h"
#include "run/run_config.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

std::optional<RunSummary> read_summary(const fs::path& path) {
  const RunFolder folder(path);
  if (!fs::is_regular_file(folder.config()) || !fs::is_regular_file(folder.status())) return std::nullopt;
  const Json status = read_json(folder.status());
  const RunConfig config = read_run_config(path);
  RunSummary s{.path = path,
               .model = config.model,
               .size = config.size,
               .name = config.name,
               .state = status.value("state", "")};
  s.n_epochs = status.value("epoch", int64_t{0});
  if (const auto it = status.find("best_validation_loss"); it != status.end() && it->is_number())
    s.best_validation_loss = it->get<double>();
  return s;
}

}  // namespace

std::vector<RunSummary> list_runs(const fs::path& runs) {
  std::vector<RunSummary> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(runs, ignored))
    if (entry.is_directory()) {
      try {
        if (auto s = read_summary(entry.path())) found.push_back(std::move(*s));
      } catch (const Error& e) {
        log_warning(escape_for_terminal(entry.path().filename().string()) + " is passed over: " + e.what());
      }
    }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.path.filename() < b.path.filename(); });
  return found;
}

fs::path find_run(const std::string& name, const fs::path& runs) {
  for (const fs::path& path : {fs::path(name), runs / name})
    if (read_summary(path)) return path.has_filename() ? path : path.parent_path();
  std::optional<RunSummary> best;
  std::vector<std::string> known;
  for (RunSummary& s : list_runs(runs)) {
    known.push_back(s.path.filename().string());
    known.push_back(s.model);
    if (s.model != name || s.state != "finished" || !s.best_validation_loss) continue;
    if (!best || *s.best_validation_loss < *best->best_validation_loss) best = std::move(s);
  }
  if (best) {
    log_info("run: " + best->path.string() + " (lowest validation loss of the finished runs of " + name + ")");
    return best->path;
  }
  const auto near = nearest_name(name, known);
  fail(ExitCode::usage,
       {.what = "no such run",
        .where = "--run " + escape_for_terminal(name),
        .seen = {},
        .wanted = "a run folder, or a model that has a finished run in " + escape_for_terminal(runs.string()),
        .fix = near ? "did you mean '" + escape_for_terminal(*near) + "'?"
                    : "train one first: songscape train conv_vae --library L"});
}

}  // namespace songscape
