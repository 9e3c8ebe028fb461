#include "library/verify.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/text.h"
#include "data/index_file.h"
#include "library/index_builder.h"
#include "library/library_writer.h"

namespace songscape {
namespace {

class Verifier {
 public:
  explicit Verifier(fs::path library) : library_(std::move(library)) {}

  VerifyReport run() {
    check_catalogue();
    check_indexes();
    check_agreement();
    check_segments();
    check_references();
    std::stable_sort(out_.damages.begin(), out_.damages.end(),
                     [](const Damage& a, const Damage& b) { return a.where < b.where; });
    return std::move(out_);
  }

 private:
  using Place = std::pair<uint32_t, uint64_t>;  // segment, offset
  struct Reference {
    std::string name, song;
    uint32_t crc;
  };

  void damage(std::string where, std::string what) { out_.damages.push_back({std::move(where), std::move(what)}); }
  void damage(const std::string& where, const Error& e) {
    damage(where, e.parts().what + (e.parts().seen.empty() ? "" : " (" + e.parts().seen + ")"));
  }

  void check_catalogue() {
    const std::string name = Catalogue::file(library_).filename().string();
    try {
      if (!fs::exists(Catalogue::file(library_))) return damage(name, "is missing");
      Catalogue catalogue = Catalogue::open_for_reading(library_);
      Statement s = catalogue.database().prepare("PRAGMA integrity_check");
      for (s.start(); s.step();)
        if (s.text(0) != "ok") return damage(name, s.text(0));
      collect_references(catalogue);
      for (const SegmentLength& l : catalogue.segments()) lengths_[l.number] = l.n_bytes;
      library_id_ = catalogue.meta("library_id").value_or("");
      catalogue_.emplace(std::move(catalogue));
    } catch (const Error& e) {
      if (e.exit_code() != ExitCode::damaged) throw;
      damage(name, e);
    }
  }

  void collect_references(const Catalogue& catalogue) {
    const auto names = canonical_paths(catalogue.paths());
    const auto name_of = [&](const std::string& sha256) {
      const auto it = names.find(sha256);
      return it == names.end() ? "a superseded song" : escape_for_terminal(it->second);
    };
    const auto add = [&](const RecordPlace& p, const std::string& name, const std::string& song) {
      references_[{p.segment, p.offset}] = {name, song, p.crc};
    };
    for (const auto& [sha256, content] : catalogue.contents()) {
      add(content.place, "the record of " + name_of(sha256), sha256);
      for (const ClipEntry& clip : content.clips)
        add(clip.place, "clip " + std::to_string(clip.number) + " of " + name_of(sha256), sha256);
      if (content.tokens) add(*content.tokens, "the tokens of " + name_of(sha256), sha256);
    }
    for (const auto& [sha256, lyrics] : catalogue.lyrics())
      add(lyrics.place, "the lyrics of " + name_of(sha256), sha256);
  }

  void check_indexes() {
    const std::vector<uint64_t> generations = list_generations(library_);
    if (generations.empty()) damage("index", "is missing");
    for (const uint64_t generation : generations) {
      const std::string name = index_path(library_, generation).filename().string();
      try {
        const IndexFile index(library_, generation);
        if (library_id_.empty()) library_id_ = to_hex(index.header().library_id);
        if (to_hex(index.header().library_id) != library_id_) damage(name, "is of another library");
        for (const IndexSegmentRow& s : index.segments()) {
          uint64_t& length = lengths_[static_cast<uint32_t>(s.number)];
          length = std::max(length, s.n_bytes);
        }
        if (!catalogue_) {
          collect_references(index);
          collect_tokens(index);
        }
        newest_ = std::max(newest_, generation);
      } catch (const Error& e) {
        damage(name, e);
      }
    }
  }

  void collect_references(const IndexFile& index) {
    for (const IndexSongRow& song : index.songs()) {
      const std::string name = escape_for_terminal(index.text(song.path)), sha256 = to_hex(song.sha256);
      for (const IndexClipRow& clip : index.clips().subspan(song.first_clip, song.n_clips))
        references_[{clip.segment, clip.offset}] = {"clip " + std::to_string(clip.number) + " of " + name, sha256,
                                                    clip.crc};
      if (song.flags & kSongHasLyrics)
        references_[{song.lyrics_segment, song.lyrics_offset}] = {"the lyrics of " + name, sha256, song.lyrics_crc};
    }
  }

  void collect_tokens(const IndexFile& index) {
    for (const IndexTokensRow& row : index.tokens()) {
      const IndexSongRow& song = index.songs()[row.song];
      references_[{row.segment, row.offset}] = {"the tokens of " + escape_for_terminal(index.text(song.path)),
                                                to_hex(song.sha256), row.crc};
    }
  }

  void check_agreement() {
    if (!catalogue_ || newest_ == 0) return;
    const uint64_t known = catalogue_->generation();
    const std::string name = index_path(library_, newest_).filename().string();
    if (newest_ > known || known > newest_ + 1)
      return damage(name, "the catalogue is at generation " + std::to_string(known) + ", the newest index at " +
                              std::to_string(newest_) + ": parts of two copies are mixed");
    if (known != newest_ || catalogue_->meta("waits_for_index") == "1") {
      out_.notes.push_back("an ingest was stopped before it published its index: the next one does it");
      return;
    }
    if (serialize_index(build_index(*catalogue_, known)) != read_file(index_path(library_, newest_)))
      damage(name, "does not say what the catalogue says");
  }

  void check_segments() {
    uint64_t n_bytes = 0;
    for (const auto& [number, length] : lengths_) n_bytes += length;
    Progress progress("verify", static_cast<int64_t>(n_bytes >> 20), "MiB");
    uint64_t n_shown = 0;
    for (const auto& [number, length] : lengths_) {
      const std::string name = "segments/" + segment_path(library_, number).filename().string();
      try {
        if (!has_segment_header(segment_path(library_, number)))
          damage(name, "its header is damaged, or it is missing");
        const SegmentReader reader(library_, number,
                                   has_segment_header(segment_path(library_, number)) ? library_id_ : "");
        if (reader.size() < length)
          damage(name, "is cut: " + std::to_string(reader.size()) + " bytes of " + std::to_string(length));
        if (reader.size() > length)
          out_.notes.push_back(name + " has a tail of " + format_bytes(static_cast<double>(reader.size() - length)) +
                               " that a stopped ingest left");
        check_records(reader, number, length, name);
      } catch (const Error& e) {
        if (e.exit_code() == ExitCode::interrupted) throw;
        damage(name, e);
      }
      out_.n_bytes += length;
      progress.add(static_cast<int64_t>((out_.n_bytes >> 20) - n_shown));
      n_shown = out_.n_bytes >> 20;
    }
  }

  void check_records(const SegmentReader& reader, uint32_t number, uint64_t length, const std::string& name) {
    uint64_t expected = kSegmentHeaderBytes;
    const auto gap = [&](uint64_t from, uint64_t to) {
      if (from < to)
        damage(name + " byte " + std::to_string(from), "no record can be read up to byte " + std::to_string(to));
    };
    reader.walk(kSegmentHeaderBytes, true, [&](uint64_t at, const RecordHeader& header) {
      throw_if_interrupted();
      if (at >= length) return false;
      gap(expected, at);
      expected = at + record_bytes(header.n_bytes);
      ++out_.n_records;
      check_record(reader, {number, at}, header, name + " byte " + std::to_string(at));
      return true;
    });
    gap(expected, std::min(length, reader.size()));
  }

  void check_record(const SegmentReader& reader, const Place& place, const RecordHeader& header,
                    const std::string& where) {
    const auto reference = references_.find(place);
    const std::string name = reference == references_.end() ? "a record that nothing names" : reference->second.name;
    out_.n_unreferenced += reference == references_.end();
    const auto payload = reader.payload_at(place.second);
    if (!payload) return damage(where, name + ": its checksum is wrong");
    std::string padding(record_bytes(header.n_bytes) - kRecordAlignment - header.n_bytes, '\0');
    reader.read(place.second + kRecordAlignment + header.n_bytes, std::as_writable_bytes(std::span(padding)));
    if (padding.find_first_not_of('\0') != std::string::npos)
      damage(where, name + ": bytes after its end were changed");
    if (reference == references_.end()) return;
    if (header.crc != reference->second.crc || to_hex(header.song) != reference->second.song)
      damage(where, name + ": another record stands there");
    seen_.insert(place);
  }

  void check_references() {
    std::set<std::pair<std::string, std::string>> named;
    for (const auto& [place, reference] : references_) {
      if (seen_.contains(place)) continue;
      const std::string where = "segments/" + segment_path(library_, place.first).filename().string() + " byte " +
                                std::to_string(place.second);
      const auto is_named = [&](const Damage& d) { return d.where == where && d.what.starts_with(reference.name); };
      if (std::none_of(out_.damages.begin(), out_.damages.end(), is_named))
        damage(where, reference.name + ": there is no sound record");
    }
  }

  fs::path library_;
  std::optional<Catalogue> catalogue_;
  std::map<Place, Reference> references_;
  std::map<uint32_t, uint64_t> lengths_;
  std::set<Place> seen_;
  std::string library_id_;
  uint64_t newest_ = 0;
  VerifyReport out_;
};

}  // namespace

VerifyReport verify_library(const fs::path& library) {
  if (!is_library(library) && list_generations(library).empty())
    fail(ExitCode::usage, {.what = "there is no such library",
                           .where = escape_for_terminal(library.string()),
                           .seen = {},
                           .wanted = "a folder that ingest made",
                           .fix = {}});
  std::unique_ptr<FileLock> lock;
  try {
    lock = std::make_unique<FileLock>(library / "lock");
  } catch (const Error& e) {
    if (e.exit_code() == ExitCode::locked) throw;  // a read-only disk has no writer to keep out
  }
  return Verifier(library).run();
}

}  // namespace songscape
