// What a segment says of a song beside its clips: enough to rebuild the catalogue where that is lost.
#pragma once

#include <string>

#include "data/segment.h"
#include "library/catalogue.h"

namespace songscape {

struct SongRecord {
  Content content;                      // its own place is not stored
  std::string path;                     // the file that it was decoded from
  std::string mel_reference, excerpts;  // the library's settings
};
std::string to_song_payload(const SongRecord& record);
// Error `damaged` naming `where` for what is no song record of a known version.
SongRecord read_song_payload(const std::string& payload, const Sha256Digest& song, const std::string& where);

// "0a1b…" to bytes.
Sha256Digest digest_from_hex(const std::string& hex);

}  // namespace songscape
