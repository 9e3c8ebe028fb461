#include "library/catalogue.h"

#include <sys/stat.h>

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE segments (number INTEGER PRIMARY KEY, n_bytes INTEGER NOT NULL);
CREATE TABLE contents (
  sha256 TEXT PRIMARY KEY, n_bytes INTEGER NOT NULL, duration_sec REAL NOT NULL, declared_sec REAL NOT NULL,
  codec TEXT NOT NULL, sample_rate INTEGER NOT NULL, n_channels INTEGER NOT NULL, title TEXT NOT NULL,
  artist TEXT NOT NULL, album TEXT NOT NULL, genre TEXT NOT NULL, lyrics TEXT NOT NULL, warnings TEXT NOT NULL,
  fingerprint BLOB NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE clips (
  sha256 TEXT NOT NULL, number INTEGER NOT NULL, start_sample INTEGER NOT NULL, n_valid_frames INTEGER NOT NULL,
  segment INTEGER NOT NULL, offset INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (sha256, number)) WITHOUT ROWID;
CREATE TABLE paths (
  path BLOB PRIMARY KEY, sha256 TEXT NOT NULL, n_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL, is_missing INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE lyrics (
  sha256 TEXT PRIMARY KEY, source BLOB NOT NULL, text_sha256 TEXT NOT NULL, segment INTEGER NOT NULL,
  offset INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE duplicates (a TEXT NOT NULL, b TEXT NOT NULL, similarity REAL NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE columns (name TEXT PRIMARY KEY, kind INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE labels (path BLOB NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (path, name)) WITHOUT ROWID;
CREATE TABLE failures (path BLOB PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE warnings (path BLOB NOT NULL, text TEXT NOT NULL);
)";

// What version 2 has more.
constexpr const char* kMidiSchema = R"(
CREATE TABLE tokens (
  sha256 TEXT PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (
  sha256 TEXT NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (sha256, name)) WITHOUT ROWID;
)";

[[noreturn]] void refuse(const std::string& where, std::string what, std::string fix) {
  fail(ExitCode::damaged, {.what = std::move(what), .where = where, .seen = {}, .wanted = {}, .fix = std::move(fix)});
}

// 0 where the file has no tables.
int64_t version_of(const Database& database) {
  const int64_t version = database.whole("PRAGMA user_version");
  const int64_t n_tables = database.whole("SELECT count(*) FROM sqlite_master");
  if (version > kCatalogueVersion)
    refuse(database.where(),
           "the catalogue has version " + std::to_string(version) + ", newer than this program's " +
               std::to_string(kCatalogueVersion),
           "use the newer Songscape that wrote it");
  if (version < 0 || (version == 0 && n_tables > 0))
    refuse(database.where(), "the catalogue has tables but no version: it was half made",
           "mend it with: songscape verify --library L --repair COPY");
  return version;
}

void refuse_hard_link(const fs::path& file) {
  struct stat info {};
  if (::lstat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink > 1)
    refuse(escape_for_terminal(file.string()), "the catalogue is a hard link, and would change wherever else it stands",
           "copy the library with cp -r and use the copy");
}

}  // namespace

Catalogue Catalogue::open_for_writing(const fs::path& library, const std::map<std::string, std::string>& settings) {
  refuse_hard_link(file(library));
  Catalogue catalogue(std::make_unique<Database>(file(library), Database::Mode::write));
  if (const int64_t version = version_of(catalogue.database()); version < kCatalogueVersion) {
    Transaction transaction(catalogue.database());
    if (version < 1) {
      catalogue.database().run(kSchema);
      for (const auto& [key, value] : settings) catalogue.set_meta(key, value);
    }
    catalogue.database().run(kMidiSchema);
    catalogue.database().run("PRAGMA user_version=" + std::to_string(kCatalogueVersion));
    transaction.commit();
  }
  return catalogue;
}

Catalogue Catalogue::open_for_reading(const fs::path& library) {
  Catalogue catalogue(std::make_unique<Database>(file(library), Database::Mode::read));
  if (version_of(catalogue.database()) == 0)
    refuse(catalogue.database().where(), "the catalogue is empty",
           "mend it with: songscape verify --library L --repair COPY");
  return catalogue;
}

std::optional<std::string> Catalogue::meta(std::string_view key) const {
  Statement s = database_->prepare("SELECT value FROM meta WHERE key=?");
  if (!s.start(key).step()) return std::nullopt;
  return s.text(0);
}

void Catalogue::set_meta(std::string_view key, std::string_view value) {
  database_->prepare("INSERT OR REPLACE INTO meta VALUES (?,?)").run(key, value);
}

uint64_t Catalogue::generation() const {
  return static_cast<uint64_t>(parse_integer(meta("generation").value_or("0")).value_or(0));
}

void Catalogue::set_generation(uint64_t generation) { set_meta("generation", std::to_string(generation)); }

std::vector<SegmentLength> Catalogue::segments() const {
  std::vector<SegmentLength> out;
  Statement s = database_->prepare("SELECT number, n_bytes FROM segments ORDER BY number");
  for (s.start(); s.step();) out.push_back({static_cast<uint32_t>(s.whole(0)), static_cast<uint64_t>(s.whole(1))});
  return out;
}

void Catalogue::set_segments(const std::vector<SegmentLength>& lengths) {
  Statement s = database_->prepare("INSERT OR REPLACE INTO segments VALUES (?,?)");
  for (const SegmentLength& l : lengths) s.run(l.number, l.n_bytes);
}

void Catalogue::add_content(const Content& c) {
  database_->prepare("INSERT OR REPLACE INTO contents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .run(c.sha256, c.n_bytes, c.duration_sec, c.declared_sec, c.codec, c.sample_rate, c.n_channels, c.title, c.artist,
           c.album, c.genre, c.lyrics, join(c.warnings, "\n"), Blob{c.fingerprint}, c.place.segment, c.place.offset,
           c.place.crc);
  Statement clip = database_->prepare("INSERT OR REPLACE INTO clips VALUES (?,?,?,?,?,?,?)");
  for (const ClipEntry& e : c.clips)
    clip.run(c.sha256, e.number, e.start_sample, e.n_valid_frames, e.place.segment, e.place.offset, e.place.crc);
  if (c.tokens)
    database_->prepare("INSERT OR REPLACE INTO tokens VALUES (?,?,?,?)")
        .run(c.sha256, c.tokens->segment, c.tokens->offset, c.tokens->crc);
  Statement fact = database_->prepare("INSERT OR REPLACE INTO facts VALUES (?,?,?,?)");
  for (const Fact& f : c.facts) fact.run(c.sha256, f.name, static_cast<int64_t>(f.kind), f.value);
}

namespace {
RecordPlace place_at(const Statement& s, int column) {
  return {static_cast<uint32_t>(s.whole(column)), static_cast<uint64_t>(s.whole(column + 1)),
          static_cast<uint32_t>(s.whole(column + 2))};
}
}  // namespace

std::map<std::string, Content> Catalogue::contents(Detail detail) const {
  std::map<std::string, Content> out;
  Statement s = database_->prepare("SELECT * FROM contents");
  for (s.start(); s.step();) {
    Content c{.sha256 = s.text(0),
              .n_bytes = s.whole(1),
              .duration_sec = s.real(2),
              .declared_sec = s.real(3),
              .codec = s.text(4),
              .sample_rate = s.whole(5),
              .n_channels = s.whole(6),
              .title = s.text(7),
              .artist = s.text(8),
              .album = s.text(9),
              .genre = s.text(10),
              .lyrics = s.text(11),
              .warnings = {},
              .fingerprint = detail == Detail::all ? s.text(13) : std::string(),
              .place = place_at(s, 14),
              .clips = {},
              .tokens = {},
              .facts = {}};
    if (const std::string warnings = s.text(12); !warnings.empty()) c.warnings = split(warnings, '\n');
    out.emplace(c.sha256, std::move(c));
  }
  Statement clip = database_->prepare("SELECT * FROM clips ORDER BY sha256, number");
  for (clip.start(); clip.step();) {
    const auto it = out.find(clip.text(0));
    if (it == out.end()) continue;
    it->second.clips.push_back(
        {static_cast<uint32_t>(clip.whole(1)), static_cast<uint32_t>(clip.whole(3)), clip.whole(2), place_at(clip, 4)});
  }
  if (version_of(*database_) >= 2) add_midi_parts(out);
  return out;
}

void Catalogue::add_midi_parts(std::map<std::string, Content>& contents) const {
  Statement s = database_->prepare("SELECT sha256, segment, offset, crc FROM tokens");
  for (s.start(); s.step();)
    if (const auto it = contents.find(s.text(0)); it != contents.end()) it->second.tokens = place_at(s, 1);
  Statement fact = database_->prepare("SELECT sha256, name, kind, value FROM facts ORDER BY sha256, name");
  for (fact.start(); fact.step();)
    if (const auto it = contents.find(fact.text(0)); it != contents.end())
      it->second.facts.push_back({fact.text(1), static_cast<ColumnKind>(fact.whole(2)), fact.text(3)});
}

std::vector<std::string> Catalogue::content_ids() const {
  std::vector<std::string> out;
  Statement s = database_->prepare("SELECT sha256 FROM contents");
  for (s.start(); s.step();) out.push_back(s.text(0));
  return out;
}

int64_t Catalogue::n_texts() const {
  Statement s = database_->prepare("SELECT count(*) FROM contents WHERE codec=?");
  return s.start(kTextCodec).step() ? s.whole(0) : 0;
}

int64_t Catalogue::n_from_files() const { return database_->whole("SELECT count(*) FROM contents") - n_texts(); }

std::vector<std::pair<std::string, std::string>> Catalogue::fingerprints() const {
  std::vector<std::pair<std::string, std::string>> out;
  Statement s = database_->prepare("SELECT sha256, fingerprint FROM contents ORDER BY sha256");
  for (s.start(); s.step();) out.emplace_back(s.text(0), s.text(1));
  return out;
}

void Catalogue::set_path(std::string_view path, const PathEntry& e) {
  database_->prepare("INSERT OR REPLACE INTO paths VALUES (?,?,?,?,?,?)")
      .run(Blob{path}, e.sha256, e.stamp.n_bytes, e.stamp.mtime_ns, e.stamp.ctime_ns, e.is_missing);
}

void Catalogue::mark_missing(std::string_view path) {
  database_->prepare("UPDATE paths SET is_missing=1 WHERE path=?").run(Blob{path});
}

std::map<std::string, PathEntry> Catalogue::paths() const {
  std::map<std::string, PathEntry> out;
  Statement s = database_->prepare("SELECT path, sha256, n_bytes, mtime_ns, ctime_ns, is_missing FROM paths");
  for (s.start(); s.step();) out[s.text(0)] = {s.text(1), {s.whole(2), s.whole(3), s.whole(4)}, s.whole(5) != 0};
  return out;
}

void Catalogue::set_lyrics(std::string_view sha256, const std::optional<LyricsEntry>& e) {
  database_->prepare("DELETE FROM lyrics WHERE sha256=?").run(sha256);
  if (e)
    database_->prepare("INSERT INTO lyrics VALUES (?,?,?,?,?,?)")
        .run(sha256, Blob{e->source}, e->text_sha256, e->place.segment, e->place.offset, e->place.crc);
}

std::map<std::string, LyricsEntry> Catalogue::lyrics() const {
  std::map<std::string, LyricsEntry> out;
  Statement s = database_->prepare("SELECT sha256, source, text_sha256, segment, offset, crc FROM lyrics");
  for (s.start(); s.step();) out[s.text(0)] = {s.text(1), s.text(2), place_at(s, 3)};
  return out;
}

void Catalogue::add_duplicate(const std::string& a, const std::string& b, double similarity) {
  database_->prepare("INSERT OR REPLACE INTO duplicates VALUES (?,?,?)")
      .run(std::min(a, b), std::max(a, b), similarity);
}

std::vector<std::pair<std::string, std::string>> Catalogue::duplicates() const {
  std::vector<std::pair<std::string, std::string>> out;
  Statement s = database_->prepare("SELECT a, b FROM duplicates ORDER BY a, b");
  for (s.start(); s.step();) out.emplace_back(s.text(0), s.text(1));
  return out;
}

void Catalogue::set_column(std::string_view name, ColumnKind kind) {
  database_->prepare("INSERT OR REPLACE INTO columns VALUES (?,?)").run(name, static_cast<int64_t>(kind));
}

std::map<std::string, ColumnKind> Catalogue::columns() const {
  std::map<std::string, ColumnKind> out;
  Statement s = database_->prepare("SELECT name, kind FROM columns");
  for (s.start(); s.step();) out[s.text(0)] = static_cast<ColumnKind>(s.whole(1));
  return out;
}

void Catalogue::set_label(std::string_view path, std::string_view column, std::string_view value) {
  if (value.empty())
    database_->prepare("DELETE FROM labels WHERE path=? AND name=?").run(Blob{path}, column);
  else
    database_->prepare("INSERT OR REPLACE INTO labels VALUES (?,?,?)").run(Blob{path}, column, value);
}

std::map<std::string, std::map<std::string, std::string>> Catalogue::labels() const {
  std::map<std::string, std::map<std::string, std::string>> out;
  for_each_label(
      [&](const std::string& path, const std::string& column, const std::string& value) { out[path][column] = value; });
  return out;
}

void Catalogue::for_each_label(const OnLabel& on_label) const {
  Statement s = database_->prepare("SELECT path, name, value FROM labels ORDER BY path, name");
  for (s.start(); s.step();) on_label(s.text(0), s.text(1), s.text(2));
}

void Catalogue::set_failure(std::string_view path, std::string_view reason) {
  database_->prepare("INSERT OR REPLACE INTO failures VALUES (?,?)").run(Blob{path}, reason);
}

void Catalogue::remove_failure(std::string_view path) {
  database_->prepare("DELETE FROM failures WHERE path=?").run(Blob{path});
}

std::map<std::string, std::string> Catalogue::failures() const {
  std::map<std::string, std::string> out;
  Statement s = database_->prepare("SELECT path, reason FROM failures");
  for (s.start(); s.step();) out[s.text(0)] = s.text(1);
  return out;
}

void Catalogue::set_warnings(const std::vector<std::pair<std::string, std::string>>& warnings) {
  database_->run("DELETE FROM warnings");
  Statement s = database_->prepare("INSERT INTO warnings VALUES (?,?)");
  for (const auto& [path, text] : warnings) s.run(Blob{path}, text);
}

std::vector<std::pair<std::string, std::string>> Catalogue::own_warnings() const {
  std::vector<std::pair<std::string, std::string>> out;
  Statement s = database_->prepare("SELECT path, text FROM warnings");
  for (s.start(); s.step();) out.emplace_back(s.text(0), s.text(1));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::pair<std::string, std::string>> Catalogue::warnings() const {
  std::vector<std::pair<std::string, std::string>> out = own_warnings();
  const auto names = canonical_paths(paths());
  Statement c = database_->prepare("SELECT sha256, warnings FROM contents WHERE warnings<>''");
  for (c.start(); c.step();)
    if (const auto it = names.find(c.text(0)); it != names.end())
      for (const std::string& text : split(c.text(1), '\n')) out.emplace_back(it->second, text);
  std::sort(out.begin(), out.end());
  return out;
}

std::map<std::string, std::string> canonical_paths(const std::map<std::string, PathEntry>& paths) {
  std::map<std::string, std::string> out;
  for (const bool missing : {false, true})
    for (const auto& [path, entry] : paths)
      if (entry.is_missing == missing) out.try_emplace(entry.sha256, path);
  return out;
}

}  // namespace songscape
