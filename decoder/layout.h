// What our own reading of a file's structure finds, before any library sees it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "decoder/input.h"

namespace songscape::decoder {

enum class Kind {
  wav,
  w64,
  aiff,
  flac,
  ogg,
  mpeg,  // MPEG audio layers 1 to 3
  adts,
  mp4,
  asf,
  matroska,
  wavpack,
  ape,
  tta,
  musepack,
  caf,
  au,
  ac3,
  amr,
  avi
};

// Who decodes it.
enum class Backend { sndfile, sndfile_raw, mpg123, ffmpeg };

struct Layout {
  Kind kind{};
  Backend backend = Backend::sndfile;
  std::string codec;              // as reported; empty: the backend tells
  std::vector<Segment> segments;  // what the backend reads, tags and foreign streams left out
  int sample_rate = 0;            // 0: the backend tells
  int n_channels = 0;             // 0: the backend tells
  std::optional<double> declared_sec;
  double tolerance_sec = 0.1;  // that decoded may fall short of declared: encoder delay, a last frame
  std::vector<std::string> warnings;

  int raw_format = 0;            // sndfile_raw: SF_FORMAT_… with byte order
  int md5_bytes_per_sample = 0;  // FLAC: 0 where no MD5 is declared
  std::string md5;               // FLAC: 16 bytes
  const char* demuxer = "";      // ffmpeg: the one it may use
  bool has_huge_id3 = false;     // an ID3v2 tag over 16 MiB at the head, which nothing may read
};

inline constexpr int kMinRate = 4000, kMaxRate = 384000;  // Hz
inline constexpr int kMaxChannels = 8;

// Rejected where the pair is out of range.
void check_rate_and_channels(int64_t sample_rate, int64_t n_channels);

}  // namespace songscape::decoder
