// `songscape export`: data out of a library or a run, as .npy or .csv.
#include "run/export.h"

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "report/table.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/threads.h"

namespace songscape {

void add_export(CLI::App& app, Session& session) {
  auto what = std::make_shared<std::string>();
  CLI::App* command = add_command(
      app, session, "export", "Write data of a library or a run as .npy or .csv",
      {Flag::library, Flag::run, Flag::runs, Flag::output, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command->add_option("what", *what, "mel, features, latents, labels or history")
      ->required()
      ->check(one_of({"mel", "features", "latents", "labels", "history"}))
      ->type_name("WHAT");
  command->get_option("--output")->required();
  on_run(command, session, [what, &session] {
    set_compute_threads(session.n_threads());
    set_compute_device(session.device);
    const ExportResult r =
        export_data({.what = *what,
                     .library = session.library,
                     .run = session.run.empty() ? std::filesystem::path() : find_run(session.run, session.runs),
                     .output = session.output});
    Table table{{"file", "rows", "columns", "paths"}, {}};
    table.add({r.file.string(), r.n_rows, r.n_columns, r.paths_file.string()});
    session.print(table);
    return ExitCode::ok;
  });
}

}  // namespace songscape
