#include "bench/scale.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/inputs.h"
#include "bench/scale_jobs.h"
#include "bench/scratch_folder.h"
#include "bench/timing.h"
#include "bench/worker_process.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "data/library_index.h"
#include "data/segment.h"

namespace songscape {
namespace {

constexpr double kEnoughSec = 30;
// Of a song's record, its catalogue rows and its row of 128 numbers.
constexpr uint64_t kSongBytes = 16384;

WorkerCommand worker_command(const ScaleRequest& request, const fs::path& folder) {
  return {.name = "songscape bench scale",
          .words = {request.program, "bench", "scale", "--worker", folder, "--threads",
                    std::to_string(request.n_threads), "--quiet"},
          .messages = folder / "messages.log",
          .n_cores = request.n_threads};
}

// The first round warms up, and counts only where there is no other.
ScaleRow measure(const ScaleJob& job, const ScaleRequest& request, const ScalePlace& place) {
  const ScratchFolder folder;
  write_place(folder.path(), place);
  WorkerProcess worker(worker_command(request, folder.path()));
  worker.wait_until_ready();
  std::vector<double> seconds, cpu_sec;
  ScaleRow row{.job = job.name, .n_songs = place.n_songs, .n_items = job.n_items(place.n_songs)};
  double spent_sec = 0;
  const size_t n_wanted = job.makes_library ? 1 : static_cast<size_t>(request.n_rounds) + 1;
  while (seconds.size() < n_wanted && spent_sec < kEnoughSec) {
    const Json answer = worker.do_job();
    seconds.push_back(answer.at("wall_sec").get<double>());
    cpu_sec.push_back(answer.at("cpu_sec").get<double>());
    row.peak_memory_bytes = answer.at("peak_memory_bytes").get<int64_t>();
    spent_sec += seconds.back();
  }
  if (seconds.size() > 1) {
    seconds.erase(seconds.begin());
    cpu_sec.erase(cpu_sec.begin());
  }
  row.n_rounds = static_cast<int>(seconds.size());
  row.seconds = median_of(seconds);
  row.cpu_sec = median_of(cpu_sec);
  return row;
}

void judge(ScaleRow& row, const ScaleJob& job, const ScaleRow& smallest) {
  row.ratio = row.item_sec() / smallest.item_sec();
  row.goal = kScaleGoal;
  if (!job.is_linear)
    row.goal *= std::log(static_cast<double>(row.n_items)) / std::log(static_cast<double>(smallest.n_items));
  row.is_met = row.ratio <= row.goal && static_cast<double>(row.peak_memory_bytes) <= kScaleMemoryGoal;
}

void say(const ScaleRow& row) {
  log_info("[scale] " + row.job + ", " + std::to_string(row.n_songs) +
           " songs: " + format_number(1e3 * row.item_sec(), 3) + " ms an item (processor " +
           format_number(1e3 * row.item_cpu_sec(), 3) + "), ratio " + format_number(row.ratio, 3) + ", " +
           format_bytes(static_cast<double>(row.peak_memory_bytes)));
}

std::vector<ScaleJob> wanted_jobs(const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const ScaleJob& job : scale_jobs()) known.push_back(job.name);
  for (const std::string& name : names)
    if (std::ranges::find(known, name) == known.end())
      fail(ExitCode::usage, {.what = "there is no such job",
                             .where = "bench scale",
                             .seen = escape_for_terminal(name),
                             .wanted = join(known, ", "),
                             .fix = {}});
  const auto is_named = [&](const ScaleJob& job) {
    return names.empty() || std::ranges::find(names, job.name) != names.end();
  };
  const bool needs_library =
      std::ranges::any_of(scale_jobs(), [&](const ScaleJob& job) { return is_named(job) && job.reads_library; });
  std::vector<ScaleJob> wanted = scale_jobs();
  std::erase_if(wanted, [&](const ScaleJob& job) { return !is_named(job) && !(job.makes_library && needs_library); });
  return wanted;
}

}  // namespace

std::vector<int64_t> scale_sizes(double scale) {
  return {scaled(1000, scale, 10), scaled(10000, scale, 20), scaled(100000, scale, 40)};
}

std::vector<ScaleRow> measure_scale(const ScaleRequest& request) {
  check(!request.sizes.empty() && std::ranges::is_sorted(request.sizes), "sizes rise");
  const LibraryIndex source(request.from);  // an Error where it is none
  const uint64_t n_most = static_cast<uint64_t>(std::min(request.sizes.back(), request.most_records));
  require_disk(fs::temp_directory_path(),
               n_most * record_bytes(kClipPayloadBytes) + static_cast<uint64_t>(request.sizes.back()) * kSongBytes,
               "measure with libraries of up to " + std::to_string(request.sizes.back()) + " songs");
  const std::vector<ScaleJob> jobs = wanted_jobs(request.jobs);
  std::vector<ScaleRow> rows;
  for (const int64_t n_songs : request.sizes) {
    const ScratchFolder folder;
    ScalePlace place{.job = {},
                     .from = fs::canonical(request.from),
                     .folder = folder.path(),
                     .n_songs = n_songs,
                     .n_records = std::min(n_songs, request.most_records)};
    for (const ScaleJob& job : jobs) {
      place.job = job.name;
      ScaleRow row = measure(job, request, place);
      const auto smallest = std::ranges::find(rows, job.name, &ScaleRow::job);
      judge(row, job, smallest == rows.end() ? row : *smallest);
      say(row);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace songscape
