// What a file is by its content; its name has no say.
#pragma once

#include <cstdint>
#include <string>

#include "decoder/input.h"
#include "decoder/layout.h"

namespace songscape::decoder {

inline constexpr int64_t kMaxTagBytes = 16 << 20;  // a larger ID3v2 tag is skipped unread

struct Sniffed {
  Kind kind;
  int64_t start;  // of the audio container, after ID3v2 tags
  bool has_huge_id3;
};

// Rejected: "no audio" for nothing (or nothing but zeros and tags), "not audio (detected: JPEG image)" for the rest.
Sniffed sniff(Input& input);

}  // namespace songscape::decoder
