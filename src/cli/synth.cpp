// `songscape synth OUT`: the built-in corpus, rendered into a folder of real files.
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "library/corpus.h"
#include "report/table.h"

namespace songscape {
namespace {

struct Options {
  std::string folder;
  std::string format = "flac";
  CorpusSpec spec;
};

ExitCode show_plan(const Options& options, const Session& session) {
  const auto n_bytes = static_cast<double>(corpus_bytes_expected(options.spec));
  const double n_sec = corpus_seconds_expected(options.spec) / session.n_threads();
  Table table{{"output", "songs", "disk", "disk free", "time"}, {}};
  table.add({options.folder, std::to_string(options.spec.n_songs), format_bytes(n_bytes),
             format_bytes(static_cast<double>(free_bytes(options.folder))), format_duration(n_sec)});
  session.print(Json{{"output", options.folder},
                     {"n_songs", options.spec.n_songs},
                     {"expected_bytes", n_bytes},
                     {"expected_sec", n_sec},
                     {"dry_run", true}},
                table);
  return ExitCode::ok;
}

ExitCode run(Options options, const Session& session) {
  options.spec.seed = session.seed;
  check_new_folder(options.folder);
  if (session.dry_run) return show_plan(options, session);
  log_info("rendering " + std::to_string(options.spec.n_songs) + " songs, about " +
           format_bytes(static_cast<double>(corpus_bytes_expected(options.spec))) + " of disk");
  const CorpusOutput output = write_corpus(options.spec, options.folder, session.n_threads());
  Table table{{"output", "songs", "files", "bytes", "audio"}, {}};
  table.add({options.folder, std::to_string(output.n_songs), std::to_string(output.n_files),
             format_bytes(static_cast<double>(output.n_bytes)), format_duration(output.audio_sec)});
  session.print(Json{{"output", options.folder},
                     {"corpus_version", kCorpusVersion},
                     {"seed", options.spec.seed},
                     {"affinity", options.spec.affinity},
                     {"n_songs", output.n_songs},
                     {"n_files", output.n_files},
                     {"n_bytes", output.n_bytes},
                     {"audio_sec", output.audio_sec}},
                table);
  return ExitCode::ok;
}

}  // namespace

void add_synth(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, session, "synth",
                                  "Render the built-in corpus: simulated songs with known genre, language and factors",
                                  {Flag::seed, Flag::threads, Flag::json, Flag::csv, Flag::dry_run});
  command->add_option("OUT", options->folder, "folder to write, which must not exist or be empty")->required();
  command->add_option("--songs", options->spec.n_songs, "number of songs; 900 are four of each genre and language")
      ->check(whole_number(1, 100000))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--seconds", options->spec.duration_sec, "length of a song")
      ->check(real_number(10, 600))
      ->type_name("T")
      ->capture_default_str();
  command
      ->add_option("--affinity", options->spec.affinity,
                   "how often words go with the sound: share of artists and songs whose language and theme are those "
                   "at home in their genre; 0: words tell nothing of genre")
      ->check(real_number(0, 1))
      ->type_name("SHARE")
      ->capture_default_str();
  command->add_option("--format", options->format, "format of the audio files")
      ->check(one_of({"flac"}))
      ->type_name("NAME")
      ->capture_default_str();
  on_run(command, session, [options, &session] { return run(*options, session); });
}

}  // namespace songscape
