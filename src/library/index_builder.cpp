#include "library/index_builder.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "core/text.h"
#include "library/song_groups.h"
#include "library/song_record.h"
#include "library/walk.h"

namespace songscape {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string first_folder(const std::string& path) {
  const size_t slash = path.find('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string file_stem(const std::string& path) {
  const std::string_view stem = without_extension(path);
  return std::string(stem.substr(stem.rfind('/') + 1));
}

// A song while the index is built: what the tables, the folder and the tags say of it, the first to speak winning.
struct Song {
  const Content* content;
  SongEntry entry;
  std::map<std::string, std::string> values;  // by column
};

class Builder {
 public:
  Builder(const Catalogue& catalogue, uint64_t generation)
      : catalogue_(catalogue),
        contents_(catalogue.contents(Catalogue::Detail::without_fingerprints)),
        paths_(catalogue.paths()),
        kinds_(catalogue.columns()) {
    out_.generation = generation;
    out_.library_id = catalogue.meta("library_id").value_or("");
    out_.mel_reference = catalogue.meta("mel_reference").value_or("");
    out_.excerpts = catalogue.meta("excerpts").value_or("");
    out_.segments = catalogue.segments();
  }

  IndexContents build() {
    collect_songs();
    take_table_labels();
    take_folders();
    for (Song& s : songs_) take_tags(s);
    for (Song& s : songs_) take_facts(s);
    group();
    make_columns();
    for (Song& s : songs_) out_.songs.push_back(std::move(s.entry));
    return std::move(out_);
  }

 private:
  void collect_songs() {
    const auto lyrics = catalogue_.lyrics();
    for (const auto& [sha256, path] : canonical_paths(paths_)) {
      const auto it = contents_.find(sha256);
      if (it == contents_.end()) continue;
      Song song{&it->second, {}, {}};
      song.entry.sha256 = digest_from_hex(sha256);
      song.entry.path = path;
      song.entry.duration_sec = it->second.duration_sec;
      song.entry.is_missing = paths_.at(path).is_missing;
      song.entry.clips = it->second.clips;
      song.entry.tokens = it->second.tokens;
      if (const auto l = lyrics.find(sha256); l != lyrics.end()) song.entry.lyrics = l->second.place;
      songs_.push_back(std::move(song));
    }
    std::sort(songs_.begin(), songs_.end(), [](const Song& a, const Song& b) { return a.entry.path < b.entry.path; });
    for (size_t i = 0; i < songs_.size(); ++i) song_of_[songs_[i].content->sha256] = i;
  }

  // A cell of the song's own path before those of its other paths.
  void take_table_labels() {
    take_cells(true);
    if (paths_.size() > songs_.size()) take_cells(false);
  }

  void take_cells(bool is_own_path) {
    std::optional<std::string> last_path;
    Song* song = nullptr;  // of that path
    catalogue_.for_each_label([&](const std::string& path, const std::string& column, const std::string& value) {
      if (path != last_path) song = song_at(path, is_own_path);
      last_path = path;
      if (song) song->values.try_emplace(column, value);
    });
  }

  Song* song_at(const std::string& path, bool is_own_path) {
    const auto entry = paths_.find(path);
    if (entry == paths_.end()) return nullptr;
    const auto it = song_of_.find(entry->second.sha256);
    if (it == song_of_.end()) return nullptr;
    Song& song = songs_[it->second];
    return !is_own_path || song.entry.path == path ? &song : nullptr;
  }

  void take_folders() {
    if (!songs_.empty() && songs_[0].content->codec == kTextCodec) return;
    std::vector<std::string> paths, artists;
    for (const Song& s : songs_) {
      paths.push_back(s.entry.path);
      artists.push_back(s.content->artist);
    }
    if (!folders_are_genres(paths, artists)) return;
    for (Song& s : songs_) s.values.try_emplace("genre", replace_invalid_utf8(first_folder(s.entry.path)));
  }

  void take_tags(Song& s) {
    if (!s.content->genre.empty()) s.values.try_emplace("genre", s.content->genre);
    if (!s.content->artist.empty()) s.values.try_emplace("artist", s.content->artist);
    if (!s.content->title.empty()) s.values.try_emplace("title", s.content->title);
    const auto value = [&](const char* column) {
      const auto it = s.values.find(column);
      return it == s.values.end() ? std::string() : it->second;
    };
    s.entry.title = value("title");
    if (s.entry.title.empty()) s.entry.title = replace_invalid_utf8(file_stem(s.entry.path));
    s.entry.artist = value("artist");
    s.values.erase("title");
  }

  void take_facts(Song& s) {
    for (const Fact& fact : s.content->facts) {
      s.values.try_emplace(fact.name, fact.value);
      kinds_.try_emplace(fact.name, fact.kind);
    }
  }

  void group() {
    std::vector<std::string> artists;
    for (const Song& s : songs_) artists.push_back(s.entry.artist);
    std::vector<std::pair<size_t, size_t>> duplicates;
    for (const auto& [a, b] : catalogue_.duplicates())
      if (song_of_.contains(a) && song_of_.contains(b)) duplicates.emplace_back(song_of_[a], song_of_[b]);
    const std::vector<int32_t> groups = group_songs(artists, duplicates);
    for (size_t i = 0; i < songs_.size(); ++i) songs_[i].entry.group = groups[i];
  }

  void make_columns() {
    std::set<std::string> names;
    for (const Song& s : songs_)
      for (const auto& [name, value] : s.values) names.insert(name);
    for (const std::string& name : names) {
      const auto kind = kinds_.find(name);
      out_.columns.push_back(kind != kinds_.end() && kind->second == ColumnKind::factor ? factor(name) : label(name));
    }
  }

  ColumnEntry factor(const std::string& name) const {
    ColumnEntry out{name, ColumnKind::factor, {}, {}, {}};
    for (const Song& s : songs_) {
      const auto it = s.values.find(name);
      const auto number = it == s.values.end() ? std::nullopt : parse_number(it->second);
      out.values.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    return out;
  }

  ColumnEntry label(const std::string& name) const {
    ColumnEntry out{name, ColumnKind::label, {}, {}, {}};
    std::map<std::string, int32_t> codes;
    for (const Song& s : songs_)
      if (const auto it = s.values.find(name); it != s.values.end()) codes[it->second] = 0;
    for (auto& [value, code] : codes) {
      code = static_cast<int32_t>(out.classes.size());
      out.classes.push_back(value);
    }
    for (const Song& s : songs_) {
      const auto it = s.values.find(name);
      out.codes.push_back(it == s.values.end() ? -1 : codes[it->second]);
    }
    return out;
  }

  const Catalogue& catalogue_;
  std::map<std::string, Content> contents_;
  std::map<std::string, PathEntry> paths_;
  std::map<std::string, ColumnKind> kinds_;
  std::vector<Song> songs_;
  std::map<std::string, size_t> song_of_;
  IndexContents out_;
};

}  // namespace

bool folders_are_genres(const std::vector<std::string>& paths, const std::vector<std::string>& artist_tags) {
  std::set<std::string> folders;
  size_t n_named_after_artist = 0;
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::string folder = first_folder(paths[i]);
    if (folder.empty()) return false;
    folders.insert(folder);
    n_named_after_artist += lower(folder) == lower(artist_tags[i]);
  }
  return folders.size() >= 2 && 2 * n_named_after_artist < paths.size();
}

IndexContents build_index(const Catalogue& catalogue, uint64_t generation) {
  return Builder(catalogue, generation).build();
}

}  // namespace songscape
