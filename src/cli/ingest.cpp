// `songscape ingest DIR --library L`: songs into a library; or the rows of a table of texts.
#include "library/ingest.h"

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "library/ingest_checks.h"
#include "report/table.h"

namespace songscape {
namespace {

struct Flags {
  std::string folder, labels, path_column, lyrics, excerpts, mel_reference, text_column;
  bool follow_links = false, strict_text = false;
};

IngestOptions to_options(const Flags& f, const Session& session) {
  IngestOptions o;
  o.music = f.folder;
  o.library = session.library;
  o.labels = f.labels;
  o.text_column = f.text_column;
  o.path_column = f.path_column;
  o.lyrics = f.lyrics;
  o.follow_links = f.follow_links;
  o.strict_text = f.strict_text;
  o.n_threads = session.n_threads();
  if (!f.excerpts.empty()) o.excerpts = parse_excerpts(f.excerpts);
  if (!f.mel_reference.empty()) o.mel_reference = parse_mel_reference(f.mel_reference);
  return o;
}

ExitCode show_plan(const IngestPlan& plan, const Session& session) {
  Table table{{"what", "value"}, {}};
  table.add({"files or rows", static_cast<int64_t>(plan.walk.candidates.size())});
  table.add({"new or changed", static_cast<int64_t>(plan.to_do.size())});
  table.add({"known", plan.n_known});
  table.add({"gone", static_cast<int64_t>(plan.vanished.size())});
  table.add({"not usable", static_cast<int64_t>(plan.walk.failures.size())});
  table.add({"disk", "about " + format_bytes(plan.disk_bytes)});
  table.add({"memory", "about " + format_bytes(plan.memory_bytes)});
  table.add({"time", "about " + format_duration(plan.duration_sec)});
  const Json object = {{"n_files", plan.walk.candidates.size()},
                       {"n_to_do", plan.to_do.size()},
                       {"n_known", plan.n_known},
                       {"n_gone", plan.vanished.size()},
                       {"n_failures", plan.walk.failures.size()},
                       {"disk_bytes", plan.disk_bytes},
                       {"memory_bytes", plan.memory_bytes},
                       {"duration_sec", plan.duration_sec}};
  session.print(object, table);
  return ExitCode::ok;
}

Json to_json(const IngestReport& r) {
  Json failures = Json::array();
  for (const auto& [path, reason] : r.failures)
    failures.push_back({{"path", replace_invalid_utf8(path)}, {"reason", replace_invalid_utf8(reason)}});
  return {{"n_files", r.n_files},
          {"n_new", r.n_new},
          {"n_known", r.n_known},
          {"n_aliases", r.n_aliases},
          {"n_missing", r.n_missing},
          {"n_songs", r.n_songs},
          {"n_clips", r.n_clips},
          {"n_midi", r.n_midi},
          {"duration_hours", r.duration_hours},
          {"n_with_lyrics", r.n_with_lyrics},
          {"n_warnings", r.n_warnings},
          {"failures", std::move(failures)},
          {"was_interrupted", r.was_interrupted}};
}

ExitCode show_report(const IngestReport& r, bool is_table, const Session& session) {
  Table table{{"what", "value"}, {}};
  table.add({is_table ? "rows" : "files", r.n_files});
  table.add({"new songs", r.n_new});
  table.add({is_table ? "known rows" : "known files", r.n_known});
  table.add({"other names of known songs", r.n_aliases});
  table.add({"failures", static_cast<int64_t>(r.failures.size())});
  table.add({"warnings", r.n_warnings});
  table.add({"songs in the library", r.n_songs});
  table.add({"of these missing", r.n_missing});
  table.add({"clips", r.n_clips});
  table.add({"MIDI songs", r.n_midi});
  table.add({"hours", r.duration_hours});
  if (!r.was_interrupted) table.add({"songs with lyrics", r.n_with_lyrics});
  session.print(to_json(r), table);
  if (r.n_files == 0)
    log_info(is_table ? "0 rows: the table has a header and nothing else"
                      : "0 files: the folder holds neither audio nor MIDI by its names");
  if (r.was_interrupted) {
    log_info("stopped; what was done is in the library, and the same command goes on from there");
    return ExitCode::interrupted;
  }
  return r.failures.empty() ? ExitCode::ok : ExitCode::partly;
}

ExitCode run(const Flags& flags, const Session& session) {
  const IngestOptions options = to_options(flags, session);
  if (session.dry_run) return show_plan(dry_run(options), session);
  return show_report(ingest(options), !options.text_column.empty(), session);
}

}  // namespace

void add_ingest(CLI::App& app, Session& session) {
  auto flags = std::make_shared<Flags>();
  CLI::App* c = add_command(
      app, session, "ingest",
      "Bring a folder of songs, or a table of texts, into a library: only what is new, resumable at any time",
      {Flag::library, Flag::threads, Flag::json, Flag::csv, Flag::dry_run});
  c->get_option("--library")->required();
  c->add_option("DIR", flags->folder,
                "the folder of songs, or with --text-column a table .csv or .tsv; never written to")
      ->required();
  c->add_option("--labels", flags->labels, "table of labels and factors (default: metadata.csv in DIR)")
      ->type_name("FILE.csv|tsv");
  c->add_option("--path-column", flags->path_column,
                "its column of song paths (default: path; of a table of texts also id, else the row's number)")
      ->type_name("NAME");
  c->add_option("--lyrics", flags->lyrics, "folder of .txt and .lrc files named as the songs are")->type_name("DIR");
  const auto check_excerpts = [](std::string& text) -> std::string {
    return parse_excerpts(text) ? ""
                                : "'" + escape_for_terminal(text) + "' is not middle, all or a number from 1 to " +
                                      std::to_string(kMaxExcerpts);
  };
  c->add_option("--excerpts", flags->excerpts, "clips of 30 s a song: middle, all or a number (default: middle)")
      ->check(CLI::Validator(check_excerpts, ""))
      ->type_name("middle|N|all");
  c->add_option("--mel-ref", flags->mel_reference,
                "what 0 dB is: full-scale, or each clip's own maximum (default: full-scale)")
      ->check(one_of({"full-scale", "clip"}))
      ->type_name("R");
  c->add_flag("--follow-links", flags->follow_links, "follow symbolic links, also out of DIR");
  c->add_flag("--strict-text", flags->strict_text, "reject lyrics that are not Unicode text instead of mending them");
  c->add_option("--text-column", flags->text_column,
                "the column of texts of a table whose rows are songs without audio")
      ->type_name("NAME");
  on_run(c, session, [flags, &session] { return run(*flags, session); });
}

}  // namespace songscape
