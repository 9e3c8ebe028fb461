#include "bench/scale_library.h"

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "data/library_index.h"
#include "library/library_writer.h"
#include "library/near_duplicates.h"
#include "library/song_record.h"

namespace songscape {
namespace {

constexpr int64_t kGroupSongs = 64;  // as ingest commits

StoredClip stored_clip(const LibraryIndex& index, int64_t song) {
  const IndexClip clip = index.clip(index.song(song).first_clip);
  StoredClip out;
  out.n_valid_frames = static_cast<uint32_t>(clip.n_valid_frames);
  out.mel.resize(kMelValues);
  index.read_mel_f16(index.song(song).first_clip, out.mel);
  index.read_features(index.song(song).first_clip, out.features);
  return out;
}

}  // namespace

std::string transposed(const std::string& bytes, int64_t semitones) {
  Fingerprint print = fingerprint_from(bytes);  // pitches: 6 bits each, above gap and frame
  const auto up = static_cast<uint32_t>(semitones);
  for (uint32_t& mark : print.landmarks) {
    const uint32_t a = ((mark >> 22) + up) & 63, b = ((mark >> 16) + up) & 63;
    mark = a << 22 | b << 16 | (mark & 0xFFFF);
  }
  std::ranges::sort(print.landmarks);
  return to_bytes(print);
}

ScaleLibrary::ScaleLibrary(const fs::path& from, fs::path to) : from_(from), to_(std::move(to)) {
  check(!fs::exists(to_), "the library is made anew");
  const Catalogue catalogue = Catalogue::open_for_reading(from);
  const auto contents = catalogue.contents();
  std::map<std::string, std::string> sha256_of;
  for (const auto& [sha256, path] : canonical_paths(catalogue.paths())) sha256_of[path] = sha256;
  for (const auto& [path, sha256] : sha256_of)
    if (const auto it = contents.find(sha256); it != contents.end()) {
      contents_.push_back(it->second);
      paths_.push_back(path);
    }
  columns_ = catalogue.columns();
  labels_ = catalogue.labels();
  check(!contents_.empty(), "a library to measure with has songs");
}

std::string ScaleLibrary::path_of(int64_t i) const {
  const auto n = static_cast<int64_t>(contents_.size());
  return paths_[static_cast<size_t>(i % n)] + "." + std::to_string(i / n);
}

Content ScaleLibrary::song(int64_t i) const {
  const auto n = static_cast<int64_t>(contents_.size());
  Content c = contents_[static_cast<size_t>(i % n)];
  if (!c.artist.empty()) c.artist += " " + std::to_string(i / n);
  c.fingerprint = transposed(c.fingerprint, i / n);
  c.sha256 = sha256_hex("song " + std::to_string(i));
  c.clips = {records_[static_cast<size_t>(i) % records_.size()]};
  return c;
}

void ScaleLibrary::write_records(int64_t n_records) {
  const LibraryIndex index(from_);
  LibraryWriter writer(to_, true, {});
  for (int64_t i = 0; i < n_records; ++i) {
    const StoredClip clip = stored_clip(index, i % index.n_songs());
    records_.push_back(
        {clip.number, clip.n_valid_frames, clip.start_sample,
         writer.segments().append(RecordKind::clip, digest_from_hex(sha256_hex("song " + std::to_string(i))),
                                  to_payload(clip))});
  }
  writer.commit([](Catalogue&) {}, LibraryWriter::Publish::always);
}

void ScaleLibrary::write_labels(Catalogue& catalogue, int64_t n_songs) const {
  for (const auto& [name, kind] : columns_) catalogue.set_column(name, kind);
  for (int64_t i = 0; i < n_songs; ++i) {
    const auto it = labels_.find(paths_[static_cast<size_t>(i) % paths_.size()]);
    if (it == labels_.end()) continue;
    for (const auto& [column, value] : it->second) {
      const bool is_own = column == "artist";
      const std::string copy = " " + std::to_string(static_cast<size_t>(i) / paths_.size());
      catalogue.set_label(path_of(i), column, is_own ? value + copy : value);
    }
  }
}

void ScaleLibrary::write_songs(int64_t n_songs) {
  check(!records_.empty(), "the records are written first");
  LibraryWriter writer(to_, false, {});
  writer.commit([&](Catalogue& catalogue) { write_labels(catalogue, n_songs); }, LibraryWriter::Publish::when_due);
  const LibrarySettings settings = writer.settings();
  NearDuplicates near_duplicates;
  for (int64_t first = 0; first < n_songs; first += kGroupSongs) {
    std::vector<std::pair<int64_t, Content>> group;
    for (int64_t i = first; i < std::min(n_songs, first + kGroupSongs); ++i) {
      Content c = song(i);
      c.place = writer.segments().append(RecordKind::song, digest_from_hex(c.sha256),
                                         to_song_payload({c, path_of(i), settings.mel_reference, settings.excerpts}));
      group.emplace_back(i, std::move(c));
    }
    const auto write = [&](Catalogue& catalogue) {
      for (const auto& [i, content] : group) {
        catalogue.add_content(content);
        near_duplicates.record(catalogue, content);
        catalogue.set_path(path_of(i), {content.sha256, {}, false});
        catalogue.remove_failure(path_of(i));
      }
    };
    writer.commit(write, LibraryWriter::Publish::when_due);
  }
  if (!writer.is_published()) writer.commit([](Catalogue&) {}, LibraryWriter::Publish::always);
}

}  // namespace songscape
