// `songscape compare`: several runs side by side, and the documents' promises with verdicts.
#include "study/compare.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/log.h"
#include "run/device.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::vector<std::string> runs;
  std::string label, factor_library;
};

ExitCode run(const Session& session, const Options& options) {
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  const CompareOutcome outcome = compare_runs({.runs = options.runs,
                                               .runs_folder = session.runs,
                                               .library = session.library,
                                               .factor_library = options.factor_library,
                                               .label = options.label,
                                               .study = study_folder(session.study, session.runs),
                                               .output = session.output,
                                               .seed = session.seed,
                                               .n_threads = session.n_threads()});
  Json files = Json::array(), left_out = Json::array();
  for (const auto& file : outcome.files) {
    files.push_back(file.string());
    log_info("written: " + file.string());
  }
  for (const LeftOutRun& l : outcome.left_out) left_out.push_back({{"run", l.run}, {"reason", l.reason}});
  session.print({{"models", outcome.overview.to_json()},
                 {"claims", outcome.claims.to_json()},
                 {"files", files},
                 {"left_out", left_out}},
                outcome.overview);
  return outcome.left_out.empty() ? ExitCode::ok : ExitCode::partly;
}

}  // namespace

void add_compare(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(app, session, "compare", "Compare runs: tables, figures, and the documents' promises with verdicts",
                  {Flag::runs, Flag::library, Flag::study, Flag::output, Flag::seed, Flag::device, Flag::threads,
                   Flag::json, Flag::csv});
  command
      ->add_option("RUN", options->runs, "run folders, or models (all their finished runs); none: every run of --runs")
      ->type_name("RUN");
  command->get_option("--study")->required();
  command
      ->add_option("--factor-library", options->factor_library,
                   "library whose songs MIG is measured on, 10,000 for a steady figure (default: the judged one)")
      ->type_name("L");
  command->add_option("--label", options->label, "label column to score against (default: genre)")->type_name("COLUMN");
  on_run(command, session, [options, &session] { return run(session, *options); });
}

}  // namespace songscape
