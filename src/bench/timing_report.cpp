#include "bench/timing_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace songscape {
namespace {

std::string range_of(const std::vector<double>& ratios) {
  const auto [least, most] = std::ranges::minmax(ratios);
  return format_number(least, 3) + " to " + format_number(most, 3);
}

double two_decimals(double v) { return std::round(100 * v) / 100; }
int64_t megabytes(int64_t n_bytes) { return std::llround(static_cast<double>(n_bytes) / 1e6); }

Cell text_or_nothing(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

std::vector<Cell> cells_of(const TimedRow& r) {
  std::vector<Cell> cells = {r.name, int64_t{r.n_threads}, {}, {}, text_or_nothing(r.peer_name), {}, {}, {}, {}, {}, {},
                             {}};
  if (r.failure) {
    cells[9] = std::string("failed");
    return cells;
  }
  cells[2] = median_of(r.ours.seconds);
  cells[10] = megabytes(r.ours.peak_memory_bytes);
  if (r.peer_name.empty()) return cells;
  cells[3] = median_of(r.peer.seconds);
  cells[5] = two_decimals(median_of(r.ratios()));
  cells[6] = range_of(r.ratios());
  cells[7] = r.goal;
  cells[8] = r.is_met();
  cells[9] = r.verdict.is_equal;
  cells[11] = megabytes(r.peer.peak_memory_bytes);
  return cells;
}

Json json_of(const TimedRow& r) {
  Json j = {{"name", r.name}};
  if (!r.peer_name.empty()) j["peer_name"] = r.peer_name;
  if (r.failure) {
    j["failure"] = replace_invalid_utf8(r.failure->what());
    return j;
  }
  j["threads"] = r.n_threads;
  j["ours"] = median_of(r.ours.seconds);
  j["ours_seconds"] = r.ours.seconds;
  j["ours_peak_bytes"] = r.ours.peak_memory_bytes;
  if (r.peer_name.empty()) return j;
  const std::vector<double> ratios = r.ratios();
  j["peer"] = median_of(r.peer.seconds);
  j["peer_seconds"] = r.peer.seconds;
  j["peer_peak_bytes"] = r.peer.peak_memory_bytes;
  j["ratio"] = median_of(ratios);
  j["ratio_least"] = std::ranges::min(ratios);
  j["ratio_most"] = std::ranges::max(ratios);
  j["goal"] = r.goal;
  j["is_met"] = r.is_met();
  j["equal"] = r.verdict.is_equal;
  j["equality"] = r.verdict.text;
  return j;
}

std::string head_of(const TimingReport& report) {
  std::string out = "# Benchmarks\n\n" + report.date + ", `" + report.command + "`, " + report.machine.cpu_name + ", " +
                    std::to_string(report.machine.n_cores) + " cores of it, " + std::to_string(report.n_threads) +
                    " threads a side where a row does not say 1, " + std::to_string(report.n_rounds) + " rounds.\n";
  if (report.scale != 1)
    out += "\n**Inputs of " + format_number(report.scale) +
           " times the documented size: a quick look, no measurement.**\n";
  if (!report.versions.empty()) {
    std::vector<std::string> named;
    for (const auto& [name, version] : report.versions) named.push_back(name + " " + version);
    out += "\nPeers: " + join(named, ", ") + ".\n";
  }
  return out +
         "\nBoth sides are processes that have everything ready (imports, compilation, input in memory) and do the job "
         "in turn, "
         "after one round that does not count, on the same cores. Seconds a job are the median of the rounds; `ratio` "
         "is the "
         "peer's time over ours, the median of the rounds' ratios, with their range; a goal is met where that median "
         "reaches it "
         "and the results are equal. Memory is the peak of the whole process.\n\n";
}

std::string notes_of(const TimingReport& report) {
  std::string out = "\n## What each row does\n\n";
  std::string last;
  for (const TimedRow& r : report.rows) {
    const Benchmark* b = find_benchmark(r.name);
    if (b && r.name != last) out += "- `" + r.name + "`: " + b->job + ". Equality: " + b->equality + ".\n";
    last = r.name;
    if (r.failure)
      out += "  - **failed**: " + escape_for_html(r.failure->what()) + "\n";
    else if (!r.peer_name.empty())
      out += "  - beside " + r.peer_name + ": " + r.verdict.text + "\n";
  }
  return out;
}

}  // namespace

bool TimingReport::has_failures() const {
  return std::ranges::any_of(rows, [](const TimedRow& r) { return r.failure.has_value(); });
}

Table timing_table(const TimingReport& report) {
  Table table{{"name", "threads", "ours (s)", "peer (s)", "peer_name", "ratio", "range", "goal", "is_met", "equal",
               "ours (MB)", "peer (MB)"},
              {}};
  for (const TimedRow& r : report.rows) table.add(cells_of(r));
  return table;
}

Json timing_json(const TimingReport& report) {
  Json versions = Json::object(), rows = Json::array();
  for (const auto& [name, version] : report.versions) versions[name] = version;
  for (const TimedRow& r : report.rows) rows.push_back(json_of(r));
  return {{"date", report.date},
          {"command", report.command},
          {"cpu", report.machine.cpu_name},
          {"cores", report.machine.n_cores},
          {"threads", report.n_threads},
          {"rounds", report.n_rounds},
          {"scale", report.scale},
          {"versions", std::move(versions)},
          {"rows", std::move(rows)}};
}

std::string timing_markdown(const TimingReport& report) {
  return head_of(report) + timing_table(report).to_markdown() + notes_of(report);
}

}  // namespace songscape
