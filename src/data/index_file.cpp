#include "data/index_file.h"

#include <cstring>

#include "core/error.h"
#include "core/text.h"
#include "data/index_writer.h"

namespace songscape {

IndexFile::IndexFile(const fs::path& library, uint64_t generation)
    : path_(index_path(library, generation)), map_(path_) {
  check_file(generation);
  check_rows();
  check_tokens();
  check_columns();
}

IndexTokensHeader IndexFile::tokens_header() const {
  IndexTokensHeader out{};
  if (header().version >= 2) std::memcpy(&out, map_.bytes().data() + sizeof(IndexHeader), sizeof out);
  return out;
}

std::span<const IndexTokensRow> IndexFile::tokens() const {
  return rows<IndexTokensRow>(tokens_header().tokens_at, tokens_header().n_tokens);
}

void IndexFile::require(bool holds, const char* what) const {
  if (holds) return;
  fail(ExitCode::damaged, {.what = std::string("the index is damaged: ") + what,
                           .where = escape_for_terminal(path_.string()),
                           .seen = {},
                           .wanted = {},
                           .fix = "mend it with: songscape verify --library L --repair COPY"});
}

bool IndexFile::fits(uint64_t at, uint64_t n, uint64_t bytes_each) const {
  const uint64_t size = map_.bytes().size() - 8;
  return at % 8 == 0 && at >= sizeof(IndexHeader) && at <= size && n <= (size - at) / bytes_each;
}

bool IndexFile::has(const StringRef& ref) const {
  return ref.at <= header().strings_bytes && ref.n_bytes <= header().strings_bytes - ref.at;
}

void IndexFile::check_file(uint64_t generation) const {
  const auto bytes = map_.bytes();
  require(bytes.size() >= sizeof(IndexHeader) + 8 && bytes.size() % 4 == 0, "it is too short");
  const IndexHeader& h = header();
  require(std::memcmp(h.magic, kIndexMagic, 8) == 0, "it does not start as an index does");
  if (h.version > kIndexVersion)
    fail(ExitCode::damaged, {.what = "the index has format " + std::to_string(h.version) +
                                     ", newer than this program's " + std::to_string(kIndexVersion),
                             .where = escape_for_terminal(path_.string()),
                             .seen = {},
                             .wanted = {},
                             .fix = "use the newer Songscape that wrote it"});
  require(h.file_bytes == bytes.size(), "it is cut or has grown");
  uint32_t crc;
  std::memcpy(&crc, bytes.data() + bytes.size() - 4, 4);
  require(crc32c(bytes.first(bytes.size() - 4)) == crc, "its checksum is wrong");
  const uint64_t header_bytes = sizeof(IndexHeader) + (h.version == 2 ? sizeof(IndexTokensHeader) : 0);
  require(h.version >= 1 && h.header_bytes == header_bytes && h.header_bytes + 8 <= bytes.size(),
          "its header is of an unknown form");
  require(h.generation == generation, "it is named after another generation");
}

bool IndexFile::is_placed(uint64_t segment, uint64_t offset) const {
  const auto it = segment_bytes_.find(segment);
  return it != segment_bytes_.end() && offset % 64 == 0 && offset < it->second;
}

void IndexFile::check_tokens() const {
  const IndexTokensHeader h = tokens_header();
  require(h.n_tokens == 0 || fits(h.tokens_at, h.n_tokens, sizeof(IndexTokensRow)), "a section lies outside the file");
  const auto found = tokens();
  for (size_t i = 0; i < found.size(); ++i) {
    require(found[i].song < header().n_songs && (i == 0 || found[i - 1].song < found[i].song),
            "tokens are of no song, or out of order");
    require(is_placed(found[i].segment, found[i].offset), "tokens lie outside the segments");
  }
}

void IndexFile::check_rows() {
  const IndexHeader& h = header();
  require(fits(h.songs_at, h.n_songs, sizeof(IndexSongRow)) && fits(h.clips_at, h.n_clips, sizeof(IndexClipRow)) &&
              fits(h.columns_at, h.n_columns, sizeof(IndexColumnRow)) &&
              fits(h.segments_at, h.n_segments, sizeof(IndexSegmentRow)) && fits(h.strings_at, h.strings_bytes, 1) &&
              has(h.mel_reference) && has(h.excerpts),
          "a section lies outside the file");
  for (const IndexSegmentRow& s : segments()) segment_bytes_[s.number] = s.n_bytes;
  uint64_t first_clip = 0;
  for (size_t i = 0; i < h.n_songs; ++i) {
    const IndexSongRow& s = songs()[i];
    require(has(s.path) && has(s.title) && has(s.artist), "a song's text lies outside the file");
    require(s.first_clip == first_clip && s.n_clips <= h.n_clips - first_clip, "a song's clips are out of range");
    require(i == 0 || text(songs()[i - 1].path) < text(s.path), "its songs are out of order");
    require((s.flags & kSongHasLyrics) == 0 || is_placed(s.lyrics_segment, s.lyrics_offset),
            "lyrics lie outside the segments");
    first_clip += s.n_clips;
    for (uint64_t c = s.first_clip; c < first_clip; ++c) {
      const IndexClipRow& clip = clips()[c];
      require(clip.song == i && clip.n_valid_frames <= kMelFrames, "a clip is of another song");
      require(is_placed(clip.segment, clip.offset), "a clip lies outside the segments");
    }
  }
  require(first_clip == h.n_clips, "clips belong to no song");
}

void IndexFile::check_columns() const {
  const IndexHeader& h = header();
  for (const IndexColumnRow& c : rows<IndexColumnRow>(h.columns_at, h.n_columns)) {
    require(has(c.name) && c.kind <= 1 && fits(c.classes_at, c.n_classes, sizeof(StringRef)) &&
                fits(c.values_at, h.n_songs, c.kind == 0 ? 4 : 8),
            "a column lies outside the file");
    for (const StringRef& name : rows<StringRef>(c.classes_at, c.n_classes))
      require(has(name), "a class name lies outside the file");
    if (c.kind != 0) continue;
    for (const int32_t code : rows<int32_t>(c.values_at, h.n_songs))
      require(code >= -1 && (code < 0 || static_cast<uint64_t>(code) < c.n_classes), "a label is out of range");
  }
}

IndexColumn IndexFile::column(size_t i) const {
  const IndexColumnRow& row = rows<IndexColumnRow>(header().columns_at, header().n_columns)[i];
  IndexColumn out{};
  out.name = text(row.name);
  out.kind = static_cast<ColumnKind>(row.kind);
  for (const StringRef& name : rows<StringRef>(row.classes_at, row.n_classes)) out.classes.push_back(text(name));
  if (out.kind == ColumnKind::label)
    out.codes = rows<int32_t>(row.values_at, header().n_songs);
  else
    out.values = rows<double>(row.values_at, header().n_songs);
  return out;
}

}  // namespace songscape
