// `songscape cluster`: songs in groups, beside the controls that a learnt grouping has to beat.
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cluster/clusterer.h"
#include "core/log.h"
#include "core/text.h"
#include "report/table.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/grouping.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::string algorithm = "all", k = "auto", label;
};

void say_comparison(const ControlComparison& c) {
  const std::string outcome = c.low > 0 ? "beats" : c.high < 0 ? "loses to" : "does not differ from";
  const std::string by = c.control_algorithm == c.algorithm ? "" : " by " + c.control_algorithm;
  log_info(c.algorithm + ", fitted on " + c.fitted_on + ": ARI against " + c.label + " " + format_number(c.ari, 3) +
           " " + outcome + " the best control, " + c.best_control + by + ", " + format_number(c.control_ari, 3) +
           " (difference " + format_number(c.difference, 2) + ", 95 % interval " + format_number(c.low, 2) + " to " +
           format_number(c.high, 2) + ")");
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
