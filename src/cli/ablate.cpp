// `songscape ablate`: sweeps over settings, each trial in a process of its own, and what they say.
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "run/threads.h"
#include "study/ablation.h"
#include "study/compare.h"
#include "study/trial_pool.h"
#include "study/trial_run.h"

namespace songscape {
namespace {

struct Options {
  std::string model, data, targets, size, form, label, condition, factor_library, search, budget, trial;
  std::vector<std::string> sweeps, settings;
  int64_t epochs = 0, draws = 0, parent = 0;
  bool is_resume = false;
};

// "90s", "60m", "1.5h" in seconds.
std::optional<double> parse_duration(const std::string& text) {
  if (text.size() < 2) return std::nullopt;
  const auto amount = parse_number(text.substr(0, text.size() - 1));
  const size_t unit = std::string("smh").find(text.back());
  if (!amount || *amount <= 0 || unit == std::string::npos) return std::nullopt;
  constexpr double kSeconds[] = {1, 60, 3600};
  return *amount * kSeconds[unit];
}

CLI::Validator duration() {
  return CLI::Validator(
      [](std::string& text) {
        return parse_duration(text) ? std::string()
                                    : "'" + escape_for_terminal(text) + "' is no duration: write 90s, 60m or 1.5h";
      },
      "");
}

[[noreturn]] void refuse(const std::string& what, const std::string& fix) {
  fail(ExitCode::usage, {.what = what, .where = {}, .seen = {}, .wanted = {}, .fix = fix});
}

// What the command line says, over what the study was asked for where it goes on.
AblationRequest request_of(const Options& o, const Session& session, const CLI::App& command) {
  const auto study = study_folder(session.study, session.runs);
  AblationRequest r = o.is_resume ? read_ablation(study) : AblationRequest{};
  const auto put = [&](const char* flag, auto& to, const auto& from) {
    if (command.get_option(flag)->count() > 0) to = from;
  };
  put("model", r.model, o.model);
  if (command.get_option("--library")->count() > 0) r.library = session.library, r.data.clear();
  if (command.get_option("--data")->count() > 0) r.data = o.data, r.library = session.library;
  put("--targets", r.targets, o.targets);
  put("--size", r.size, o.size);
  put("--form", r.form, o.form);
  put("--label", r.label, o.label);
  put("--condition", r.condition, o.condition);
  put("--factor-library", r.factor_library, o.factor_library);
  put("--draws", r.n_draws, o.draws);
  put("--seed", r.first_seed, static_cast<int64_t>(session.seed));
  put("--seeds", r.n_seeds, session.n_seeds);
  if (!o.search.empty()) r.search = parse_ablation_search(o.search);
  if (!o.budget.empty()) r.budget_sec = *parse_duration(o.budget);
  if (!o.sweeps.empty()) r.sweeps.clear();
  for (const std::string& s : o.sweeps) r.sweeps.push_back(parse_sweep(s));
  for (const std::string& s : o.settings) r.settings.set(s);
  if (o.epochs > 0) r.settings.entries["train.epochs"] = {o.epochs, "--epochs"};
  if (r.model.empty()) refuse("no model is named", "write songscape ablate MODEL, as basic_vae");
  r.n_workers = session.n_threads();
  r.study = study;
  r.is_resume = o.is_resume;
  r.is_dry_run = session.dry_run;
  r.program = std::filesystem::read_symlink("/proc/self/exe").string();
  return r;
}

ExitCode run(const Options& options, const Session& session, const CLI::App& command) {
  if (!options.trial.empty()) {
    end_with_parent(options.parent);
    set_compute_threads(1);
    run_trial(options.trial);
    return ExitCode::ok;
  }
  if (session.study.empty()) refuse("no study is named", "give --study S");
  const AblationOutcome outcome = run_ablation(request_of(options, session, command));
  Json files = Json::array();
  for (const auto& file : outcome.files) {
    files.push_back(file.string());
    log_info("written: " + file.string());
  }
  session.print({{"best", outcome.best.to_json()},
                 {"trials", outcome.trials.to_json()},
                 {"finished", outcome.n_finished},
                 {"failed", outcome.n_failed},
                 {"not_started", outcome.n_not_started},
                 {"files", files}},
                session.dry_run ? outcome.trials : outcome.best);
  return outcome.n_failed == 0 ? ExitCode::ok : ExitCode::partly;
}

void add_data_options(CLI::App& command, Options& options) {
  command.add_option("--data", options.data, "an array of rows in place of a library")->type_name("X.npy");
  command.add_option("--targets", options.targets, "with --data: a class for each row, to judge groups by")
      ->type_name("Y.npy");
  command.add_option("--label", options.label, "label column to judge groups by (default: genre)")->type_name("COLUMN");
  command
      .add_option("--condition", options.condition,
                  "label column that conditional models are told (default: the label)")
      ->type_name("COLUMN");
  command
      .add_option("--factor-library", options.factor_library,
                  "library on whose songs, 2000 at most, disentanglement is measured (default: the held-out songs)")
      ->type_name("L");
}

void add_search_options(CLI::App& command, Options& options) {
  command
      .add_option("--sweep", options.sweeps,
                  "a setting and its values: latent_dim=4,8,16, loss.beta=1..16*2, train.batch=8..32+8, "
                  "architecture=basic_vae,conv_vae,pca (MODEL, MODEL:FORM, or PCA and k-means); may be repeated "
                  "(default: the documents' sweeps, those that the model has)")
      ->type_name("key=v1,v2")
      ->allow_extra_args(false);
  command
      .add_option("--search", options.search,
                  "each: every sweep by itself; grid: all combinations; random: some of them; halving: many for few "
                  "epochs, the best third of them for more, twice (default: each)")
      ->check(one_of({"each", "grid", "random", "halving"}))
      ->type_name("NAME");
  command.add_option("--draws", options.draws, "settings that random (default: 20) and halving (27) draw")
      ->check(whole_number(1, 10000))
      ->type_name("N");
  command
      .add_option("--budget", options.budget,
                  "time for the whole study, as 60m: trials that would not end in it are not started")
      ->check(duration())
      ->type_name("TIME");
}

}  // namespace

void add_ablate(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(app, session, "ablate",
                  "Train a model with other settings, --threads trials at a time, and say which of them matter",
                  {Flag::library, Flag::runs, Flag::study, Flag::seed, Flag::seeds, Flag::threads, Flag::json,
                   Flag::csv, Flag::dry_run});
  command->get_option("--seed")->description("the first seed (default: 1)");
  command->add_option("model", options->model, "the model (with --resume: the study's own)")->type_name("MODEL");
  add_data_options(*command, *options);
  add_search_options(*command, *options);
  command->add_option("--size", options->size, "spec, as documented, or compact (default: compact)")
      ->check(one_of({"spec", "compact"}))
      ->type_name("SIZE");
  command->add_option("--form", options->form, "documented, or another that configs/MODEL.toml names")
      ->type_name("NAME");
  command->add_option("--epochs", options->epochs, "passes over the training songs (default: the preset's)")
      ->check(whole_number(1, 1000000))
      ->type_name("N");
  command->add_option("--set", options->settings, "any setting, for every trial that has it; may be repeated")
      ->type_name("key=value")
      ->allow_extra_args(false);
  command->add_flag("--resume", options->is_resume,
                    "go on with the study, with its own request or one that only adds seeds, values and draws");
  command->add_option("--trial", options->trial, "train the trial of this folder")->group("");
  command->add_option("--parent", options->parent, "the process that a trial ends with")->group("");
  on_run(command, session, [options, &session, command] { return run(*options, session, *command); });
}

}  // namespace songscape
