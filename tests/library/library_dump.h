// All that a library says, in one order, without what depends on when and in which order it was made: places in the
// segments, generations, the library's own id, times of files.  Two ingests of one folder must dump equally.
#pragma once

#include <string>

#include "core/hash.h"
#include "core/text.h"
#include "data/library_index.h"
#include "library/catalogue.h"

namespace songscape {

inline std::string dump_catalogue(const fs::path& library) {
  const Catalogue c = Catalogue::open_for_reading(library);
  std::string out;
  const auto line = [&](std::initializer_list<std::string> cells) { out += join(std::vector(cells), " | ") + "\n"; };
  for (const auto& [sha256, x] : c.contents()) {
    line({"content", sha256, std::to_string(x.n_bytes), format_number(x.duration_sec), x.codec, x.title, x.artist,
          x.genre, x.lyrics, join(x.warnings, ";"), sha256_hex(x.fingerprint)});
    for (const ClipEntry& clip : x.clips)
      line({"clip", std::to_string(clip.number), std::to_string(clip.start_sample), std::to_string(clip.n_valid_frames),
            std::to_string(clip.place.crc)});
    if (x.tokens) line({"tokens", std::to_string(x.tokens->crc)});
    for (const Fact& f : x.facts) line({"fact", f.name, std::to_string(static_cast<int>(f.kind)), f.value});
  }
  for (const auto& [path, entry] : c.paths())
    line({"path", path, entry.sha256, std::to_string(entry.stamp.n_bytes), entry.is_missing ? "missing" : ""});
  for (const auto& [sha256, entry] : c.lyrics()) line({"lyrics", sha256, entry.source, entry.text_sha256});
  for (const auto& [a, b] : c.duplicates()) line({"duplicate", a, b});
  for (const auto& [name, kind] : c.columns()) line({"column", name, std::to_string(static_cast<int>(kind))});
  for (const auto& [path, values] : c.labels())
    for (const auto& [column, value] : values) line({"label", path, column, value});
  for (const auto& [path, reason] : c.failures()) line({"failure", path, reason});
  for (const auto& [path, text] : c.warnings()) line({"warning", path, text});
  return out;
}

// What readers see: every song, clip, mel, feature, label and lyrics.
inline std::string dump_index(const fs::path& library) {
  const LibraryIndex index(library);
  std::string out = index.content_hash() + " " + index.columns_hash() + "\n";
  std::vector<float> mel(kMelValues);
  std::array<float, kStoredFeatures> features{};
  for (int64_t i = 0; i < index.n_songs(); ++i) {
    const IndexSong s = index.song(i);
    out += std::string(s.path) + " | " + std::string(s.title) + " | " + std::string(s.artist) + " | " +
           std::to_string(s.group) + " | " + s.sha256 + " | " + index.read_lyrics(i) + "\n";
    for (int64_t c = s.first_clip; c < s.first_clip + s.n_clips; ++c) {
      index.read_mel(c, mel);
      index.read_features(c, features);
      Sha256 hash;
      hash.update(std::as_bytes(std::span(mel)));
      hash.update(std::as_bytes(std::span(features)));
      out += "  " + to_hex(hash.finish()) + "\n";
    }
  }
  for (int64_t i = 0; i < index.n_songs(); ++i)
    if (index.song(i).has_tokens) out += "tokens " + sha256_hex(to_payload(index.read_tokens(i))) + "\n";
  for (const IndexColumn& c : index.columns()) {
    out += std::string(c.name) + ":";
    for (const int32_t code : c.codes) out += code < 0 ? " -" : " " + std::string(c.classes[static_cast<size_t>(code)]);
    for (const double value : c.values) out += " " + format_number(value);
    out += "\n";
  }
  return out;
}

}  // namespace songscape
