#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/scale.h"
#include "bench/scale_jobs.h"
#include "core/text.h"

namespace songscape {
namespace {

double rounded(double v, double parts) { return std::round(v * parts) / parts; }

// What a library is made of, the largest first said.
std::string records_of(const ScaleReport& report) {
  const int64_t n = std::min(report.request.sizes.back(), report.request.most_records);
  std::string out = "Libraries are made of the " + std::to_string(report.n_source_songs) +
                    " songs of a real one by the product's own writer, without decoding: " + std::to_string(n) +
                    " clips' records lie on disk at most";
  if (n > report.n_source_songs) out += " (songs come again, each time as records of their own)";
  if (report.request.sizes.back() > n) out += "; a larger library is an index over these records";
  return out + ".";
}

std::string head_of(const ScaleReport& report) {
  return "# Cost of a song as the library grows\n\n" + report.date + ", `" + report.command + "`, " +
         report.machine.cpu_name + ", " + std::to_string(report.request.n_threads) + " threads.\n\n" +
         records_of(report) +
         " Each job is a process of its own, done `rounds` times after "
         "one that does not count (once where it takes half a minute or cannot be done again); `ms` is the median time "
         "of "
         "one item, a song or a row, `cpu` the processor time of all threads; `ratio` is that over the smallest "
         "library's. Goals: ratio at most 1.5 for what is "
         "linear, 1.5 log n / log n₀ for maps; peak memory of the whole process at most 2 GiB. Where `ms` is far above "
         "`cpu`, the job waited for the disk or for "
         "other work on the machine.\n\n";
}

Json json_of(const ScaleRow& r) {
  return {{"job", r.job},         {"songs", r.n_songs},
          {"items", r.n_items},   {"rounds", r.n_rounds},
          {"seconds", r.seconds}, {"item_sec", r.item_sec()},
          {"cpu_sec", r.cpu_sec}, {"ratio", r.ratio},
          {"goal", r.goal},       {"peak_bytes", r.peak_memory_bytes},
          {"is_met", r.is_met}};
}

}  // namespace

Table scale_table(const ScaleReport& report) {
  Table table{{"job", "songs", "items", "rounds", "ms", "cpu (ms)", "ratio", "goal", "peak (MB)", "is_met"}, {}};
  for (const ScaleJob& job : scale_jobs())
    for (const ScaleRow& r : report.rows)
      if (r.job == job.name)
        table.add({r.job, r.n_songs, r.n_items, int64_t{r.n_rounds}, 1e3 * r.item_sec(), 1e3 * r.item_cpu_sec(),
                   rounded(r.ratio, 100), rounded(r.goal, 100),
                   std::llround(static_cast<double>(r.peak_memory_bytes) / 1e6), r.is_met});
  return table;
}

Json scale_json(const ScaleReport& report) {
  Json rows = Json::array();
  for (const ScaleRow& r : report.rows) rows.push_back(json_of(r));
  return {{"date", report.date},
          {"command", report.command},
          {"cpu", report.machine.cpu_name},
          {"threads", report.request.n_threads},
          {"source_songs", report.n_source_songs},
          {"records", std::min(report.request.sizes.back(), report.request.most_records)},
          {"rows", std::move(rows)}};
}

std::string scale_markdown(const ScaleReport& report) {
  std::string out = head_of(report) + scale_table(report).to_markdown() + "\n## What each job does\n\n";
  for (const ScaleJob& job : scale_jobs()) out += "- `" + job.name + "`: " + job.what + ".\n";
  return out;
}

}  // namespace songscape
