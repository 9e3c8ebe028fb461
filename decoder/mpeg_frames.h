// The frames of MPEG audio (ISO 11172-3, 13818-3) and of AAC in ADTS (13818-7), counted without decoding: what a
// truncated or damaged file declared is compared with what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "decoder/input.h"
#include "decoder/layout.h"

namespace songscape::decoder {

struct MpegHeader {
  int version;      // 1, 2, or 25 for 2.5
  int layer;        // 1 … 3
  int sample_rate;  // Hz
  int n_channels;
  int n_bytes;    // of the frame with its header; 0 for free format
  int n_samples;  // per channel
  bool is_same_stream_as(const MpegHeader& o) const {
    return version == o.version && layer == o.layer && sample_rate == o.sample_rate;
  }
};
std::optional<MpegHeader> parse_mpeg_header(uint32_t big_endian_word);

// The offset of the first of three frames in a row (of fewer where the file, `is_whole`, ends before).
std::optional<size_t> find_mpeg_frame(std::span<const uint8_t> head, bool is_whole);
std::optional<size_t> find_adts_frame(std::span<const uint8_t> head);

// The whole file walked from its first frame, at `start`: declared length from the Xing, Info or VBRI frame, else from
// the frames counted; trailing ID3v1, APE and Lyrics3 tags left out.  Rejected where fewer frames are there than
// declared.
Layout read_mpeg(Input& input, int64_t start);
Layout read_adts(Input& input, int64_t start);

}  // namespace songscape::decoder
