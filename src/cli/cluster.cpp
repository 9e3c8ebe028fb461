// `songscape cluster`: songs in groups, beside the controls that a learnt grouping has to beat.
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cluster/clusterer.h"
#include "core/log.h"
#include "core/text.h"
#include "report/table.h"
#include "run/cluster_names.h"
#include "run/device.h"
#include "run/encode.h"
#include "run/find_run.h"
#include "run/grouping.h"
#include "run/run_library.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::string algorithm = "all", k = "auto", label;
};

double best_of(const NeighbourRow& row) { return std::max(row.by_direction, row.by_distance); }

void say_comparison(const ControlComparison& c) {
  const std::string outcome = c.low > 0 ? "beats" : c.high < 0 ? "loses to" : "does not differ from";
  const std::string by = c.control_algorithm == c.algorithm ? "" : " by " + c.control_algorithm;
  log_info(c.algorithm + ", fitted on " + c.fitted_on + ": ARI against " + c.label + " " + format_number(c.ari, 3) +
           " " + outcome + " the best control, " + c.best_control + by + ", " + format_number(c.control_ari, 3) +
           " (difference " + format_number(c.difference, 2) + ", 95 % interval " + format_number(c.low, 2) + " to " +
           format_number(c.high, 2) + ")");
}

// The latents beside the control whose nearest songs share the label most often.
void say_neighbours(const Grouping& grouping) {
  const NeighbourRow *own = nullptr, *control = nullptr;
  for (const NeighbourRow& r : grouping.neighbours) {
    if (r.label != grouping.label) continue;
    if (!own)
      own = &r;
    else if (!control || best_of(r) > best_of(*control))
      control = &r;
  }
  if (!own || !control) return;
  log_info("of the " + std::to_string(kNearestJudged) + " nearest songs share the " + grouping.label + ": " +
           format_number(own->by_direction, 3) + " by direction, " + format_number(own->by_distance, 3) +
           " by distance; " + control->features + " " + format_number(best_of(*control), 3) + ", chance " +
           format_number(own->chance, 2) + " (" + std::to_string(own->n_songs) + " songs)");
}

// The first algorithm's largest clusters; all are in `file`.
void say_names(const Table& names, const std::string& file) {
  constexpr size_t kMostSaid = 12;
  std::vector<std::vector<Cell>> rows;
  for (const auto& row : names.rows)
    if (row[0] == names.rows.front()[0]) rows.push_back(row);
  std::ranges::stable_sort(rows, std::greater(), [](const auto& row) { return std::get<int64_t>(row[2]); });
  if (rows.size() > kMostSaid) rows.resize(kMostSaid);
  for (const auto& row : rows)
    log_info("cluster " + std::to_string(std::get<int64_t>(row[1])) + ", " + std::to_string(std::get<int64_t>(row[2])) +
             " songs: " + std::get<std::string>(row[3]));
  log_info("all names, and what they are made of: " + file);
}

ExitCode run(const Session& session, const Options& options) {
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  GroupingRequest request{.run = find_run(session.run, session.runs),
                          .library = session.library,
                          .algorithms = {},
                          .k = options.k,
                          .label = options.label,
                          .seed = session.seed,
                          .n_threads = session.n_threads()};
  for (const ClusterAlgorithm a : parse_cluster_algorithms(options.algorithm))
    request.algorithms.emplace_back(cluster_algorithm_name(a));
  const Grouping grouping = group_run(request);
  session.print(grouping.table());
  for (const ControlComparison& c : grouping.comparisons) say_comparison(c);
  for (const ExcerptRow& e : grouping.excerpts)
    log_info("nearest excerpt of the same song, " + e.features + ": " + format_number(100 * e.same_song, 3) +
             " % (chance " + format_number(100 * e.chance, 2) + " %)");
  say_neighbours(grouping);
  const Table names = name_groups(library_of_run(request.run, request.library), grouping.groups, request.n_threads);
  const auto file = results_folder(request.run, request.library) / "cluster_names.csv";
  names.write_csv(file);
  say_names(names, file.string());
  return ExitCode::ok;
}

}  // namespace

void add_cluster(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(
      app, session, "cluster", "Group a run's songs, and score the groups beside controls",
      {Flag::run, Flag::runs, Flag::library, Flag::seed, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command->get_option("--run")->required();
  command->add_option("--algorithm", options->algorithm, "kmeans, ward, gmm or all (default: all)")->type_name("NAME");
  command
      ->add_option("--k", options->k,
                   "number of clusters; auto: by silhouette; label: the label's classes (default: auto)")
      ->type_name("N|auto|label");
  command->add_option("--label", options->label, "label column to score against (default: genre)")->type_name("COLUMN");
  on_run(command, session, [options, &session] { return run(session, *options); });
}

}  // namespace songscape
