// `songscape demo`: the main job end to end, on the built-in corpus or on a folder of the user's.
#include "run/demo.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/file.h"
#include "core/json.h"
#include "core/text.h"
#include "run/device.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::string folder;
  int64_t n_songs = 450, n_epochs = 0;
};

ExitCode run(const Session& session, const Options& options) {
  if (!options.folder.empty() && !fs::is_directory(options.folder))
    fail(ExitCode::usage, {.what = "no such folder of songs",
                           .where = "demo " + escape_for_terminal(options.folder),
                           .seen = {},
                           .wanted = "a folder that can be read",
                           .fix = "leave it out for the built-in corpus"});
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  DemoRequest request{.music = options.folder,
                      .n_songs = options.n_songs,
                      .n_epochs = options.n_epochs,
                      .n_threads = session.n_threads()};
  if (!session.output.empty()) request.output = session.output;
  if (session.seed > 0) request.seed = session.seed;
  const DemoResult result = run_demo(request);
  if (session.json) {
    session.print(
        {{"stages", result.stages.to_json()}, {"summary", result.summary.to_json()}, {"report", result.page.string()}},
        result.summary);
  } else {
    session.print_text(result.stages.to_text() + "\n");
    session.print(result.summary);
    session.print_text("\nreport: " + escape_for_terminal(result.page.string()) + "\n");
  }
  return result.n_failed_files > 0 ? ExitCode::partly : ExitCode::ok;
}

}  // namespace

void add_demo(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, session, "demo", "The main job end to end: songs to models, groups and reports",
                                  {Flag::output, Flag::seed, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command->add_option("folder", options->folder, "folder of songs (default: the built-in corpus, a simulation)")
      ->type_name("DIR");
  command->add_option("--songs", options->n_songs, "songs of the built-in corpus (default: 450)")
      ->check(whole_number(10, 100000))
      ->type_name("N");
  command->add_option("--epochs", options->n_epochs, "epochs of each model at most (default: as the presets say)")
      ->check(whole_number(1, 1000000))
      ->type_name("N");
  on_run(command, session, [options, &session] { return run(session, *options); });
}

}  // namespace songscape
