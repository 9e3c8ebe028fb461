// `songscape train-all`: every model on one library, going on where a killed call stopped.
#include "run/train_all.h"

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/text.h"
#include "run/device.h"

namespace songscape {
namespace {

struct Options {
  std::string size = "spec", conditions, forms;
  int64_t epochs = 0;
  std::vector<std::string> settings;
};

TrainAllRequest request_of(const Options& options, const Session& session, const CLI::App& command) {
  TrainAllRequest request{.library = session.library,
                          .runs = session.runs,
                          .size = options.size,
                          .first_seed = command.get_option("--seed")->count() > 0 ? session.seed : 1,
                          .n_seeds = session.n_seeds,
                          .conditions = {},
                          .settings = {},
                          .is_dry_run = session.dry_run};
  if (!options.conditions.empty()) request.conditions = split(options.conditions, ',');
  if (!options.forms.empty()) request.forms = split(options.forms, ',');
  for (const std::string& s : options.settings) request.settings.set(s);
  if (options.epochs > 0) request.settings.entries["train.epochs"] = {options.epochs, "--epochs"};
  for (const auto& [flag, key, value] : {std::tuple{"--threads", "train.threads", ConfigValue(session.threads)},
                                         std::tuple{"--precision", "train.precision", ConfigValue(session.precision)}})
    if (command.get_option(flag)->count() > 0) request.settings.entries[key] = {value, flag};
  return request;
}

}  // namespace

void add_train_all(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, session, "train-all", "Train every model on one library, with one or more seeds",
                                  {Flag::library, Flag::runs, Flag::seed, Flag::seeds, Flag::device, Flag::threads,
                                   Flag::precision, Flag::json, Flag::csv, Flag::dry_run});
  command->get_option("--library")->required();
  command->add_option("--size", options->size, "spec, as documented, or compact (default: spec)")
      ->check(one_of({"spec", "compact"}))
      ->type_name("SIZE");
  command->add_option("--epochs", options->epochs, "passes over the training songs, for all (default: each preset's)")
      ->check(whole_number(1, 1000000))
      ->type_name("N");
  command
      ->add_option("--condition", options->conditions,
                   "label columns, one cvae each (default: language,genre where the library has them)")
      ->type_name("COLUMN,...");
  command
      ->add_option("--form", options->forms,
                   "forms to train, of those that configs/MODEL.toml names (default: all; documented: the documents')")
      ->type_name("NAME,...");
  command->add_option("--set", options->settings, "any setting that every model has; may be repeated")
      ->type_name("key=value")
      ->allow_extra_args(false);
  on_run(command, session, [options, &session, command] {
    set_compute_device(session.device);
    const TrainAllResult result = train_all(request_of(*options, session, *command));
    session.print(result.table);
    return result.n_failed == 0 ? ExitCode::ok : ExitCode::partly;
  });
}

}  // namespace songscape
