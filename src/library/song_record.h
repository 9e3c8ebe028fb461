// What a segment says of a song beside its clips: enough to rebuild the catalogue where that is lost.
#pragma once

#include <string>

#include "data/segment.h"
#include "library/catalogue.h"

namespace songscape {

// `path`: the file that the song was decoded from.  The content's own place is not part of it.
std::string to_song_payload(const Content& content, const std::string& path);

struct SongRecord {
  Content content;
  std::string path;
};
// Error `damaged` naming `where` for what is no song record of a known version.
SongRecord read_song_payload(const std::string& payload, const Sha256Digest& song, const std::string& where);

// "0a1b…" to bytes.
Sha256Digest digest_from_hex(const std::string& hex);

}  // namespace songscape
