// Titles, names and lyrics that a file carries about itself (TagLib).
#pragma once

#include "core/json.h"
#include "decoder/layout.h"

namespace songscape::decoder {

// The keys of SongTags, those the file has; {} where tags are absent or damaged.  Values are cut at kMaxTagText bytes.
Json read_tags(Input& input, const Layout& layout);

inline constexpr size_t kMaxTagText = 4096;
inline constexpr size_t kMaxLyricsText = 1 << 20;

}  // namespace songscape::decoder
