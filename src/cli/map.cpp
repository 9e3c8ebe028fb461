// `songscape map`: a run's songs in two dimensions.
#include "run/map.h"

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "report/table.h"
#include "run/device.h"
#include "run/encode.h"
#include "run/find_run.h"
#include "run/threads.h"

namespace songscape {

void add_map(CLI::App& app, Session& session) {
  auto method = std::make_shared<std::string>("umap");
  CLI::App* command = add_command(
      app, session, "map", "Lay a run's songs out in two dimensions",
      {Flag::run, Flag::runs, Flag::library, Flag::seed, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command->get_option("--run")->required();
  command->add_option("--method", *method, "umap or tsne (default: umap)")
      ->check(one_of({"umap", "tsne"}))
      ->type_name("NAME");
  on_run(command, session, [method, &session] {
    set_compute_threads(session.n_threads());
    set_compute_device(session.device);
    const auto run = find_run(session.run, session.runs);
    const MapResult map = map_run({.run = run,
                                   .library = session.library,
                                   .method = *method,
                                   .seed = session.seed,
                                   .n_threads = session.n_threads()});
    Table table{{"method", "songs", "trustworthiness", "file"}, {}};
    table.add({*method, map.positions.n_rows, map.trustworthiness,
               (results_folder(run, session.library) / (*method + "_2d.npy")).string()});
    session.print(table);
    return ExitCode::ok;
  });
}

}  // namespace songscape
