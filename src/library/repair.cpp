#include "library/repair.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/text.h"
#include "library/near_duplicates.h"
#include "library/rescue.h"
#include "library/song_record.h"

namespace songscape {
namespace {

class Repair {
 public:
  Repair(fs::path library, const fs::path& copy, Rescue rescue)
      : library_(std::move(library)), from_(std::move(rescue)), writer_(copy, true, from_.settings) {}

  RepairReport run() {
    copy_songs();
    writer_.commit([&](Catalogue& c) { write(c); }, LibraryWriter::Publish::always);
    std::sort(out_.lost.begin(), out_.lost.end());
    out_.n_songs = static_cast<int64_t>(kept_.size());
    return std::move(out_);
  }

 private:
  // The record's new place; std::nullopt where the old one is damaged.
  std::optional<RecordPlace> copy_record(RecordKind kind, const std::string& song, const RecordPlace& place) {
    const SegmentReader* reader = find_segment(library_, place.segment, open_);
    const auto header = reader ? reader->header_at(place.offset) : std::nullopt;
    if (!header || header->kind != kind || header->crc != place.crc || to_hex(header->song) != song)
      return std::nullopt;
    const auto payload = reader->payload_at(place.offset);
    if (!payload) return std::nullopt;
    return writer_.segments().append(kind, header->song, *payload);
  }

  std::optional<Content> copy_song(const Content& content, const std::string& path) {
    Content out = content;
    for (ClipEntry& clip : out.clips) {
      const auto place = copy_record(RecordKind::clip, out.sha256, clip.place);
      if (!place) return std::nullopt;
      clip.place = *place;
    }
    if (out.tokens) {
      out.tokens = copy_record(RecordKind::tokens, out.sha256, *out.tokens);
      if (!out.tokens) return std::nullopt;
    }
    // Written anew: it names its clips and tokens by their places.
    const SongRecord record{out, path, from_.settings.mel_reference, from_.settings.excerpts};
    out.place = writer_.segments().append(RecordKind::song, digest_from_hex(out.sha256), to_song_payload(record));
    return out;
  }

  void copy_songs() {
    const auto names = canonical_paths(from_.paths);
    Progress progress("repair", static_cast<int64_t>(names.size()), "songs");
    for (const auto& [sha256, path] : names) {
      throw_if_interrupted();
      progress.add(1);
      const auto it = from_.contents.find(sha256);
      std::optional<Content> content;
      if (it != from_.contents.end()) content = copy_song(it->second, path);
      if (!content) {
        out_.lost.push_back(path);
        continue;
      }
      out_.n_clips += static_cast<int64_t>(content->clips.size());
      kept_.emplace(sha256, *std::move(content));
      const auto lyrics = from_.lyrics.find(sha256);
      if (lyrics == from_.lyrics.end()) continue;
      if (const auto place = copy_record(RecordKind::lyrics, sha256, lyrics->second.place))
        lyrics_[sha256] = {lyrics->second.source, lyrics->second.text_sha256, *place};
    }
  }

  void write(Catalogue& c) {
    c.set_meta("root", from_.root);
    for (const auto& [sha256, content] : kept_) c.add_content(content);
    for (const auto& [sha256, lyrics] : lyrics_) c.set_lyrics(sha256, lyrics);
    for (const auto& [path, entry] : from_.paths)
      if (kept_.contains(entry.sha256)) c.set_path(path, entry);
    for (const auto& [name, kind] : from_.columns) c.set_column(name, kind);
    for (const auto& [path, values] : from_.labels)
      for (const auto& [column, value] : values) c.set_label(path, column, value);
    for (const auto& [path, reason] : from_.failures) c.set_failure(path, reason);
    c.set_warnings(from_.warnings);
    NearDuplicates near_duplicates;
    for (const auto& [sha256, content] : kept_) near_duplicates.record(c, content);
  }

  fs::path library_;
  Rescue from_;
  LibraryWriter writer_;
  std::map<uint32_t, std::unique_ptr<SegmentReader>> open_;
  std::map<std::string, Content> kept_;
  std::map<std::string, LyricsEntry> lyrics_;
  RepairReport out_;
};

}  // namespace

RepairReport repair_library(const fs::path& library, const fs::path& copy) {
  std::error_code error;
  if (fs::exists(copy, error) && !(fs::is_directory(copy, error) && fs::is_empty(copy, error)))
    fail(ExitCode::usage, {.what = "something is there already",
                           .where = escape_for_terminal(copy.string()),
                           .seen = {},
                           .wanted = "a path where nothing is",
                           .fix = "choose another --repair COPY"});
  if (!fs::is_directory(library / "segments", error))
    fail(ExitCode::damaged, {.what = "there are no segments to rebuild the library from",
                             .where = escape_for_terminal(library.string()),
                             .seen = {},
                             .wanted = {},
                             .fix = "ingest the music anew"});
  uint64_t n_bytes = 0;
  for (const auto& entry : fs::directory_iterator(library / "segments", error))
    n_bytes += entry.is_regular_file(error) ? entry.file_size(error) : 0;
  require_disk(copy, n_bytes + n_bytes / 16, "write the repaired copy");
  std::optional<Rescue> rescue = rescue_from_catalogue(library);
  const bool from_catalogue = rescue.has_value();
  if (!rescue) rescue = rescue_from_segments(library);
  RepairReport report = Repair(library, copy, *std::move(rescue)).run();
  report.from_catalogue = from_catalogue;
  return report;
}

}  // namespace songscape
