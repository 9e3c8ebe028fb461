#include "library/rescue.h"

#include <cmath>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/index_file.h"
#include "library/song_record.h"

namespace songscape {
namespace {

// The newest index that can be read.
std::optional<IndexFile> sound_index(const fs::path& library) {
  for (const uint64_t generation : list_generations(library)) {
    try {
      return std::optional<IndexFile>(std::in_place, library, generation);
    } catch (const Error& e) {
      if (e.exit_code() != ExitCode::damaged) throw;
    }
  }
  return std::nullopt;
}

std::vector<uint32_t> segment_numbers(const fs::path& library) {
  std::set<uint32_t> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(library / "segments", error))
    if (const auto n = parse_integer(entry.path().stem().string()); n && *n > 0 && entry.path().extension() == ".seg")
      out.insert(static_cast<uint32_t>(*n));
  return {out.begin(), out.end()};
}

// Of songs that the index of `known_generation` speaks of, the index has the paths.
void take_records(const SegmentReader& reader, uint32_t number, uint64_t known_generation, Rescue& out) {
  reader.walk(kSegmentHeaderBytes, true, [&](uint64_t at, const RecordHeader& header) {
    if (header.kind == RecordKind::clip || header.kind == RecordKind::tokens) return true;
    const auto payload = reader.payload_at(at);
    if (!payload) return true;
    const RecordPlace place{number, at, header.crc};
    if (header.kind == RecordKind::lyrics) {
      out.lyrics[to_hex(header.song)] = {"recovered", sha256_hex(*payload), place};
    } else if (header.kind == RecordKind::song) {
      SongRecord song = read_song_payload(*payload, header.song, escape_for_terminal(reader.path().string()));
      song.content.place = place;
      // Later records are newer: they have the path.
      if (header.generation > known_generation) out.paths[song.path] = {song.content.sha256, {}, false};
      out.settings = {song.mel_reference, song.excerpts};
      out.contents[song.content.sha256] = std::move(song.content);
    }
    return true;
  });
}

void take_index(const IndexFile& index, Rescue& out) {
  out.settings = {std::string(index.text(index.header().mel_reference)),
                  std::string(index.text(index.header().excerpts))};
  for (const IndexSongRow& song : index.songs())
    out.paths[std::string(index.text(song.path))] = {to_hex(song.sha256), {}, (song.flags & kSongIsMissing) != 0};
  for (size_t c = 0; c < index.header().n_columns; ++c) {
    const IndexColumn column = index.column(c);
    const std::string name(column.name);
    out.columns[name] = column.kind;
    for (size_t i = 0; i < index.header().n_songs; ++i) {
      const std::string path(index.text(index.songs()[i].path));
      if (column.kind == ColumnKind::label && column.codes[i] >= 0)
        out.labels[path][name] = column.classes[static_cast<size_t>(column.codes[i])];
      if (column.kind == ColumnKind::factor && !std::isnan(column.values[i]))
        out.labels[path][name] = format_number(column.values[i]);
    }
  }
}

}  // namespace

std::optional<Rescue> rescue_from_catalogue(const fs::path& library) {
  try {
    if (!fs::exists(Catalogue::file(library))) return std::nullopt;
    Catalogue c = Catalogue::open_for_reading(library);
    Statement check = c.database().prepare("PRAGMA integrity_check");
    if (!check.start().step() || check.text(0) != "ok") return std::nullopt;
    return Rescue{.settings = {c.meta("mel_reference").value_or(""), c.meta("excerpts").value_or("")},
                  .root = c.meta("root").value_or(""),
                  .contents = c.contents(),
                  .paths = c.paths(),
                  .lyrics = c.lyrics(),
                  .duplicates = c.duplicates(),
                  .columns = c.columns(),
                  .labels = c.labels(),
                  .failures = c.failures(),
                  .warnings = c.own_warnings()};
  } catch (const Error& e) {
    if (e.exit_code() != ExitCode::damaged) throw;
    return std::nullopt;
  }
}

Rescue rescue_from_segments(const fs::path& library) {
  Rescue out;
  const auto index = sound_index(library);
  std::map<uint32_t, std::unique_ptr<SegmentReader>> open;
  for (const uint32_t number : segment_numbers(library))
    if (const SegmentReader* reader = find_segment(library, number, open))
      take_records(*reader, number, index ? index->header().generation : 0, out);
  if (index) take_index(*index, out);
  return out;
}

const SegmentReader* find_segment(const fs::path& library, uint32_t number,
                                  std::map<uint32_t, std::unique_ptr<SegmentReader>>& open) {
  const auto [it, is_new] = open.try_emplace(number);
  if (is_new) {
    try {
      it->second = std::make_unique<SegmentReader>(library, number, "");
    } catch (const Error& e) {
      if (e.exit_code() != ExitCode::damaged) throw;
    }
  }
  return it->second.get();
}

}  // namespace songscape
