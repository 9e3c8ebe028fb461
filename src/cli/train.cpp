// `songscape train`: a model from a library or an array, in a run folder of its own.
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/file.h"
#include "core/text.h"
#include "data/array_source.h"
#include "data/library_source.h"
#include "data/row_split.h"
#include "report/table.h"
#include "run/device.h"
#include "run/find_run.h"
#include "run/music_training.h"
#include "run/run_config.h"
#include "run/song_training.h"
#include "run/train_run.h"

namespace songscape {
namespace {

struct Options {
  std::string model, data, targets, condition, size, form = "documented", resume, from, name, fold, shares, objective,
                                                     prior, fusion, audio;
  int64_t epochs = 0, batch = 0;
  std::vector<std::string> settings;
  bool records_graphs = false;
};

// What trains, with its split by song and artist, or by row.
struct Data {
  std::unique_ptr<BatchSource> source;
  Split split;
  std::string path;
  std::optional<Condition> condition;
  std::function<void(const fs::path& run)> keep_beside = {};
};

[[noreturn]] void refuse_fold(const std::string& seen) {
  fail(ExitCode::usage, {.what = "no such fold",
                         .where = "--fold",
                         .seen = escape_for_terminal(seen),
                         .wanted = "K/N, as 1/5: part K of N, from 1",
                         .fix = {}});
}

// "90/5/5": of training, validation and test.
Split split_by_shares(const std::string& text, const LibraryIndex& index) {
  std::vector<double> shares;
  double sum = 0;
  for (const std::string& part : split(text, '/')) {
    shares.push_back(parse_number(part).value_or(-1));
    sum += shares.back();
  }
  if (shares.size() == 3 && std::ranges::all_of(shares, [](double s) { return s > 0; }))
    return split_songs_in_shares(index, shares[1] / sum, shares[2] / sum);
  fail(ExitCode::usage, {.what = "no such split",
                         .where = "--split",
                         .seen = escape_for_terminal(text),
                         .wanted = "TRAIN/VALIDATION/TEST, shares above 0, as 90/5/5",
                         .fix = {}});
}

// The songs split by the run's own rule, in the shares asked for, or the K-th of N folds.
Split split_for(const Options& options, const LibraryIndex& index) {
  if (!options.shares.empty()) return split_by_shares(options.shares, index);
  if (options.fold.empty()) return split_songs(index);
  const auto parts = split(options.fold, '/');
  const auto fold = parse_integer(parts.front()), n_folds = parse_integer(parts.back());
  if (parts.size() != 2 || !fold || !n_folds || *n_folds < 2 || *n_folds > 1000 || *fold < 1 || *fold > *n_folds)
    refuse_fold(options.fold);
  return fold_songs(index, *n_folds)[static_cast<size_t>(*fold - 1)];
}

bool is_array(const std::string& source) { return fs::path(source).extension() == ".npy"; }

// A resumed run reads what it began with, unless told where that lies now.
void recall(Options& options, std::string& library) {
  if (options.resume.empty()) return;
  if (options.data.empty() && library.empty())
    (is_array(source_of_run(options.resume)) ? options.data : library) = source_of_run(options.resume);
  const auto condition = condition_of_run(options.resume);
  if (!condition || !options.condition.empty() || !options.targets.empty()) return;
  (condition->path.empty() ? options.condition : options.targets) =
      condition->path.empty() ? condition->column : condition->path;
}

// --condition names a library's column, --targets an array's labels.
void check_condition_flags(const Options& options) {
  const bool is_for_library = options.data.empty();
  const std::string& misplaced = is_for_library ? options.targets : options.condition;
  if (misplaced.empty()) return;
  fail(ExitCode::usage, {.what = is_for_library ? "a library's labels are its columns" : "an array has no columns",
                         .where = is_for_library ? "--targets" : "--condition",
                         .seen = escape_for_terminal(misplaced),
                         .wanted = {},
                         .fix = is_for_library ? "give --condition COLUMN" : "give --targets Y.npy"});
}

Data open_array(const Options& options) {
  auto source = std::make_unique<ArraySource>(ArraySource::from_npy(options.data));
  Data data{.source = {},
            .split = split_rows(source->n_rows()),
            .path = fs::absolute(options.data).string(),
            .condition = {}};
  if (!options.targets.empty()) data.condition = condition_of_targets(options.targets, source->n_rows());
  data.source = std::move(source);
  return data;
}

// Songs with sound and words, one row each.
Data open_songs(const Options& options, const std::string& model, const ConfigMap& settings,
                const std::shared_ptr<const LibraryIndex>& index) {
  Data data{
      .source = {}, .split = split_for(options, *index), .path = fs::absolute(index->path()).string(), .condition = {}};
  SongsWithWords songs = songs_to_train_on(model, settings, index, data.split, options.resume);
  data.source = std::move(songs.source);
  data.keep_beside = [text = std::make_shared<const TextFeatures>(std::move(songs.text))](const fs::path& run) {
    keep_text_features(*text, run);
  };
  if (!options.condition.empty()) data.condition = condition_of_library(*index, options.condition, /*by_song=*/true);
  return data;
}

// Windows of MIDI songs.
Data open_music(const Options& options, const ConfigMap& settings, const std::shared_ptr<const LibraryIndex>& index) {
  ConfigMap whole;
  if (options.resume.empty()) {
    TrainRequest request;
    request.model = options.model;
    request.size = options.size.empty() ? "spec" : options.size;
    request.form = options.form;
    request.settings = settings;
    for (const ConfigRow& row : resolved_settings(request)) whole.entries[row.key] = {row.value, row.key};
  } else {
    whole = read_run_config(options.resume).settings;
  }
  std::unique_ptr<TokenSource> rows = music_rows(whole, index);
  const Split songs = split_for(options, *index);
  Data data{.source = {},
            .split = {.train = rows->rows_of(songs.train),
                      .validation = rows->rows_of(songs.validation),
                      .test = rows->rows_of(songs.test)},
            .path = fs::absolute(index->path()).string(),
            .condition = {}};
  data.source = std::move(rows);
  return data;
}

Data open_data(Options options, std::string library, const ConfigMap& settings) {
  recall(options, library);
  if (options.data.empty() == library.empty())
    fail(ExitCode::usage, {.what = "a run trains on one thing",
                           .where = {},
                           .seen = options.data.empty() ? "neither --library nor --data" : "both --library and --data",
                           .wanted = "--library L or --data X.npy",
                           .fix = {}});
  check_condition_flags(options);
  if (!options.data.empty()) return open_array(options);
  const std::string model = options.resume.empty() ? options.model : read_run_config(options.resume).model;
  const auto index = std::make_shared<const LibraryIndex>(
      library, reads_tokens(model) ? LibraryIndex::Songs::midi : LibraryIndex::Songs::without_midi);
  if (reads_songs(model)) return open_songs(options, model, settings, index);
  if (reads_tokens(model)) return open_music(options, settings, index);
  Data data{.source = std::make_unique<LibrarySource>(index),
            .split = clips_of_split(*index, split_for(options, *index)),
            .path = fs::absolute(library).string(),
            .condition = {}};
  if (!options.condition.empty()) data.condition = condition_of_library(*index, options.condition);
  return data;
}

ConfigMap settings_of(const Options& options, const Session& session, const CLI::App& command) {
  ConfigMap map;
  for (const std::string& s : options.settings) map.set(s);
  const auto put = [&](const char* flag, const char* key, ConfigValue value) {
    if (command.get_option(flag)->count() > 0) map.entries[key] = {std::move(value), flag};
  };
  put("--epochs", "train.epochs", options.epochs);
  put("--batch", "train.batch", options.batch);
  put("--objective", "objective", options.objective);
  put("--prior", "prior", options.prior);
  put("--fusion", "fusion", options.fusion);
  put("--audio", "audio", options.audio);
  put("--threads", "train.threads", session.threads);
  put("--precision", "train.precision", session.precision);
  put("--seed", "train.seed", static_cast<int64_t>(session.seed));
  return map;
}

Table result_of(const TrainOutcome& o) {
  if (o.is_dry_run) {
    Table plan{{"model", "size", "form", "parameters", "precision", "step_sec", "disk_bytes", "memory_bytes"}, {}};
    plan.add({o.model, o.size, o.form, o.n_parameters, o.precision, o.step_sec, o.expected_disk_bytes,
              o.expected_memory_bytes});
    return plan;
  }
  Table table{{"run", "model", "size", "form", "parameters", "train_clips", "validation_clips", "precision", "epochs",
               "best_epoch", "validation_loss", "validation_mse", "seconds", "stopped_because"},
              {}};
  table.add({o.run.string(), o.model, o.size, o.form, o.n_parameters, o.n_train, o.n_validation, o.precision,
             o.n_epochs, o.best_epoch, o.best_validation_loss, o.best_validation_mse, o.wall_sec, o.stop_reason});
  return table;
}

ExitCode run(const Options& options, const Session& session, const CLI::App& command) {
  if (options.model.empty() && options.resume.empty())
    fail(ExitCode::usage, {.what = "no model is named", .where = {}, .seen = {}, .wanted = "train MODEL", .fix = {}});
  set_compute_device(session.device);
  TrainRequest request;
  request.settings = settings_of(options, session, command);
  Data data = open_data(options, session.library, request.settings);
  request.model = options.model;
  request.size = options.size.empty() ? "spec" : options.size;
  request.form = options.form;
  request.name = options.name;
  request.runs = session.runs;
  if (!options.from.empty()) request.from = find_run(options.from, session.runs);
  if (!options.resume.empty()) request.resume = options.resume;
  request.source_path = data.path;
  request.condition = std::move(data.condition);
  request.keep_beside = std::move(data.keep_beside);
  request.is_dry_run = session.dry_run;
  request.records_graphs = options.records_graphs;
  session.print(result_of(train_run(request, *data.source, data.split)));
  return ExitCode::ok;
}

}  // namespace

void add_train(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, session, "train", "Train a model in a run folder of its own",
                                  {Flag::library, Flag::runs, Flag::seed, Flag::device, Flag::threads, Flag::precision,
                                   Flag::json, Flag::csv, Flag::dry_run});
  command
      ->add_option("model", options->model,
                   "basic_vae, conv_vae, beta_vae, cvae, vade, multimodal_vae or music_transformer (with --resume: the "
                   "run's own)")
      ->type_name("MODEL");
  command->add_option("--data", options->data, "an array of rows in place of a library")->type_name("X.npy");
  command->add_option("--condition", options->condition, "cvae: the label column that it is told")->type_name("COLUMN");
  command->add_option("--targets", options->targets, "cvae on --data: a class for each row, below 0 where unknown")
      ->type_name("Y.npy");
  command->add_option("--objective", options->objective, "beta_vae: what beta weighs")
      ->check(one_of({"beta", "tc", "factor"}))
      ->type_name("NAME");
  command->add_option("--prior", options->prior, "cvae: N(0, I), or a learnt Gaussian for each class")
      ->check(one_of({"standard", "class"}))
      ->type_name("NAME");
  command->add_option("--fusion", options->fusion, "multimodal_vae: how sound and words become one place")
      ->check(one_of({"poe", "mixture", "concat"}))
      ->type_name("NAME");
  command->add_option("--audio", options->audio, "multimodal_vae: the sound as 39 features or as a mel")
      ->check(one_of({"features", "mel"}))
      ->type_name("NAME");
  command->add_option("--size", options->size, "spec, as documented, or compact (default: spec)")
      ->check(one_of({"spec", "compact"}))
      ->type_name("SIZE");
  command
      ->add_option("--form", options->form,
                   "documented, or another that configs/MODEL.toml names, as views (default: documented)")
      ->type_name("NAME");
  command->add_option("--epochs", options->epochs, "passes over the training songs")
      ->check(whole_number(1, 1000000))
      ->type_name("N");
  command->add_option("--batch", options->batch, "songs a step")->check(whole_number(1, 65536))->type_name("N");
  command->add_option("--set", options->settings, "any setting, as in configs/MODEL.toml; may be repeated")
      ->type_name("key=value")
      ->allow_extra_args(false);
  command->add_option("--resume", options->resume, "go on with this run, exactly where it stopped")->type_name("RUN");
  command
      ->add_option("--from", options->from,
                   "begin with the weights of this finished run of the same layers; what it has not begins afresh")
      ->type_name("RUN")
      ->excludes("--resume");
  command
      ->add_option("--fold", options->fold,
                   "validate on part K of N of a library's songs, by artist (default: a fifth)")
      ->type_name("K/N");
  command
      ->add_option("--split", options->shares,
                   "shares of the songs for training, validation and a test that training never sees, as 90/5/5")
      ->type_name("T/V/T")
      ->excludes("--fold");
  command->add_flag("--cuda-graphs", options->records_graphs,
                    "on a GPU: record recurring steps and replay them (not yet tried on one)");
  command->add_option("--name", options->name, "a title for people")->type_name("TEXT");
  on_run(command, session, [options, &session, command] { return run(*options, session, *command); });
}

}  // namespace songscape
