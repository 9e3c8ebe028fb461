// `songscape bench`: benchmarks against published figures.
#include "bench/published.h"

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/text.h"

namespace songscape {
namespace {

struct Options {
  std::string name, data;
  int64_t n_epochs = 0;
  std::vector<std::string> variants;
};

ExitCode run(const Session& session, const Options& options) {
  const PublishedResult result = run_published(options.name, {.data = options.data,
                                                      .output = session.output.empty() ? "bench" : session.output,
                                                      .n_seeds = session.n_seeds,
                                                      .first_seed = session.seed,
                                                      .n_epochs = options.n_epochs,
                                                      .variants = options.variants,
                                                      .n_threads = session.n_threads()});
  session.print(result.summary);
  return ExitCode::ok;
}

}  // namespace

void add_bench(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, session, "bench", "Measure against published figures; goes on where it stopped",
                                  {Flag::output, Flag::seed, Flag::seeds, Flag::threads, Flag::json, Flag::csv});
  command->add_option("name", options->name, join(published_names(), ", "))->required()->type_name("NAME");
  command->add_option("--data", options->data, "folder of the benchmark's data (the MNIST files)")
      ->required()
      ->type_name("DIR");
  command->add_option("--epochs", options->n_epochs, "of each training (default: the benchmark's schedule)")
      ->check(whole_number(1, 1000000))
      ->type_name("N");
  command
      ->add_option("--variant", options->variants,
                   "mnist_vade: recipe, plain, graph or graph_augment; may be repeated (default: all)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  on_run(command, session, [options, &session] { return run(session, *options); });
}

}  // namespace songscape
