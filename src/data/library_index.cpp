#include "data/library_index.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "data/half_array.h"
#include "data/index_file.h"
#include "data/index_writer.h"
#include "data/segment.h"

namespace songscape {
namespace {

constexpr int kSampleRate = 22050;

[[noreturn]] void refuse(const fs::path& where, std::string what, std::string fix = {}) {
  if (fix.empty()) fix = "mend it with: songscape verify --library L --repair COPY";
  fail(ExitCode::damaged, {.what = std::move(what),
                           .where = escape_for_terminal(where.string()),
                           .seen = {},
                           .wanted = {},
                           .fix = std::move(fix)});
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace

struct LibraryIndex::Open {
  fs::path library;
  IndexFile file;
  std::map<uint64_t, SegmentReader> segments;
  std::vector<IndexColumn> columns;
  bool is_part = false;
  std::vector<int64_t> rows, song_of_row;   // of a part: its songs' rows in the file, and back (−1: not of it)
  std::vector<std::vector<int32_t>> codes;  // of a part's columns
  std::vector<std::vector<double>> values;
  std::string library_id, content_hash, columns_hash;

  Open(fs::path path, uint64_t generation) : library(std::move(path)), file(library, generation) {
    const IndexHeader& h = file.header();
    library_id = to_hex(h.library_id);
    content_hash = to_hex(h.content_hash);
    columns_hash = to_hex(h.columns_hash);
    for (size_t i = 0; i < h.n_columns; ++i) columns.push_back(file.column(i));
  }

  void take_part(Songs songs) {
    const bool is_midi = songs == Songs::midi;
    if (file.tokens().empty() && !is_midi) return;
    is_part = true;
    const auto n = static_cast<int64_t>(file.header().n_songs);
    song_of_row.assign(static_cast<size_t>(n), -1);
    for (int64_t row = 0; row < n; ++row) {
      if ((find_tokens(row) != nullptr) != is_midi) continue;
      song_of_row[static_cast<size_t>(row)] = static_cast<int64_t>(rows.size());
      rows.push_back(row);
    }
    if (rows.empty() && is_midi)
      refuse(library, "the library holds no MIDI", "use a library of MIDI files: songscape ingest DIR --library L");
    if (rows.empty())
      refuse(library, "the library holds MIDI only, and no audio or words",
             "use a library of songs with audio, or of texts: songscape ingest DIR --library L");
    for (IndexColumn& column : columns) {
      if (column.kind == ColumnKind::label)
        take_part_of_label(column);
      else
        column.values = values.emplace_back(part_of(column.values));
    }
    std::erase_if(columns, [](const IndexColumn& column) {
      return column.classes.empty() && std::ranges::all_of(column.values, [](double v) { return std::isnan(v); });
    });
  }

  // With the classes that its songs have.
  void take_part_of_label(IndexColumn& column) {
    std::vector<int32_t>& part = codes.emplace_back(part_of(column.codes));
    std::vector<int32_t> new_code(column.classes.size(), -1);
    for (const int32_t code : part)
      if (code >= 0) new_code[static_cast<size_t>(code)] = 0;
    std::vector<std::string_view> classes;
    for (size_t c = 0; c < new_code.size(); ++c) {
      if (new_code[c] < 0) continue;
      new_code[c] = static_cast<int32_t>(classes.size());
      classes.push_back(column.classes[c]);
    }
    for (int32_t& code : part)
      if (code >= 0) code = new_code[static_cast<size_t>(code)];
    column.classes = std::move(classes);
    column.codes = part;
  }

  template <class T>
  std::vector<T> part_of(std::span<const T> all) const {
    std::vector<T> out;
    for (const int64_t row : rows) out.push_back(all[static_cast<size_t>(row)]);
    return out;
  }

  int64_t n_songs() const {
    return is_part ? static_cast<int64_t>(rows.size()) : static_cast<int64_t>(file.header().n_songs);
  }
  int64_t row_of(int64_t song) const {
    check(song >= 0 && song < n_songs(), "the song exists");
    return is_part ? rows[static_cast<size_t>(song)] : song;
  }
  const IndexSongRow& song_row(int64_t song) const { return file.songs()[static_cast<size_t>(row_of(song))]; }

  // Opens every segment; true where one holds records of a generation that this index cannot know of.
  bool segments_are_newer() {
    bool is_newer = false;
    for (const IndexSegmentRow& row : file.segments()) {
      const auto it =
          segments.emplace(row.number, SegmentReader(library, static_cast<uint32_t>(row.number), library_id)).first;
      it->second.expect_scattered_reads();
      const uint64_t size = it->second.size();
      if (size < row.n_bytes)
        refuse(it->second.path(), "the segment is cut: " + std::to_string(size) + " bytes, where the index names " +
                                      std::to_string(row.n_bytes));
      it->second.walk(row.n_bytes, false, [&](uint64_t, const RecordHeader& record) {
        is_newer |= record.generation > file.header().generation + 1;
        return !is_newer;
      });
    }
    return is_newer;
  }

  std::string payload(uint64_t segment, uint64_t offset, uint32_t crc, const std::string& name) const {
    std::optional<std::string> out = segments.at(segment).payload_at(offset);
    if (!out || crc32c(std::as_bytes(std::span(*out))) != crc)
      refuse(segments.at(segment).path(),
             "the record of " + name + " at byte " + std::to_string(offset) + " is damaged");
    return *std::move(out);
  }

  // nullptr where the song of this row has none.
  const IndexTokensRow* find_tokens(int64_t row) const {
    const auto all = file.tokens();
    const auto it = std::partition_point(
        all.begin(), all.end(), [&](const IndexTokensRow& tokens) { return tokens.song < static_cast<uint64_t>(row); });
    return it != all.end() && it->song == static_cast<uint64_t>(row) ? &*it : nullptr;
  }

  std::string clip_payload(int64_t clip) const {
    check(clip >= 0 && static_cast<uint64_t>(clip) < file.header().n_clips, "the clip exists");
    const IndexClipRow& row = file.clips()[static_cast<size_t>(clip)];
    const std::string name =
        "clip " + std::to_string(row.number) + " of " + escape_for_terminal(file.text(file.songs()[row.song].path));
    std::string out = payload(row.segment, row.offset, row.crc, name);
    if (out.size() != kClipPayloadBytes) refuse(library, "the record of " + name + " has the wrong size");
    return out;
  }
};

LibraryIndex::LibraryIndex(const fs::path& library, Songs songs) {
  std::error_code error;
  if (!fs::is_directory(library, error))
    fail(ExitCode::usage, {.what = "there is no such library",
                           .where = escape_for_terminal(library.string()),
                           .seen = {},
                           .wanted = "a folder that ingest made",
                           .fix = "make one with: songscape ingest DIR --library L"});
  uint64_t last_newest = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const std::vector<uint64_t> generations = list_generations(library);
    if (generations.empty()) {
      if (fs::exists(library / "segments", error))
        refuse(
            library, "the library has no index",
            "rebuild it with: songscape verify --library L --repair COPY (a library that is being made has none yet)");
      fail(ExitCode::usage, {.what = "this folder is not a library",
                             .where = escape_for_terminal(library.string()),
                             .seen = {},
                             .wanted = "a folder that ingest made",
                             .fix = "make one with: songscape ingest DIR --library L"});
    }
    std::optional<Error> first_fault;
    for (const uint64_t generation : generations) {
      try {
        open_ = std::make_unique<Open>(library, generation);
        break;
      } catch (const Error& e) {
        if (!fs::exists(index_path(library, generation), error)) continue;  // a writer has replaced it meanwhile
        if (e.exit_code() == ExitCode::damaged &&
            std::string_view(e.what()).find("newer than this program") != std::string_view::npos)
          throw;
        if (!first_fault) first_fault = e;
      }
    }
    if (!open_ && first_fault) throw *first_fault;
    if (!open_) continue;
    if (first_fault)
      log_warning(std::string(first_fault->what()) + "; using generation " + std::to_string(generation()));
    if (!open_->segments_are_newer()) {
      if (songs != Songs::all) open_->take_part(songs);
      return;
    }
    // A writer may have published since: look once more.
    if (generations.front() == last_newest) break;
    last_newest = generations.front();
    open_.reset();
  }
  refuse(library, "the index is older than the segments: parts of two copies are mixed");
}

LibraryIndex::~LibraryIndex() = default;
LibraryIndex::LibraryIndex(LibraryIndex&&) noexcept = default;
LibraryIndex& LibraryIndex::operator=(LibraryIndex&&) noexcept = default;

int64_t LibraryIndex::n_songs() const { return open_->n_songs(); }
int64_t LibraryIndex::n_clips() const { return static_cast<int64_t>(open_->file.header().n_clips); }
int64_t LibraryIndex::n_midi() const { return static_cast<int64_t>(open_->file.tokens().size()); }

IndexSong LibraryIndex::song(int64_t i) const {
  const IndexFile& f = open_->file;
  const IndexSongRow& row = open_->song_row(i);
  return {.path = f.text(row.path),
          .title = f.text(row.title),
          .artist = f.text(row.artist),
          .sha256 = to_hex(row.sha256),
          .duration_sec = row.duration_sec,
          .group = row.group,
          .first_clip = static_cast<int64_t>(row.first_clip),
          .n_clips = static_cast<int64_t>(row.n_clips),
          .has_lyrics = (row.flags & kSongHasLyrics) != 0,
          .has_tokens = open_->find_tokens(open_->row_of(i)) != nullptr,
          .is_missing = (row.flags & kSongIsMissing) != 0};
}

IndexClip LibraryIndex::clip(int64_t i) const {
  check(i >= 0 && i < n_clips(), "the clip exists");
  const IndexClipRow& row = open_->file.clips()[static_cast<size_t>(i)];
  const auto song = static_cast<int64_t>(row.song);
  return {open_->is_part ? open_->song_of_row[row.song] : song, row.number,
          static_cast<double>(row.start_sample) / kSampleRate, static_cast<int32_t>(row.n_valid_frames)};
}

const std::vector<IndexColumn>& LibraryIndex::columns() const { return open_->columns; }

const IndexColumn* LibraryIndex::find_column(std::string_view name) const {
  const IndexColumn* found = nullptr;
  for (const IndexColumn& c : columns()) {
    if (c.name == name) return &c;
    if (lower(c.name) != lower(name)) continue;
    if (found) return nullptr;
    found = &c;
  }
  return found;
}

std::optional<int64_t> LibraryIndex::find_song(std::string_view path) const {
  const auto songs = open_->file.songs();
  const auto it = std::lower_bound(songs.begin(), songs.end(), path, [&](const IndexSongRow& row, std::string_view p) {
    return open_->file.text(row.path) < p;
  });
  if (it == songs.end() || open_->file.text(it->path) != path) return std::nullopt;
  const int64_t row = it - songs.begin();
  if (!open_->is_part) return row;
  const int64_t song = open_->song_of_row[static_cast<size_t>(row)];
  return song < 0 ? std::nullopt : std::optional(song);
}

void LibraryIndex::read_mel_f16(int64_t clip, std::span<uint16_t> out) const {
  check(out.size() == static_cast<size_t>(kMelValues), "a mel is 128 x 1293");
  const std::string payload = open_->clip_payload(clip);
  std::memcpy(out.data(), payload.data() + kClipMelAt, out.size() * 2);
}

void LibraryIndex::read_mel(int64_t clip, std::span<float> out) const {
  check(out.size() == static_cast<size_t>(kMelValues), "a mel is 128 x 1293");
  const std::string payload = open_->clip_payload(clip);
  // Records start at multiples of 64 in the file; the copy is aligned by its allocation.
  from_half({reinterpret_cast<const uint16_t*>(payload.data() + kClipMelAt), out.size()}, out);
}

void LibraryIndex::read_features(int64_t clip, std::span<float, kStoredFeatures> out) const {
  const std::string payload = open_->clip_payload(clip);
  std::memcpy(out.data(), payload.data() + kClipFeaturesAt, out.size_bytes());
}

std::string LibraryIndex::read_lyrics(int64_t i) const {
  const IndexSongRow& row = open_->song_row(i);
  if ((row.flags & kSongHasLyrics) == 0) return {};
  return open_->payload(row.lyrics_segment, row.lyrics_offset, row.lyrics_crc,
                        "the lyrics of " + escape_for_terminal(open_->file.text(row.path)));
}

StoredTokens LibraryIndex::read_tokens(int64_t i) const {
  const IndexTokensRow* row = open_->find_tokens(open_->row_of(i));
  check(row != nullptr, "the song has tokens");
  const std::string name = "the tokens of " + escape_for_terminal(song(i).path);
  return read_tokens_payload(open_->payload(row->segment, row->offset, row->crc, name), name);
}

std::string_view LibraryIndex::mel_reference() const { return open_->file.text(open_->file.header().mel_reference); }
std::string_view LibraryIndex::excerpts() const { return open_->file.text(open_->file.header().excerpts); }
uint64_t LibraryIndex::generation() const { return open_->file.header().generation; }
const std::string& LibraryIndex::library_id() const { return open_->library_id; }
const std::string& LibraryIndex::content_hash() const { return open_->content_hash; }
const std::string& LibraryIndex::columns_hash() const { return open_->columns_hash; }
const fs::path& LibraryIndex::path() const { return open_->library; }

}  // namespace songscape
