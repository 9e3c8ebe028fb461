#include "proof/context.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "proof/told.h"
#include "run/encode.h"
#include "run/music_training.h"

namespace songscape {
namespace {

bool is_array(const std::string& source) { return source.empty() || fs::path(source).extension() == ".npy"; }

// The songs of `library` that the run did not train on: of its own one those of its test, else those of its validation.
std::vector<int64_t> new_songs(const OpenRun& run, const LibraryIndex& library, bool is_other) {
  std::vector<int64_t> songs;
  const auto& own = run.test_keys.empty() ? run.validation_keys : run.test_keys;
  for (int64_t i = 0; i < library.n_songs(); ++i) {
    const std::string key = library.song(i).sha256;
    if (is_other ? !run.train_keys.contains(key) : own.contains(key)) songs.push_back(i);
  }
  return songs;
}

std::vector<std::string> names_of(const std::vector<SongLabel>& labels) {
  std::vector<std::string> names;
  for (const SongLabel& l : labels) names.push_back(l.name);
  return names;
}

[[noreturn]] void refuse_column(const std::string& column, const std::vector<std::string>& known) {
  const auto near = nearest_name(column, known);
  fail(ExitCode::usage, {.what = "the library has no such label column of two classes or more",
                         .where = "--condition",
                         .seen = escape_for_terminal(column),
                         .wanted = known.empty() ? "a library with labels" : "one of: " + join(known, ", "),
                         .fix = near ? "did you mean '" + *near + "'?" : ""});
}

}  // namespace

std::vector<int64_t> ProofSongs::middle_clips() const {
  std::vector<int64_t> clips;
  for (const int64_t s : songs) clips.push_back(library->song(s).first_clip + library->song(s).n_clips / 2);
  return clips;
}

std::vector<int32_t> ProofSongs::groups() const {
  std::vector<int32_t> out;
  for (const int64_t s : songs) out.push_back(library->song(s).group);
  return out;
}

ProofContext open_proof(const fs::path& run_path, const std::string& library, ProofOptions options) {
  ProofContext context{.run = open_run(run_path),
                       .library_name = library,
                       .train = {},
                       .judged = {},
                       .labels = {},
                       .folder = results_folder(run_path, library),
                       .options = std::move(options)};
  const OpenRun& run = context.run;
  if (!is_array(run.source_path)) {
    context.train.library = open_library_of(run);
    context.train.songs = split_of(run, *context.train.library).train;
  }
  if (library.empty() && is_array(run.source_path)) return context;
  context.judged.library = library.empty() ? context.train.library : open_library_of(run, library);
  context.judged.songs = new_songs(run, *context.judged.library, !library.empty());
  if (context.judged.songs.empty() && library.empty()) {
    log_warning("the run has no validation songs: proofs judge on the songs it trained on");
    context.judged.songs = context.train.songs;
  }
  if (context.judged.songs.empty())
    fail(ExitCode::usage, {.what = "the library has no song that is new to the run",
                           .where = "--library",
                           .seen = escape_for_terminal(library),
                           .wanted = "songs that the run did not train on",
                           .fix = "leave --library out to judge on the run's validation songs"});
  context.labels = song_labels(*context.judged.library);
  return context;
}

std::optional<std::string> needs_library(const ProofContext& context) {
  if (context.has_library()) return std::nullopt;
  return "the run was trained on an array, which has no songs; name a library with --library";
}

std::optional<std::string> needs_whole_songs(const ProofContext& context) {
  if (auto reason = needs_library(context)) return reason;
  if (!reads_tokens(context.run.model_name)) return std::nullopt;
  return "the model reads windows of MIDI: the music proof has what can be told of them";
}

std::optional<std::string> needs_spectrograms(const ProofContext& context) {
  if (auto reason = needs_library(context)) return reason;
  if (context.run.model->input_shape() == std::vector<int64_t>{kMelBands, kMelFrames}) return std::nullopt;
  return "the model does not read and decode spectrograms";
}

std::vector<int64_t> song_codes(const LibraryIndex& library, const std::string& column,
                                const std::vector<std::string>& classes) {
  const std::vector<SongLabel> labels = song_labels(library);
  const SongLabel* label = find_label(labels, column);
  if (!label) refuse_column(column, names_of(labels));
  std::vector<int64_t> code_of_class;
  for (const std::string& name : label->classes) {
    const auto it = std::find(classes.begin(), classes.end(), name);
    code_of_class.push_back(it == classes.end() ? -1 : it - classes.begin());
  }
  std::vector<int64_t> codes;
  for (const int32_t c : label->codes) codes.push_back(c < 0 ? -1 : code_of_class[static_cast<size_t>(c)]);
  return codes;
}

const std::vector<int64_t>& classes_by_model(ProofContext& context) {
  if (!context.inferred) {
    if (context.run.model->n_classes() > 0) log_info("the model infers the classes of the songs that are judged");
    const RunRows rows = rows_of_run(context.run, context.judged.library);
    context.inferred = inferred_classes(*context.run.model, *rows.source, context.judged.places(rows));
  }
  return *context.inferred;
}

KnownClasses known_classes(ProofContext& context) {
  const OpenRun& run = context.run;
  if (run.model->n_classes() == 0 || !run.condition) return {};
  if (!find_label(context.labels, run.condition->column)) return {classes_by_model(context), false};
  const std::vector<int64_t> codes = song_codes(*context.judged.library, run.condition->column, run.condition->classes);
  std::vector<int64_t> classes;
  for (const int64_t s : context.judged.songs) classes.push_back(codes[static_cast<size_t>(s)]);
  if (std::count(classes.begin(), classes.end(), -1) > 0) return {classes_by_model(context), false};
  return {std::move(classes), true};
}

std::string condition_column(const ProofContext& context) {
  if (!context.options.condition.empty()) return context.options.condition;
  if (context.run.condition) return context.run.condition->column;
  return find_label(context.labels, "language") ? "language" : primary_label(context.labels, "");
}

const SongLabel& label_asked(const ProofContext& context, const std::string& column) {
  const SongLabel* label = find_label(context.labels, column);
  if (!label) refuse_column(column, names_of(context.labels));
  return *label;
}

}  // namespace songscape
