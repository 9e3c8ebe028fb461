// `songscape export`: data out of a library or a run, as .npy or .csv, and its clusters as playlists.
#include "run/export.h"

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/path_prefix.h"
#include "report/table.h"
#include "run/cluster_playlists.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/threads.h"

namespace songscape {

namespace {

struct Options {
  std::string what, algorithm, path_prefix;
};

[[noreturn]] void refuse_flag(const std::string& flag, const std::string& what, const std::string& fix) {
  fail(ExitCode::usage, {.what = what, .where = flag, .seen = {}, .wanted = {}, .fix = fix});
}

std::filesystem::path run_of(const Session& session) {
  return session.run.empty() ? std::filesystem::path() : find_run(session.run, session.runs);
}

ExitCode export_playlists(const Options& options, const Session& session) {
  if (session.run.empty()) refuse_flag("export", "export m3u8 reads the clusters of a run", "pass --run R");
  const WrittenPlaylists written = write_cluster_playlists({.run = run_of(session),
                                                            .library = session.library,
                                                            .output = session.output,
                                                            .algorithm = options.algorithm,
                                                            .path_prefix = options.path_prefix,
                                                            .n_threads = session.n_threads()});
  session.print(written.table);
  return written.is_whole ? ExitCode::ok : ExitCode::partly;
}

ExitCode run(const Options& options, const Session& session) {
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  if (options.what == "m3u8") return export_playlists(options, session);
  for (const auto& [flag, value] :
       {std::pair("--algorithm", options.algorithm), {"--path-prefix", options.path_prefix}})
    if (!value.empty()) refuse_flag(flag, "only playlists take this flag", "export m3u8, or leave it out");
  const ExportResult r =
      export_data({.what = options.what, .library = session.library, .run = run_of(session), .output = session.output});
  Table table{{"file", "rows", "columns", "paths"}, {}};
  table.add({r.file.string(), r.n_rows, r.n_columns, r.paths_file.string()});
  session.print(table);
  return ExitCode::ok;
}

}  // namespace

void add_export(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(
      app, session, "export", "Write data of a library or a run as .npy or .csv, or a run's clusters as playlists",
      {Flag::library, Flag::run, Flag::runs, Flag::output, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command
      ->add_option("what", options->what,
                   "mel, features, latents, labels or history; m3u8: a playlist for each cluster of the run's last "
                   "grouping, in a new folder")
      ->required()
      ->check(one_of({"mel", "features", "latents", "labels", "history", "m3u8"}))
      ->type_name("WHAT");
  command->get_option("--output")->required();
  command
      ->add_option("--algorithm", options->algorithm,
                   "m3u8: clusters by this one of the grouping's algorithms (default: its first)")
      ->type_name("NAME");
  add_path_prefix(command, options->path_prefix);
  on_run(command, session, [options, &session] { return run(*options, session); });
}

}  // namespace songscape
