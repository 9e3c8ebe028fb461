// `songscape encode`: the place of every song in a run's latent space.
#include "run/encode.h"

#include "cli/command.h"
#include "cli/commands.h"
#include "core/text.h"
#include "report/table.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/threads.h"

namespace songscape {
namespace {

ExitCode run(const Session& session) {
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  const auto run_path = find_run(session.run, session.runs);
  const SongLatents latents = encode_run(run_path, session.library);
  Table table{{"songs", "clips", "latent_dim", "train", "validation", "new", "file"}, {}};
  const auto count = [&](const char* part) { return static_cast<int64_t>(latents.rows_in(part).size()); };
  table.add({latents.songs.n_rows, latents.clips.n_rows, latents.songs.n_cols, count("train"), count("validation"),
             count("new"), (results_folder(run_path, session.library) / "latent_features.npy").string()});
  session.print(table);
  return ExitCode::ok;
}

}  // namespace

void add_encode(CLI::App& app, Session& session) {
  CLI::App* command =
      add_command(app, session, "encode", "Place every song of a library in a run's latent space",
                  {Flag::run, Flag::runs, Flag::library, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command->get_option("--run")->required();
  on_run(command, session, [&session] { return run(session); });
}

}  // namespace songscape
