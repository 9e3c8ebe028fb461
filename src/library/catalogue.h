// The writer's own book: every file seen, every content decoded, where its records lie, labels and failures.  A SQLite
// file, `catalogue.sqlite`; readers of the library use the index instead.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/index_writer.h"
#include "data/segment.h"
#include "library/sqlite.h"

namespace songscape {

inline constexpr int64_t kCatalogueVersion = 2;  // 1 had no MIDI; the next writer brings it up to date

// A file's size and times, by which an unchanged file is known without reading it.
struct FileStamp {
  int64_t n_bytes = 0, mtime_ns = 0, ctime_ns = 0;
  bool operator==(const FileStamp&) const = default;
};

// What a content says of itself: a label or a factor of its song, where no table, folder or tag says otherwise.
struct Fact {
  std::string name;
  ColumnKind kind = ColumnKind::label;
  std::string value;
  bool operator==(const Fact&) const = default;
};

// What was decoded from one sequence of bytes, however many files hold it.
struct Content {
  std::string sha256;  // hexadecimal
  int64_t n_bytes = 0;
  double duration_sec = 0, declared_sec = -1;
  std::string codec;  // kTextCodec for a row of a table, kMidiCodec for MIDI: these have no audio
  int64_t sample_rate = 0, n_channels = 0;
  std::string title, artist, album, genre, lyrics;  // tags
  std::vector<std::string> warnings;
  std::string fingerprint;  // bytes
  RecordPlace place;        // of its song record
  std::vector<ClipEntry> clips;
  std::optional<RecordPlace> tokens;  // of MIDI
  std::vector<Fact> facts;            // by name
};

inline constexpr const char *kTextCodec = "text", *kMidiCodec = "midi";

struct PathEntry {
  std::string sha256;
  FileStamp stamp;
  bool is_missing = false;
};

// The lyrics in force for a content.
struct LyricsEntry {
  std::string source;  // "embedded", "beside:<path>", "folder:<path>" or "table:<column>"
  std::string text_sha256;
  RecordPlace place;
};

class Catalogue {
 public:
  // Creates the tables in an empty file; `settings` then become its meta values.  Error `damaged` where the file has a
  // newer version, or tables without one (half made).
  static Catalogue open_for_writing(const std::filesystem::path& library,
                                    const std::map<std::string, std::string>& settings);
  static Catalogue open_for_reading(const std::filesystem::path& library);
  static std::filesystem::path file(const std::filesystem::path& library) { return library / "catalogue.sqlite"; }

  Database& database() { return *database_; }

  std::optional<std::string> meta(std::string_view key) const;
  void set_meta(std::string_view key, std::string_view value);
  uint64_t generation() const;
  void set_generation(uint64_t generation);
  std::vector<SegmentLength> segments() const;
  void set_segments(const std::vector<SegmentLength>& lengths);

  void add_content(const Content& content);
  // By SHA-256, with clips; the large columns that only few need are left empty on demand.
  enum class Detail { all, without_fingerprints };
  std::map<std::string, Content> contents(Detail detail = Detail::all) const;
  std::vector<std::string> content_ids() const;
  // How many contents are texts of a table, and how many came from files.
  int64_t n_texts() const;
  int64_t n_from_files() const;
  std::vector<std::pair<std::string, std::string>> fingerprints() const;  // SHA-256, bytes

  void set_path(std::string_view path, const PathEntry& entry);
  void mark_missing(std::string_view path);
  std::map<std::string, PathEntry> paths() const;

  void set_lyrics(std::string_view sha256, const std::optional<LyricsEntry>& entry);
  std::map<std::string, LyricsEntry> lyrics() const;

  void add_duplicate(const std::string& a, const std::string& b, double similarity);
  std::vector<std::pair<std::string, std::string>> duplicates() const;

  // Columns of imported tables, and their cells by path.
  void set_column(std::string_view name, ColumnKind kind);
  std::map<std::string, ColumnKind> columns() const;
  void set_label(std::string_view path, std::string_view column, std::string_view value);  // empty: none
  std::map<std::string, std::map<std::string, std::string>> labels() const;                // path, column, value
  // The same cells one by one, by path, then column.
  using OnLabel = std::function<void(const std::string& path, const std::string& column, const std::string& value)>;
  void for_each_label(const OnLabel& on_label) const;

  void set_failure(std::string_view path, std::string_view reason);
  void remove_failure(std::string_view path);
  std::map<std::string, std::string> failures() const;
  // Replaces all warnings that are not of a content.
  void set_warnings(const std::vector<std::pair<std::string, std::string>>& warnings);
  std::vector<std::pair<std::string, std::string>> own_warnings() const;  // those set, sorted: path, text
  std::vector<std::pair<std::string, std::string>> warnings() const;      // and those of contents

 private:
  explicit Catalogue(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  void add_midi_parts(std::map<std::string, Content>& contents) const;
  std::unique_ptr<Database> database_;
};

// The path by which a content is known: its smallest present path, or the smallest of those gone; by SHA-256.
std::map<std::string, std::string> canonical_paths(const std::map<std::string, PathEntry>& paths);

}  // namespace songscape
