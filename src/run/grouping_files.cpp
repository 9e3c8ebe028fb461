#include "run/grouping_files.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/text.h"
#include "data/npy.h"
#include "run/encode.h"
#include "run/run_library.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

std::string weights_hash(const fs::path& run) {
  return sha256_file(RunFolder(run).checkpoints() / "best" / "manifest.json");
}

Json fingerprint(const GroupingRequest& request, const GroupingData& data) {
  return {{"weights", weights_hash(request.run)},
          {"fitted", data.fitted->content_hash()},
          {"judged", data.judged->content_hash()},
          {"columns", data.judged->columns_hash()},
          {"algorithms", request.algorithms},
          {"k", request.k},
          {"k_label", request.k == "label" ? primary_label(data.labels, request.label) : ""},
          {"seed", request.seed}};
}

std::string column_name(const SongGroups& g) { return g.features + " | " + g.algorithm + " | " + g.fitted_on; }

void write_assignments(const fs::path& file, const GroupingData& data, const Grouping& grouping) {
  Table table{{"path"}, {}};
  std::vector<std::vector<Cell>> columns;
  for (const SongGroups& g : grouping.groups) {
    table.columns.push_back(column_name(g) + " | " + (g.is_control ? "control" : "own") + " | " + std::to_string(g.k));
    auto& column = columns.emplace_back(static_cast<size_t>(data.judged->n_songs()));
    for (size_t i = 0; i < g.songs.size(); ++i)
      column[static_cast<size_t>(g.songs[i])] = static_cast<int64_t>(g.clusters[i]);
  }
  for (int64_t s = 0; s < data.judged->n_songs(); ++s) {
    std::vector<Cell> row = {std::string(data.judged->song(s).path)};
    for (const auto& column : columns) row.push_back(column[static_cast<size_t>(s)]);
    table.add(std::move(row));
  }
  table.write_csv(file);
}

void write_comparisons(const fs::path& file, const Grouping& grouping) {
  Table table{{"label", "algorithm", "fitted on", "best control", "control algorithm", "ari", "control ari",
               "difference", "low", "high", "beats it"},
              {}};
  for (const ControlComparison& c : grouping.comparisons)
    table.add({c.label, c.algorithm, c.fitted_on, c.best_control, c.control_algorithm, c.ari, c.control_ari,
               c.difference, c.low, c.high, c.low > 0});
  table.write_csv(file);
}

void write_selection(const fs::path& file, const Grouping& grouping) {
  Table table{{"algorithm", "k", "silhouette", "chosen"}, {}};
  for (const SelectionPoint& p : grouping.selection)
    table.add({p.algorithm, p.k, std::isnan(p.silhouette) ? Cell() : Cell(p.silhouette), p.is_chosen});
  table.write_csv(file);
}

std::string without_blanks(const std::string& text) {
  const size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

double number_in(const std::string& cell) { return parse_number(cell).value_or(std::nan("")); }
int64_t whole_in(const std::string& cell) { return parse_integer(cell).value_or(0); }

// std::nullopt where a column's name is not one of write_assignments.
std::optional<GroupedSongs> read_files(const fs::path& out) {
  GroupedSongs found;
  for (const auto& r : read_csv(out / "clustering_metrics.csv").rows)
    found.rows.push_back({r.at(0), r.at(1), r.at(2), r.at(3), whole_in(r.at(4)), whole_in(r.at(5)), number_in(r.at(6)),
                          number_in(r.at(7)), number_in(r.at(8)), number_in(r.at(9)), number_in(r.at(10)),
                          number_in(r.at(11))});
  const CsvTable table = read_csv(out / "cluster_assignments.csv");
  for (size_t j = 1; j < table.columns.size(); ++j) {
    std::vector<std::string> parts = split(table.columns[j], '|');
    if (parts.size() != 5) return std::nullopt;
    for (std::string& p : parts) p = without_blanks(p);
    SongGroups g{parts[0], parts[1], parts[2], parts[3] == "control", whole_in(parts[4]), {}, {}};
    for (size_t i = 0; i < table.rows.size(); ++i)
      if (!table.rows[i][j].empty()) {
        g.songs.push_back(static_cast<int64_t>(i));
        g.clusters.push_back(static_cast<int32_t>(whole_in(table.rows[i][j])));
      }
    found.groups.push_back(std::move(g));
  }
  return found;
}

}  // namespace

void write_grouping(const GroupingRequest& request, const GroupingData& data, const Grouping& grouping) {
  const fs::path out = results_folder(request.run, request.library);
  grouping.full_table().write_csv(out / "clustering_metrics.csv");
  write_assignments(out / "cluster_assignments.csv", data, grouping);
  write_comparisons(out / "control_comparison.csv", grouping);
  write_selection(out / "cluster_selection.csv", grouping);
  for (const SongGroups& g : grouping.groups)
    if (!g.is_control && g.fitted_on == "all")
      write_npy<int32_t>(out / ("cluster_labels_" + g.algorithm + ".npy"), {data.judged->n_songs()}, g.clusters);
  if (!grouping.neighbours.empty()) neighbour_table(grouping.neighbours).write_csv(out / "neighbour_labels.csv");
  if (!grouping.excerpts.empty()) {
    Table excerpts{{"features", "clips", "nearest is same song", "chance"}, {}};
    for (const ExcerptRow& e : grouping.excerpts) excerpts.add({e.features, e.n_clips, e.same_song, e.chance});
    excerpts.write_csv(out / "excerpt_retrieval.csv");
  }
  if (const SongLabel* label = find_label(data.labels, grouping.label)) {
    write_npy<int32_t>(out / "genre_labels.npy", {data.judged->n_songs()}, label->codes);
    Table names{{"code", label->name}, {}};
    for (size_t i = 0; i < label->classes.size(); ++i) names.add({static_cast<int64_t>(i), label->classes[i]});
    names.write_csv(out / "genre_labels.csv");
  }
  write_json(out / "grouping.json", fingerprint(request, data));
}

std::optional<GroupedSongs> read_grouping(const GroupingRequest& request, const GroupingData& data) {
  const fs::path out = results_folder(request.run, request.library);
  if (!fs::exists(out / "grouping.json") || read_json(out / "grouping.json") != fingerprint(request, data))
    return std::nullopt;
  return read_files(out);
}

GroupedSongs read_last_grouping(const fs::path& run, const std::string& library) {
  const fs::path out = results_folder(run, library);
  const std::string fix = "songscape cluster --run " + escape_for_terminal(run.string()) +
                          (library.empty() ? "" : " --library " + escape_for_terminal(library));
  const auto refuse = [&](ExitCode code, const char* what) {
    fail(code, {.what = what, .where = escape_for_terminal(out.string()), .seen = {}, .wanted = {}, .fix = fix});
  };
  const auto judged = library_of_run(run, library);
  if (!fs::exists(out / "grouping.json")) refuse(ExitCode::usage, "the run's songs have not been grouped yet");
  const Json made = read_json(out / "grouping.json");
  if (made.value("weights", "") != weights_hash(run) || made.value("judged", "") != judged->content_hash())
    refuse(ExitCode::usage, "the groups are of other weights or songs");
  auto found = read_files(out);
  const auto is_of_these = [&](const SongGroups& g) {
    return std::ranges::all_of(g.songs, [&](int64_t s) { return s < judged->n_songs(); }) &&
           std::ranges::all_of(g.clusters, [&](int32_t c) { return c >= 0 && c < g.k; });
  };
  if (!found || !std::ranges::all_of(found->groups, is_of_these))
    refuse(ExitCode::damaged, "cluster_assignments.csv is not that of grouping.json");
  return std::move(*found);
}

GroupedSongs grouped_songs_of(const GroupingRequest& request) {
  if (auto found = read_grouping(request, open_grouping_data(request.run, request.library))) return std::move(*found);
  return group_run(request);
}

}  // namespace songscape
