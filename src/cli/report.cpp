// `songscape report`: every figure of a run and one page that holds them.
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "report/table.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/run_report.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::string k = "auto", label;
};

}  // namespace

void add_report(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(
      app, session, "report", "Draw a run's figures and write its page, report.html",
      {Flag::run, Flag::runs, Flag::library, Flag::seed, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command->get_option("--run")->required();
  command
      ->add_option("--k", options->k,
                   "number of clusters; auto: by silhouette; label: the label's classes (default: auto)")
      ->type_name("N|auto|label");
  command->add_option("--label", options->label, "label column to colour and score by (default: genre)")
      ->type_name("COLUMN");
  on_run(command, session, [options, &session] {
    set_compute_threads(session.n_threads());
    set_compute_device(session.device);
    const RunReport page = report_run({.run = find_run(session.run, session.runs),
                                       .library = session.library,
                                       .label = options->label,
                                       .k = options->k,
                                       .seed = session.seed,
                                       .n_threads = session.n_threads()});
    Table table{{"report"}, {}};
    table.add({page.page.string()});
    session.print(table);
    return ExitCode::ok;
  });
}

}  // namespace songscape
