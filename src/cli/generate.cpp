// `songscape generate`: new sounds from a trained model, or known ones seen through it.
#include "create/generate.h"

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::string class_name, song;
  std::vector<std::string> between;
  int64_t component = 0, traverse = 0, n_samples = 0;
};

ExitCode run(const Options& options, const Session& session, const CLI::App& command) {
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  const auto is_given = [&](const char* flag) { return command.get_option(flag)->count() > 0; };
  GenerateRequest request;
  request.run = find_run(session.run, session.runs);
  request.library = session.library;
  request.output = session.output;
  request.song = options.song;
  request.between = options.between;
  if (is_given("--class")) request.class_name = options.class_name;
  if (is_given("--component")) request.component = options.component;
  if (is_given("--traverse")) request.traverse = options.traverse;
  if (is_given("--n-samples")) request.n_samples = options.n_samples;
  request.seed = session.seed;
  request.n_threads = session.n_threads();
  session.print(generate(request));
  return ExitCode::ok;
}

}  // namespace

void add_generate(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(app, session, "generate", "Make new sounds with a trained model, or hear known ones through it",
                  {Flag::run, Flag::runs, Flag::library, Flag::output, Flag::seed, Flag::device, Flag::threads,
                   Flag::json, Flag::csv});
  command->get_option("--run")->required();
  command->get_option("--output")->required();
  command->add_option("--class", options->class_name, "a class of the condition that the model was trained with")
      ->type_name("C");
  command->add_option("--component", options->component, "sample this component of a mixture prior, from 0")
      ->check(whole_number(0, 1000000))
      ->type_name("K");
  command
      ->add_option("--between", options->between,
                   "go from one song to another, linear in the latent space (default: 10 points)")
      ->expected(2)
      ->type_name("A B");
  command
      ->add_option("--song", options->song,
                   "reconstruct this song, or start --traverse there (path, file name or title)")
      ->type_name("A");
  command
      ->add_option("--traverse", options->traverse,
                   "go along this latent dimension, from 0, from -3 to 3 standard deviations (default: 7 steps)")
      ->check(whole_number(0, 1000000))
      ->type_name("D");
  command->add_option("--n-samples", options->n_samples, "how many (default: 4 samples, 10 points between, 7 steps)")
      ->check(whole_number(1, 10000))
      ->type_name("N");
  on_run(command, session, [options, &session, command] { return run(*options, session, *command); });
}

}  // namespace songscape
