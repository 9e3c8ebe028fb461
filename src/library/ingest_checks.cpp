#include "library/ingest_checks.h"

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/library_index.h"

namespace songscape {
namespace {

[[noreturn]] void refuse_use(std::string what, const fs::path& where, std::string wanted, std::string fix) {
  fail(ExitCode::usage, {.what = std::move(what),
                         .where = escape_for_terminal(where.string()),
                         .seen = {},
                         .wanted = std::move(wanted),
                         .fix = std::move(fix)});
}

bool lies_in(const fs::path& inner, const fs::path& outer) {
  const auto [end, rest] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

}  // namespace

void check_folders(const IngestOptions& options) {
  std::error_code error;
  const bool is_table = !options.text_column.empty();
  if (is_table && !fs::is_regular_file(options.music, error))
    refuse_use("the table of texts is not there", options.music, "a file, .csv or .tsv", "check the path");
  if (!is_table && fs::is_regular_file(options.music, error))
    refuse_use("this is a file", options.music, "a folder of songs",
               "pass the folder that holds the songs, or for a table whose rows are songs --text-column NAME");
  if (!is_table && !fs::is_directory(options.music, error))
    refuse_use("the music folder is not there", options.music, "a folder of songs",
               "check the path, and whether its disk is there");
  const fs::path music = fs::canonical(options.music, error),
                 library = fs::weakly_canonical(fs::absolute(options.library), error);
  if (lies_in(library, music))
    refuse_use(is_table ? "the table cannot be the library too"
                        : "the library would lie in the music folder, which is never written to",
               options.library, {}, "choose a --library outside of it");
  if (lies_in(music, library))
    refuse_use(is_table ? "the table lies in the library" : "the music folder lies in the library", options.music, {},
               "choose another --library");
}

std::optional<LabelTable> find_label_table(const IngestOptions& options) {
  if (!options.labels.empty()) return read_label_table(options.labels, options.path_column);
  const fs::path metadata = options.music / "metadata.csv";
  std::error_code error;
  if (!fs::is_regular_file(metadata, error)) return std::nullopt;
  if (options.path_column.empty()) {
    const CsvTable cells = read_csv(metadata);
    bool has_path = false;
    for (const std::string& c : cells.columns) has_path |= c == "path" || c == "Path" || c == "PATH";
    if (!has_path) {
      log_warning(metadata.string() + " has no column 'path' and was not used: pass --labels " + metadata.string() +
                  " --path-column NAME");
      return std::nullopt;
    }
  }
  log_info("labels: from " + metadata.string());
  return read_label_table(metadata, options.path_column);
}

LibrarySettings settle(const IngestOptions& options, const std::optional<LibrarySettings>& existing) {
  LibrarySettings asked = existing.value_or(LibrarySettings{});
  if (options.mel_reference) asked.mel_reference = format_mel_reference(*options.mel_reference);
  if (options.excerpts) asked.excerpts = format_excerpts(*options.excerpts);
  if (existing && !(asked == *existing))
    fail(ExitCode::usage, {.what = "the library was made with other settings",
                           .where = escape_for_terminal(options.library.string()),
                           .seen = "--excerpts " + asked.excerpts + " --mel-ref " + asked.mel_reference,
                           .wanted = "--excerpts " + existing->excerpts + " --mel-ref " + existing->mel_reference,
                           .fix = "leave the flags out, or make another library"});
  return asked;
}

void check_source(const Catalogue& catalogue, Source source, const fs::path& music) {
  const bool is_table = source == Source::table;
  if ((is_table ? catalogue.n_from_files() : catalogue.n_texts()) > 0)
    refuse_use(is_table ? "the library holds songs of a folder, and no texts of a table"
                        : "the library holds the texts of a table, and no songs of a folder",
               music, is_table ? "a library of texts, or a new one" : "a library of songs, or a new one",
               "choose another --library");
  const fs::path root = catalogue.meta("root").value_or("");
  std::error_code error;
  if (root.empty() || root == music || !fs::exists(root, error) || fs::equivalent(root, music, error)) return;
  refuse_use(is_table ? "the library follows another table, which is still there"
                      : "the library follows another folder, which is still there",
             music, escape_for_terminal(root.string()),
             is_table ? "make another library, or put both into one table"
                      : "make another library, or put both under one folder");
}

void summarise(LibraryWriter& writer, IngestReport& report) {
  const LibraryIndex index(writer.path());
  report.n_songs = index.n_songs();
  report.n_clips = index.n_clips();
  report.n_midi = index.n_midi();
  for (int64_t i = 0; i < index.n_songs(); ++i) {
    const IndexSong song = index.song(i);
    report.n_missing += song.is_missing;
    report.duration_hours += song.duration_sec / 3600;
  }
  report.n_warnings = static_cast<int64_t>(writer.catalogue().warnings().size());
  if (report.n_missing > 0)
    log_warning(std::to_string(report.n_missing) + " songs of the library are not in the " +
                (writer.catalogue().n_texts() > 0 ? "table" : "folder") +
                " any more; they are kept and marked missing");
}

std::string format_mel_reference(MelReference reference) {
  return reference == MelReference::clip ? "clip" : "full-scale";
}

std::optional<MelReference> parse_mel_reference(std::string_view text) {
  if (text == "clip") return MelReference::clip;
  if (text == "full-scale") return MelReference::full_scale;
  return std::nullopt;
}

}  // namespace songscape
