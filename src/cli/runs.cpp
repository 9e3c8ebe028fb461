// `songscape runs list`: the runs of a folder.
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "report/table.h"
#include "run/find_run.h"

namespace songscape {

void add_runs(CLI::App& app, Session& session) {
  auto action = std::make_shared<std::string>("list");
  CLI::App* command =
      add_command(app, session, "runs", "List the runs of a folder", {Flag::runs, Flag::json, Flag::csv});
  command->add_option("action", *action, "list (default: list)")->check(one_of({"list"}))->type_name("ACTION");
  on_run(command, session, [&session] {
    Table table{{"run", "model", "size", "name", "state", "epochs", "best validation loss"}, {}};
    for (const RunSummary& r : list_runs(session.runs))
      table.add({r.path.filename().string(), r.model, r.size, r.name, r.state, r.n_epochs,
                 r.best_validation_loss ? Cell(*r.best_validation_loss) : Cell()});
    session.print(table);
    return ExitCode::ok;
  });
}

}  // namespace songscape
