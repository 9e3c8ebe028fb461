#include "library/ingest.h"

#include <memory>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/text.h"
#include "data/library_index.h"
#include "library/ingest_checks.h"
#include "library/ingest_crew.h"
#include "library/lyrics_step.h"
#include "library/text_ingest.h"

namespace songscape {
namespace {

std::vector<std::string> candidate_paths(const IngestPlan& plan) {
  std::vector<std::string> out;
  for (const Candidate& c : plan.walk.candidates) out.push_back(c.path);
  return out;
}

SongDecoder decoder_of(const IngestOptions& options) {
  if (options.decode) return options.decode;
  DecoderOptions decoder_options;
  decoder_options.follow_links = options.follow_links;
  const auto client = std::make_shared<const DecoderClient>(decoder_options);
  return [client](const fs::path& file, const Excerpts& excerpts, const std::function<void(DecodedClip)>& on_clip) {
    return client->decode(file, excerpts, on_clip);
  };
}

void log_walk(const WalkResult& walk) {
  for (const auto& [path, reason] : walk.failures) log_error(path + ": " + reason);
  if (walk.n_links > 0)
    log_warning(std::to_string(walk.n_links) + " symbolic links were passed over (--follow-links follows them)");
}

// One ingest, step by step.
class Ingest {
 public:
  explicit Ingest(const IngestOptions& options)
      : options_(options),
        music_(fs::canonical(options.music)),
        table_(find_label_table(options)),
        decode_(decoder_of(options)),
        writer_(options.library, true, wanted_settings()) {}

  IngestReport run() {
    settings_ = settle(options_, writer_.settings());
    check_source(writer_.catalogue(), Source::folder, music_);
    plan();
    record_plan();
    decode_songs();
    report_.was_interrupted = interrupt_requested();
    if (!report_.was_interrupted) finish_pass();
    if (!writer_.is_published()) writer_.commit([](Catalogue&) {}, LibraryWriter::Publish::always);
    summarise(writer_, report_);
    return std::move(report_);
  }

 private:
  // Of a library that is made now; an existing one keeps its own.
  LibrarySettings wanted_settings() const { return settle(options_, std::nullopt); }

  void plan() {
    plan_ = plan_ingest(music_, options_.follow_links, writer_.catalogue().paths());
    estimate(plan_, *parse_excerpts(settings_.excerpts), options_.n_threads);
    report_.n_files = static_cast<int64_t>(plan_.walk.candidates.size());
    report_.n_known = plan_.n_known;
    report_.failures = plan_.walk.failures;
    log_walk(plan_.walk);
    if (!plan_.to_do.empty())
      require_disk(options_.library, static_cast<uint64_t>(plan_.disk_bytes),
                   "ingest " + std::to_string(plan_.to_do.size()) + " songs");
  }

  // What is known before any song is opened.
  void record_plan() {
    LabelChange labels;
    const auto known_failures = writer_.catalogue().failures();
    bool is_change =
        writer_.catalogue().meta("root") != music_.string() || !plan_.vanished.empty() || !plan_.back.empty();
    for (const auto& [path, reason] : plan_.walk.failures)
      is_change |= !known_failures.contains(path) || known_failures.at(path) != reason;
    if (!is_change && !table_) return;
    const auto write = [&](Catalogue& catalogue) {
      catalogue.set_meta("root", music_.string());
      for (const std::string& path : plan_.vanished) catalogue.mark_missing(path);
      const auto paths = catalogue.paths();
      for (const std::string& path : plan_.back) {
        PathEntry entry = paths.at(path);
        entry.is_missing = false;
        catalogue.set_path(path, entry);
      }
      for (const auto& [path, reason] : plan_.walk.failures) catalogue.set_failure(path, reason);
      if (table_) labels = import_labels(catalogue, *table_, candidate_paths(plan_));
    };
    writer_.commit(write, LibraryWriter::Publish::when_due);
    if (table_) {
      log_label_import(labels.import);
      report_.labels = std::move(labels.import);
    }
  }

  void decode_songs() {
    const SongMaker maker(decode_, *parse_excerpts(settings_.excerpts), *parse_mel_reference(settings_.mel_reference),
                          writer_.segments(), options_.follow_links);
    IngestCrew crew(options_, writer_, maker);
    crew.run(plan_.to_do);
    report_.n_new = crew.n_new();
    report_.n_aliases = crew.n_aliases();
    report_.failures.insert(crew.failures().begin(), crew.failures().end());
  }

  // Lyrics, and the failures of earlier passes that did not come again.
  void finish_pass() {
    LyricsOutcome lyrics;
    try {
      lyrics = update_lyrics(writer_, plan_.walk, {music_, options_.lyrics, options_.strict_text});
    } catch (const Error& e) {
      if (e.exit_code() != ExitCode::interrupted) throw;
      report_.was_interrupted = true;
      return;
    }
    for (const auto& [file, reason] : lyrics.failures) log_error(file + ": " + reason);
    for (const auto& [file, text] : lyrics.warnings) log_warning(file + ": " + text);
    report_.failures.insert(lyrics.failures.begin(), lyrics.failures.end());
    report_.n_with_lyrics = lyrics.n_songs_with_lyrics;
    Catalogue& catalogue = writer_.catalogue();
    if (catalogue.failures() == report_.failures && catalogue.own_warnings() == lyrics.warnings) return;
    const auto write = [&](Catalogue& c) {
      for (const auto& [path, reason] : c.failures())
        if (!report_.failures.contains(path)) c.remove_failure(path);
      for (const auto& [path, reason] : report_.failures) c.set_failure(path, reason);
      c.set_warnings(lyrics.warnings);
    };
    writer_.commit(write, LibraryWriter::Publish::when_due);
  }

  const IngestOptions& options_;
  fs::path music_;
  std::optional<LabelTable> table_;
  SongDecoder decode_;
  LibraryWriter writer_;
  LibrarySettings settings_;
  IngestPlan plan_;
  IngestReport report_;
};

}  // namespace

IngestPlan dry_run(const IngestOptions& options) {
  if (!options.text_column.empty()) return dry_run_texts(options);
  check_folders(options);
  std::optional<LibrarySettings> existing;
  std::map<std::string, PathEntry> known;
  if (is_library(options.library)) {
    const Catalogue catalogue = Catalogue::open_for_reading(options.library);
    check_source(catalogue, Source::folder, fs::canonical(options.music));
    existing = LibrarySettings{catalogue.meta("mel_reference").value_or(""), catalogue.meta("excerpts").value_or("")};
    known = catalogue.paths();
  }
  const LibrarySettings settings = settle(options, existing);
  if (const auto table = find_label_table(options))
    log_info(table->where + ": " + std::to_string(table->cells.rows.size()) + " rows");
  IngestPlan plan = plan_ingest(options.music, options.follow_links, known);
  estimate(plan, *parse_excerpts(settings.excerpts), options.n_threads);
  log_walk(plan.walk);
  return plan;
}

IngestReport ingest(const IngestOptions& options) {
  if (!options.text_column.empty()) return ingest_texts(options);
  check_folders(options);
  return Ingest(options).run();
}

}  // namespace songscape
