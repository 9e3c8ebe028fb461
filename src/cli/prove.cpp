// `songscape prove`: the documents' promises about a run, measured.
#include "proof/prove.h"

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  std::string test, condition, class_name;
  std::vector<std::string> compare;
  int64_t dimension = 0, n_samples = 0;
};

// The run to prove, and the one that it is compared with (or nothing).
std::pair<std::string, std::string> runs_asked(const Session& session, const Options& options) {
  if (session.run.empty() == options.compare.empty())
    fail(ExitCode::usage, {.what = "a proof is about one run, or compares two",
                           .where = {},
                           .seen = options.compare.empty() ? "neither --run nor --compare" : "both --run and --compare",
                           .wanted = "--run R or --compare A B",
                           .fix = {}});
  if (options.compare.empty()) return {session.run, ""};
  return {options.compare[0], options.compare[1]};
}

ExitCode run(const CLI::App& command, const Session& session, const Options& options) {
  set_compute_threads(session.n_threads());
  set_compute_device(session.device);
  const auto [first, second] = runs_asked(session, options);
  ProveRequest request{.test = options.test,
                       .run = find_run(first, session.runs),
                       .library = session.library,
                       .runs = session.runs,
                       .condition = options.condition,
                       .class_name = options.class_name,
                       .n_samples = options.n_samples,
                       .seed = session.seed};
  if (!second.empty()) request.compare = find_run(second, session.runs);
  if (command.get_option("--dimension")->count() > 0) request.dimension = options.dimension;
  const ProveOutcome outcome = prove(request);
  session.print(outcome.measures);
  for (const auto& file : outcome.files) log_info("wrote " + file.string());
  for (const auto& [proof, reason] : outcome.left_out) log_info("left out: " + proof + ": " + reason);
  return ExitCode::ok;
}

std::string tests_help() {
  std::string text = "one of: all";
  for (const ProofName& proof : proof_names()) text += ", " + proof.name;
  return text;
}

}  // namespace

void add_prove(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(
      app, session, "prove", "Measure what a run was promised to do, with a verdict",
      {Flag::run, Flag::runs, Flag::library, Flag::seed, Flag::device, Flag::threads, Flag::json, Flag::csv});
  command->add_option("test", options->test, tests_help())->required()->type_name("TEST");
  command->add_option("--compare", options->compare, "reconstruction: two runs side by side")
      ->expected(2)
      ->type_name("A B");
  command->add_option("--dimension", options->dimension, "traversal: one dimension of z, from 0")
      ->check(whole_number(0, 1'000'000))
      ->type_name("D");
  command
      ->add_option("--condition", options->condition,
                   "separation, generate: a label column (default: the run's own, else language)")
      ->type_name("COLUMN");
  command->add_option("--class", options->class_name, "generate: one class of the condition (default: all)")
      ->type_name("C");
  command->add_option("--n-samples", options->n_samples, "generate: samples of each class")
      ->check(whole_number(1, 100'000))
      ->type_name("N");
  on_run(command, session, [options, &session, command] { return run(*command, session, *options); });
}

}  // namespace songscape
