#include "library/text_ingest.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "data/library_index.h"
#include "library/ingest_checks.h"
#include "library/song_record.h"
#include "text/language_guess.h"
#include "text/lyrics.h"

namespace songscape {
namespace {

constexpr size_t kGroup = 2000;  // rows a commit

void check_options(const IngestOptions& o) {
  const auto refuse = [](const char* flag) {
    fail(ExitCode::usage, {.what = "this is for folders of audio",
                           .where = flag,
                           .seen = {},
                           .wanted = {},
                           .fix = "leave it out, or leave out --text-column"});
  };
  if (!o.labels.empty()) refuse("--labels");
  if (!o.lyrics.empty()) refuse("--lyrics");
  if (o.excerpts) refuse("--excerpts");
  if (o.mel_reference) refuse("--mel-ref");
  if (o.follow_links) refuse("--follow-links");
  check_folders(o);
}

struct TextSong {
  std::string name, text, sha256;
};

// The rows of the table, and what is to do with them.
struct TextPlan {
  LabelTable table;
  std::vector<TextSong> songs;  // rows with a text, in the table's order
  std::vector<size_t> to_do;    // of these, new or changed
  std::vector<std::string> vanished;
  std::map<std::string, std::string> failures;
  std::vector<std::pair<std::string, std::string>> warnings;
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const TextSong& s : songs) out.push_back(s.name);
    return out;
  }
};

void read_row(const std::vector<std::string>& row, const IngestOptions& options, TextPlan& plan) {
  const std::string& name = row[plan.table.path_place];
  try {
    Lyrics lyrics = parse_lyrics(row[*plan.table.text_place], LyricsFormat::plain, options.strict_text);
    for (const std::string& w : lyrics.warnings) plan.warnings.emplace_back(name, w);
    if (lyrics.text.empty())
      plan.failures[name] = "no text";
    else
      plan.songs.push_back({name, std::move(lyrics.text), {}});
  } catch (const LyricsFailure& e) {
    plan.failures[name] = e.what();
  }
}

TextPlan make_plan(const IngestOptions& options, const std::map<std::string, PathEntry>& known) {
  TextPlan plan;
  plan.table = read_text_table(options.music, options.path_column, options.text_column);
  for (std::vector<std::string>& row : plan.table.cells.rows) {
    read_row(row, options, plan);
    std::string().swap(row[*plan.table.text_place]);
  }
  parallel_for(static_cast<int64_t>(plan.songs.size()), options.n_threads, [&](int64_t i) {
    TextSong& song = plan.songs[static_cast<size_t>(i)];
    song.sha256 = sha256_hex(song.text);
  });
  std::set<std::string> seen;
  for (size_t i = 0; i < plan.songs.size(); ++i) {
    seen.insert(plan.songs[i].name);
    const auto it = known.find(plan.songs[i].name);
    if (it == known.end() || it->second.sha256 != plan.songs[i].sha256 || it->second.is_missing)
      plan.to_do.push_back(i);
  }
  for (const auto& [name, entry] : known)
    if (!entry.is_missing && !seen.contains(name)) plan.vanished.push_back(name);
  std::sort(plan.warnings.begin(), plan.warnings.end());
  return plan;
}

// Rough figures, as estimate() gives of audio.
IngestPlan as_ingest_plan(const TextPlan& plan) {
  IngestPlan out;
  const auto candidate = [&](const TextSong& s) {
    return Candidate{s.name, {static_cast<int64_t>(s.text.size()), 0, 0}};
  };
  double n_bytes = 0;
  for (const TextSong& s : plan.songs) {
    out.walk.candidates.push_back(candidate(s));
    n_bytes += static_cast<double>(s.text.size());
  }
  for (const size_t i : plan.to_do) out.to_do.push_back(candidate(plan.songs[i]));
  out.walk.failures = plan.failures;
  out.vanished = plan.vanished;
  out.n_known = static_cast<int64_t>(plan.songs.size() - plan.to_do.size());
  for (const Candidate& c : out.to_do) out.disk_bytes += static_cast<double>(c.stamp.n_bytes) + 2500;
  out.disk_bytes += 1e5;
  out.memory_bytes = 5e7 + 4 * n_bytes + 4e3 * static_cast<double>(plan.songs.size());
  out.duration_sec = 0.2 + 3e-4 * static_cast<double>(plan.to_do.size());
  return out;
}

class TextIngest {
 public:
  explicit TextIngest(const IngestOptions& options)
      : options_(options), table_file_(fs::canonical(options.music)), writer_(prepare()) {}

  IngestReport run() {
    check_source(writer_.catalogue(), Source::table, table_file_);
    plan_ = make_plan(options_, writer_.catalogue().paths());
    report_.n_files = static_cast<int64_t>(plan_.songs.size() + plan_.failures.size());
    report_.n_known = static_cast<int64_t>(plan_.songs.size() - plan_.to_do.size());
    report_.failures = plan_.failures;
    for (const auto& [name, reason] : plan_.failures) log_error(name + ": " + reason);
    for (const auto& [name, text] : plan_.warnings) log_warning(name + ": " + text);
    if (!plan_.to_do.empty())
      require_disk(options_.library, static_cast<uint64_t>(as_ingest_plan(plan_).disk_bytes),
                   "ingest " + std::to_string(plan_.to_do.size()) + " texts");
    record_plan();
    write_songs();
    report_.was_interrupted = interrupt_requested();
    if (!writer_.is_published()) writer_.commit([](Catalogue&) {}, LibraryWriter::Publish::always);
    summarise(writer_, report_);
    report_.n_with_lyrics = report_.n_songs;
    return std::move(report_);
  }

 private:
  // A table that cannot be used leaves no library behind.
  LibraryWriter prepare() const {
    if (!is_library(options_.library)) make_plan(options_, {});
    return LibraryWriter(options_.library, true, {});
  }

  void record_plan() {
    LabelChange labels;
    Catalogue& catalogue = writer_.catalogue();
    const auto failures = catalogue.failures();
    const bool is_change = catalogue.meta("root") != table_file_.string() || !plan_.vanished.empty() ||
                           failures != plan_.failures || catalogue.own_warnings() != plan_.warnings;
    const auto write = [&](Catalogue& c) {
      c.set_meta("root", table_file_.string());
      for (const std::string& name : plan_.vanished) c.mark_missing(name);
      for (const auto& [name, reason] : failures)
        if (!plan_.failures.contains(name)) c.remove_failure(name);
      for (const auto& [name, reason] : plan_.failures) c.set_failure(name, reason);
      c.set_warnings(plan_.warnings);
      labels = import_labels(c, plan_.table, plan_.names());
    };
    if (!is_change && plan_.to_do.empty() && !labels_differ()) return;
    writer_.commit(write, LibraryWriter::Publish::when_due);
    std::erase_if(labels.import.unmatched, [&](const std::string& name) { return plan_.failures.contains(name); });
    log_label_import(labels.import);
    report_.labels = std::move(labels.import);
  }

  bool labels_differ() {
    const Transaction trial(writer_.catalogue().database());  // never committed
    return import_labels(writer_.catalogue(), plan_.table, plan_.names()).is_change;
  }

  void write_songs() {
    for (const std::string& id : writer_.catalogue().content_ids()) known_.insert(id);
    has_own_guess_ = std::any_of(plan_.table.columns.begin(), plan_.table.columns.end(),
                                 [](const TableColumn& c) { return c.name == kLanguageGuessColumn; });
    Progress progress("ingest", static_cast<int64_t>(plan_.to_do.size()), "texts");
    for (size_t first = 0; first < plan_.to_do.size() && !interrupt_requested(); first += kGroup) {
      const size_t n = std::min(kGroup, plan_.to_do.size() - first);
      write_group(std::span(plan_.to_do).subspan(first, n));
      progress.add(static_cast<int64_t>(n));
    }
  }

  void write_group(std::span<const size_t> group) {
    std::vector<std::string> guesses(group.size());
    parallel_for(static_cast<int64_t>(group.size()), options_.n_threads, [&](int64_t i) {
      const auto at = static_cast<size_t>(i);
      if (!has_own_guess_) guesses[at] = guess_language(plan_.songs[group[at]].text).language;
    });
    std::vector<std::pair<Content, LyricsEntry>> contents;
    for (const size_t i : group) {
      if (known_.insert(plan_.songs[i].sha256).second)
        contents.push_back(store(plan_.songs[i]));
      else
        ++report_.n_aliases;
    }
    report_.n_new += static_cast<int64_t>(contents.size());
    const auto write = [&](Catalogue& c) {
      for (const auto& [content, lyrics] : contents) {
        c.add_content(content);
        c.set_lyrics(content.sha256, lyrics);
      }
      if (!has_own_guess_) c.set_column(kLanguageGuessColumn, ColumnKind::label);
      for (size_t i = 0; i < group.size(); ++i) {
        const TextSong& song = plan_.songs[group[i]];
        c.set_path(song.name, {song.sha256, {static_cast<int64_t>(song.text.size()), 0, 0}, false});
        if (!has_own_guess_) c.set_label(song.name, kLanguageGuessColumn, guesses[i]);
      }
    };
    writer_.commit(write, LibraryWriter::Publish::when_due);
  }

  std::pair<Content, LyricsEntry> store(const TextSong& song) {
    Content c;
    c.sha256 = song.sha256;
    c.n_bytes = static_cast<int64_t>(song.text.size());
    c.codec = kTextCodec;
    const Sha256Digest id = digest_from_hex(song.sha256);
    const LibrarySettings settings = writer_.settings();
    c.place = writer_.segments().append(RecordKind::song, id,
                                        to_song_payload({c, song.name, settings.mel_reference, settings.excerpts}));
    return {
        c,
        {"table:" + options_.text_column, song.sha256, writer_.segments().append(RecordKind::lyrics, id, song.text)}};
  }

  const IngestOptions& options_;
  fs::path table_file_;
  LibraryWriter writer_;
  TextPlan plan_;
  std::set<std::string> known_;  // contents of the library
  bool has_own_guess_ = false;
  IngestReport report_;
};

}  // namespace

IngestReport ingest_texts(const IngestOptions& options) {
  check_options(options);
  return TextIngest(options).run();
}

IngestPlan dry_run_texts(const IngestOptions& options) {
  check_options(options);
  std::map<std::string, PathEntry> known;
  if (is_library(options.library)) {
    const Catalogue catalogue = Catalogue::open_for_reading(options.library);
    check_source(catalogue, Source::table, fs::canonical(options.music));
    known = catalogue.paths();
  }
  const TextPlan plan = make_plan(options, known);
  for (const auto& [name, reason] : plan.failures) log_error(name + ": " + reason);
  return as_ingest_plan(plan);
}

}  // namespace songscape
