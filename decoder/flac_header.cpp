#include "decoder/flac_header.h"

#include <algorithm>

#include "decoder/bytes.h"
#include "decoder/rejected.h"
#include "decoder/trailing_tags.h"

namespace songscape::decoder {

Layout read_flac(Input& input, int64_t start) {
  const auto b = input.get<42>(start);
  if ((b[4] & 0x7F) != 0 || b[5] != 0 || b[6] != 0 || b[7] != 34)
    throw Rejected("FLAC: the first metadata block is no STREAMINFO");
  const uint64_t packed = big_endian<uint64_t>(b.data() + 18);
  const auto rate = static_cast<int64_t>(packed >> 44);
  const auto n_channels = static_cast<int64_t>((packed >> 41 & 7) + 1);
  const auto bits = static_cast<int>((packed >> 36 & 31) + 1);
  const auto n_frames = static_cast<int64_t>(packed & 0xFFFFFFFFFull);
  check_rate_and_channels(rate, n_channels);
  Layout out;
  out.codec = "flac";
  out.sample_rate = static_cast<int>(rate);
  out.n_channels = static_cast<int>(n_channels);
  out.segments = {{start, start_of_trailing_tags(input, start) - start}};
  out.tolerance_sec = 0;
  if (n_frames > 0)
    out.declared_sec = static_cast<double>(n_frames) / static_cast<double>(rate);
  else
    out.warnings.push_back("STREAMINFO declares no length: the file was read to its end");
  const bool has_md5 = std::any_of(b.begin() + 26, b.end(), [](uint8_t v) { return v != 0; });
  if (bits == 8 || bits == 16 || bits == 24) {
    if (has_md5) {
      out.md5.assign(b.begin() + 26, b.end());
      out.md5_bytes_per_sample = bits / 8;
    }
  } else {
    out.backend = Backend::ffmpeg;
    out.demuxer = "flac";
    out.warnings.push_back("FLAC of " + std::to_string(bits) + " bits: its MD5 was not checked");
  }
  return out;
}

}  // namespace songscape::decoder
