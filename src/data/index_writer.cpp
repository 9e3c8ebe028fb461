#include "data/index_writer.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/bytes.h"
#include "data/index_format.h"

namespace songscape {
namespace {

constexpr std::string_view kPrefix = "index-";

class Strings {
 public:
  StringRef add(std::string_view text) {
    const auto [it, is_new] = places_.try_emplace(std::string(text), StringRef{pool_.size(), text.size()});
    if (is_new) pool_ += text;
    return it->second;
  }
  const std::string& pool() const { return pool_; }

 private:
  std::map<std::string, StringRef> places_;
  std::string pool_;
};

template <class T>
uint64_t append(std::string& body, const std::vector<T>& rows) {
  const uint64_t at = sizeof(IndexHeader) + body.size();
  body.append(reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(T));
  body.resize((body.size() + 7) / 8 * 8, '\0');
  return at;
}

Sha256Digest hash_content(const IndexContents& c) {
  ByteWriter w;
  Sha256 hash;
  w.put_text(c.mel_reference);
  hash.update(w.bytes());
  for (const SongEntry& s : c.songs) {
    ByteWriter song;
    song.put_text(s.path);
    song.put(s.sha256);
    song.put(s.group);
    song.put(static_cast<uint64_t>(s.clips.size()));
    for (const ClipEntry& clip : s.clips) {
      song.put(clip.number);
      song.put(clip.n_valid_frames);
      song.put(clip.start_sample);
      song.put(clip.place.crc);
    }
    if (s.tokens) song.put(s.tokens->crc);
    hash.update(song.bytes());
  }
  return hash.finish();
}

Sha256Digest hash_columns(const IndexContents& c) {
  Sha256 hash;
  for (const SongEntry& s : c.songs) {
    ByteWriter song;
    song.put_text(s.path);
    hash.update(song.bytes());
  }
  for (const ColumnEntry& column : c.columns) {
    ByteWriter w;
    w.put_text(column.name);
    w.put(column.kind);
    for (const std::string& name : column.classes) w.put_text(name);
    for (const int32_t code : column.codes) w.put(code);
    for (const double value : column.values) w.put(value);
    hash.update(w.bytes());
  }
  return hash.finish();
}

std::vector<IndexColumnRow> append_columns(const IndexContents& c, Strings& strings, std::string& body) {
  std::vector<IndexColumnRow> rows;
  for (const ColumnEntry& column : c.columns) {
    IndexColumnRow row{};
    row.name = strings.add(column.name);
    row.kind = static_cast<uint32_t>(column.kind);
    row.n_classes = column.classes.size();
    std::vector<StringRef> classes;
    for (const std::string& name : column.classes) classes.push_back(strings.add(name));
    row.classes_at = append(body, classes);
    row.values_at = column.kind == ColumnKind::label ? append(body, column.codes) : append(body, column.values);
    check((column.kind == ColumnKind::label ? column.codes.size() : column.values.size()) == c.songs.size(),
          "a column has one value a song");
    rows.push_back(row);
  }
  return rows;
}

std::vector<IndexTokensRow> tokens_rows(const IndexContents& c) {
  std::vector<IndexTokensRow> rows;
  for (size_t i = 0; i < c.songs.size(); ++i)
    if (const auto& place = c.songs[i].tokens) rows.push_back({i, place->offset, place->segment, place->crc});
  return rows;
}

IndexSongRow song_row(const SongEntry& s, uint64_t first_clip, Strings& strings) {
  IndexSongRow row{};
  row.sha256 = s.sha256;
  row.path = strings.add(s.path);
  row.title = strings.add(s.title);
  row.artist = strings.add(s.artist);
  row.duration_sec = s.duration_sec;
  row.group = s.group;
  row.flags = (s.lyrics ? kSongHasLyrics : 0) | (s.is_missing ? kSongIsMissing : 0);
  row.first_clip = first_clip;
  row.n_clips = s.clips.size();
  if (s.lyrics) {
    row.lyrics_offset = s.lyrics->offset;
    row.lyrics_segment = s.lyrics->segment;
    row.lyrics_crc = s.lyrics->crc;
  }
  return row;
}

}  // namespace

std::string serialize_index(const IndexContents& c) {
  IndexHeader header{};
  std::copy_n(kIndexMagic, 8, header.magic);
  const std::vector<IndexTokensRow> tokens = tokens_rows(c);
  std::string body(tokens.empty() ? 0 : sizeof(IndexTokensHeader), '\0');
  header.version = tokens.empty() ? 1 : kIndexVersion;
  header.header_bytes = static_cast<uint32_t>(sizeof header + body.size());
  header.generation = c.generation;
  for (size_t i = 0; i < 16; ++i)
    header.library_id[i] = static_cast<uint8_t>(std::stoi(c.library_id.substr(2 * i, 2), nullptr, 16));
  std::vector<IndexSongRow> songs;
  std::vector<IndexClipRow> clips;
  Strings strings;
  for (const SongEntry& s : c.songs) {
    check(songs.empty() || c.songs[songs.size() - 1].path < s.path, "the songs of an index are sorted by path");
    songs.push_back(song_row(s, clips.size(), strings));
    for (const ClipEntry& clip : s.clips)
      clips.push_back({songs.size() - 1, clip.place.offset, clip.start_sample, clip.number, clip.n_valid_frames,
                       clip.place.segment, clip.place.crc});
  }
  std::vector<IndexSegmentRow> segments;
  for (const SegmentLength& s : c.segments) segments.push_back({s.number, s.n_bytes});
  header.n_songs = songs.size();
  header.n_clips = clips.size();
  header.n_columns = c.columns.size();
  header.n_segments = segments.size();
  header.songs_at = append(body, songs);
  header.clips_at = append(body, clips);
  header.segments_at = append(body, segments);
  header.columns_at = append(body, append_columns(c, strings, body));
  header.mel_reference = strings.add(c.mel_reference);
  header.excerpts = strings.add(c.excerpts);
  header.strings_bytes = strings.pool().size();
  header.strings_at = append(body, std::vector<char>(strings.pool().begin(), strings.pool().end()));
  if (!tokens.empty()) {
    const IndexTokensHeader more{tokens.size(), append(body, tokens)};
    std::memcpy(body.data(), &more, sizeof more);
  }
  header.content_hash = hash_content(c);
  header.columns_hash = hash_columns(c);
  header.file_bytes = sizeof header + body.size() + 8;
  std::string out(reinterpret_cast<const char*>(&header), sizeof header);
  out += body;
  out.append(4, '\0');
  const uint32_t crc = crc32c(std::as_bytes(std::span(out)));
  out.append(reinterpret_cast<const char*>(&crc), 4);
  return out;
}

fs::path index_path(const fs::path& library, uint64_t generation) {
  char name[40];
  std::snprintf(name, sizeof name, "index-%010llu", static_cast<unsigned long long>(generation));
  return library / name;
}

std::vector<uint64_t> list_generations(const fs::path& library) {
  std::vector<uint64_t> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(library, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    const auto generation = parse_integer(std::string_view(name).substr(kPrefix.size()));
    if (generation && *generation >= 0 && index_path(library, static_cast<uint64_t>(*generation)) == entry.path())
      out.push_back(static_cast<uint64_t>(*generation));
  }
  std::sort(out.rbegin(), out.rend());
  return out;
}

void publish_index(const fs::path& library, const IndexContents& contents) {
  check(contents.library_id.size() == 32, "a library's id has 32 digits");
  publish_file(index_path(library, contents.generation), serialize_index(contents));
  for (const uint64_t generation : list_generations(library))
    if (generation + 1 < contents.generation) fs::remove(index_path(library, generation));
}

}  // namespace songscape
