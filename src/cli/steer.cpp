// `songscape steer`: a song with more or less of something.
#include "create/steer.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::string song, attribute;
  double amount = 1;
};

ExitCode run(const Options& options, const Session& session) {
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  const SteerResult result = steer({.run = find_run(session.run, session.runs),
                                    .library = session.library,
                                    .song = options.song,
                                    .attribute = options.attribute,
                                    .amount = options.amount,
                                    .output = session.output,
                                    .seed = session.seed,
                                    .n_threads = session.n_threads()});
  Json object;
  object["direction"] = result.direction.to_json();
  object["side_effects"] = result.side_effects.to_json();
  session.print(object, result.side_effects);
  return ExitCode::ok;
}

}  // namespace

void add_steer(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(app, session, "steer", "Move a song along the direction of an attribute and measure what else moves",
                  {Flag::run, Flag::runs, Flag::library, Flag::output, Flag::seed, Flag::device, Flag::threads,
                   Flag::json, Flag::csv});
  for (const char* flag : {"--run", "--output"}) command->get_option(flag)->required();
  command->add_option("--song", options->song, "a song's path, file name or title")->required()->type_name("A");
  command
      ->add_option("--attribute", options->attribute,
                   "a factor of the library, LABEL=CLASS, or measured: loudness, brightness, register, density, tempo, "
                   "mode, energy")
      ->required()
      ->type_name("NAME");
  command
      ->add_option("--amount", options->amount,
                   "how far, in standard deviations, over the training songs, of the attribute as the model tells it "
                   "(default: 1)")
      ->check(real_number(-10, 10))
      ->type_name("X");
  on_run(command, session, [options, &session] { return run(*options, session); });
}

}  // namespace songscape
