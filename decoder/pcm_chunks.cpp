#include "decoder/pcm_chunks.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

#include "decoder/bytes.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

constexpr int kMaxChunks = 10000;
constexpr uint32_t kUnknownSize = 0xFFFFFFFF;

struct PcmFormat {
  int tag = 0, n_channels = 0, bits = 0, block_align = 0;
  int64_t rate = 0;
  bool big_endian = false;
};

[[noreturn]] void reject_codec(int tag) {
  char text[64];
  std::snprintf(text, sizeof text, "unsupported codec (WAV format tag 0x%04x)", static_cast<unsigned>(tag));
  throw Rejected(text);
}

template <class T>
T number(const uint8_t* p, bool big) {
  return big ? big_endian<T>(p) : little_endian<T>(p);
}

// The fmt chunk (WAVEFORMATEX and WAVEFORMATEXTENSIBLE).
PcmFormat read_fmt(Input& input, int64_t offset, int64_t size, bool big) {
  if (size < 16)
    throw Rejected("WAV header: the fmt chunk has " + std::to_string(size) + " bytes, 16 or more are needed");
  const auto b = input.get<16>(offset);
  PcmFormat f;
  f.tag = number<uint16_t>(b.data(), big);
  f.n_channels = number<uint16_t>(b.data() + 2, big);
  f.rate = number<uint32_t>(b.data() + 4, big);
  f.block_align = number<uint16_t>(b.data() + 12, big);
  f.bits = number<uint16_t>(b.data() + 14, big);
  f.big_endian = big;
  if (f.tag == 0xFFFE) {
    if (size < 40)
      throw Rejected("WAV header: an extensible fmt chunk of " + std::to_string(size) + " bytes, 40 are needed");
    f.tag = number<uint16_t>(input.get<2>(offset + 24).data(), big);
  }
  return f;
}

// The raw format of libsndfile, and bytes per sample; 0 for codecs with blocks of their own.
struct RawFormat {
  int format = 0, n_bytes = 0;
  const char* codec = "";
};

RawFormat raw_format(const PcmFormat& f) {
  const int endian = f.big_endian ? SF_ENDIAN_BIG : SF_ENDIAN_LITTLE;
  if (f.tag == 1) {
    switch (f.bits) {
      case 8:
        return {SF_FORMAT_PCM_U8, 1, "pcm_u8"};
      case 16:
        return {SF_FORMAT_PCM_16 | endian, 2, "pcm_s16"};
      case 24:
        return {SF_FORMAT_PCM_24 | endian, 3, "pcm_s24"};
      case 32:
        return {SF_FORMAT_PCM_32 | endian, 4, "pcm_s32"};
    }
  } else if (f.tag == 3) {
    if (f.bits == 32) return {SF_FORMAT_FLOAT | endian, 4, "pcm_f32"};
    if (f.bits == 64) return {SF_FORMAT_DOUBLE | endian, 8, "pcm_f64"};
  } else if (f.tag == 6 && f.bits == 8) {
    return {SF_FORMAT_ALAW, 1, "a-law"};
  } else if (f.tag == 7 && f.bits == 8) {
    return {SF_FORMAT_ULAW, 1, "mu-law"};
  } else if (f.tag == 2 || f.tag == 0x11) {
    if (f.bits == 4) return {0, 0, f.tag == 2 ? "adpcm_ms" : "adpcm_ima"};
  } else if (f.tag == 0x31) {
    return {0, 0, "gsm610"};
  } else {
    reject_codec(f.tag);
  }
  throw Rejected("WAV header: " + std::to_string(f.bits) + " bits a sample (format tag " + std::to_string(f.tag) +
                 "); PCM takes 8, 16, 24 or 32, float 32 or 64, A-law and mu-law 8, ADPCM 4");
}

struct Data {
  int64_t offset = -1;
  int64_t declared = 0;  // bytes
  bool is_unknown = false;
};

Layout raw_layout(const PcmFormat& f, const Data& data, int64_t file_size) {
  check_rate_and_channels(f.rate, f.n_channels);
  const RawFormat raw = raw_format(f);
  if (raw.n_bytes && f.block_align != raw.n_bytes * f.n_channels)
    throw Rejected("WAV header: block align " + std::to_string(f.block_align) + ", " +
                   std::to_string(raw.n_bytes * f.n_channels) + " is right for " + std::to_string(f.n_channels) +
                   " channels of " + std::to_string(f.bits) + " bits");
  if (f.block_align == 0) throw Rejected("WAV header: block align 0");
  const int64_t present = std::max<int64_t>(0, file_size - data.offset);
  const int64_t used = data.is_unknown ? present : std::min(data.declared, present);
  if (used == 0) throw Rejected("no audio (the data chunk is empty)");
  Layout out;
  out.codec = raw.codec;
  out.sample_rate = static_cast<int>(f.rate);
  out.n_channels = f.n_channels;
  if (data.is_unknown) out.warnings.push_back("the header declares no length: the file was read to its end");
  if (!raw.n_bytes) {
    out.segments = {{0, file_size}};
    if (used < data.declared && !data.is_unknown)
      throw Rejected("truncated: " + std::to_string(used) + " of " + std::to_string(data.declared) +
                     " bytes declared are there");
    return out;
  }
  const double bytes_per_sec = static_cast<double>(f.block_align) * static_cast<double>(f.rate);
  const int64_t frames = used / f.block_align;
  if (frames == 0) throw Rejected("no audio (the data chunk holds no whole sample)");
  if (!data.is_unknown && used < data.declared) {
    const double declared_sec = static_cast<double>(data.declared) / bytes_per_sec;
    const std::string text = format_seconds(static_cast<double>(used) / bytes_per_sec) + " of " +
                             format_seconds(declared_sec) + " declared are there";
    if (static_cast<double>(data.declared - used) / bytes_per_sec > out.tolerance_sec)
      throw Rejected("truncated: " + text);
    out.warnings.push_back("slightly truncated: " + text);
  }
  out.backend = Backend::sndfile_raw;
  out.raw_format = SF_FORMAT_RAW | raw.format;
  out.segments = {{data.offset, frames * f.block_align}};
  out.declared_sec = static_cast<double>(frames) / static_cast<double>(f.rate);
  return out;
}

bool is_chunk_id(const uint8_t* p) {
  return std::all_of(p, p + 4, [](uint8_t c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

Layout read_wav(Input& input, int64_t start) {
  const auto riff = input.get<12>(start);
  const bool big = starts_with(riff.data(), "RIFX");
  const bool is_64 = starts_with(riff.data(), "RF64") || starts_with(riff.data(), "BW64");
  PcmFormat format;
  bool has_format = false;
  int64_t data_size_64 = -1, at = start + 12;
  for (int n = 0; n < kMaxChunks && at + 8 <= input.size(); ++n) {
    auto head = input.get<8>(at);
    if (!is_chunk_id(head.data()) && n > 0 && at > start + 12) {
      // Some writers leave out the byte that pads an odd chunk.
      const auto unpadded = input.get<8>(at - 1);
      if (is_chunk_id(unpadded.data())) head = unpadded, --at;
    }
    const uint32_t size = number<uint32_t>(head.data() + 4, big);
    const int64_t body = at + 8;
    if (starts_with(head.data(), "ds64") && size >= 24) {
      data_size_64 = static_cast<int64_t>(
          std::min<uint64_t>(little_endian<uint64_t>(input.get<24>(body).data() + 8), INT64_MAX / 2));
    } else if (starts_with(head.data(), "fmt ")) {
      format = read_fmt(input, body, size, big);
      has_format = true;
    } else if (starts_with(head.data(), "data")) {
      if (!has_format) throw Rejected("WAV header: no fmt chunk before the data chunk");
      const bool by_ds64 = is_64 && size == kUnknownSize && data_size_64 >= 0;
      return raw_layout(format, {body, by_ds64 ? data_size_64 : size, size == kUnknownSize && !by_ds64}, input.size());
    }
    at = body + size + (size & 1);
  }
  throw Rejected(has_format ? "no audio (no data chunk)" : "no audio (WAV header without fmt and data chunks)");
}

Layout read_w64(Input& input, int64_t start) {
  using std::string_view_literals::operator""sv;
  constexpr std::string_view kTail = "\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A"sv;
  PcmFormat format;
  bool has_format = false;
  int64_t at = start + 40;
  for (int n = 0; n < kMaxChunks && at + 24 <= input.size(); ++n) {
    const auto head = input.get<24>(at);
    const int64_t size = little_endian<int64_t>(head.data() + 16);
    if (size < 24 || size > INT64_MAX / 2)
      throw Rejected("Wave64 header: a chunk of " + std::to_string(size) + " bytes");
    const bool is_known = starts_with(head.data() + 4, kTail);
    if (is_known && starts_with(head.data(), "fmt ")) {
      format = read_fmt(input, at + 24, size - 24, false);
      has_format = true;
    } else if (is_known && starts_with(head.data(), "data")) {
      if (!has_format) throw Rejected("Wave64 header: no fmt chunk before the data chunk");
      return raw_layout(format, {at + 24, size - 24, false}, input.size());
    }
    at += (size + 7) & ~int64_t{7};
  }
  throw Rejected("no audio (no data chunk)");
}

namespace {

// 80-bit extended, as AIFF writes its rate.
double read_extended(const uint8_t* p) {
  const int exponent = (p[0] & 0x7F) << 8 | p[1];
  const double value = std::ldexp(static_cast<double>(big_endian<uint64_t>(p + 2)), exponent - 16383 - 63);
  return p[0] & 0x80 ? -value : value;
}

struct AiffCommon {
  PcmFormat format;
  int64_t n_frames = 0;
  RawFormat raw;
};

RawFormat aiff_raw(std::string_view compression, int bits) {
  const int endian = compression == "sowt" ? SF_ENDIAN_LITTLE : SF_ENDIAN_BIG;
  const int n_bytes = (bits + 7) / 8;
  if (compression == "NONE" || compression == "sowt" || compression == "twos") {
    constexpr int kFormats[] = {SF_FORMAT_PCM_S8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_PCM_32};
    constexpr const char* kNames[] = {"pcm_s8", "pcm_s16", "pcm_s24", "pcm_s32"};
    if (n_bytes < 1 || n_bytes > 4)
      throw Rejected("AIFF header: " + std::to_string(bits) + " bits a sample; 1 to 32 are supported");
    return {kFormats[n_bytes - 1] | (n_bytes > 1 ? endian : 0), n_bytes, kNames[n_bytes - 1]};
  }
  if (compression == "fl32" || compression == "FL32") return {SF_FORMAT_FLOAT | SF_ENDIAN_BIG, 4, "pcm_f32"};
  if (compression == "fl64" || compression == "FL64") return {SF_FORMAT_DOUBLE | SF_ENDIAN_BIG, 8, "pcm_f64"};
  if (compression == "alaw" || compression == "ALAW") return {SF_FORMAT_ALAW, 1, "a-law"};
  if (compression == "ulaw" || compression == "ULAW") return {SF_FORMAT_ULAW, 1, "mu-law"};
  throw Rejected("unsupported codec (AIFF compression '" + std::string(compression) + "')");
}

AiffCommon read_comm(Input& input, int64_t offset, int64_t size) {
  if (size < 18)
    throw Rejected("AIFF header: the COMM chunk has " + std::to_string(size) + " bytes, 18 or more are needed");
  const auto b = input.get<18>(offset);
  AiffCommon c;
  c.format.n_channels = big_endian<uint16_t>(b.data());
  c.n_frames = big_endian<uint32_t>(b.data() + 2);
  const double rate = read_extended(b.data() + 8);
  c.format.rate = std::isfinite(rate) && std::fabs(rate) < 1e12 ? std::llround(rate) : -1;
  std::string compression = "NONE";
  if (size >= 22) {
    const auto id = input.get<4>(offset + 18);
    compression.assign(id.begin(), id.end());
  }
  c.raw = aiff_raw(compression, big_endian<uint16_t>(b.data() + 6));
  return c;
}

}  // namespace

Layout read_aiff(Input& input, int64_t start) {
  AiffCommon common;
  bool has_common = false;
  int64_t sound = -1, at = start + 12;
  for (int n = 0; n < kMaxChunks && at + 8 <= input.size() && (!has_common || sound < 0); ++n) {
    const auto head = input.get<8>(at);
    const int64_t size = big_endian<uint32_t>(head.data() + 4);
    if (starts_with(head.data(), "COMM")) {
      common = read_comm(input, at + 8, size);
      has_common = true;
    } else if (starts_with(head.data(), "SSND")) {
      sound = at + 16 + big_endian<uint32_t>(input.get<4>(at + 8).data());
    }
    at += 8 + size + (size & 1);
  }
  if (!has_common || sound < 0)
    throw Rejected("no audio (AIFF without " + std::string(has_common ? "SSND" : "COMM") + " chunk)");
  check_rate_and_channels(common.format.rate, common.format.n_channels);
  const int64_t frame_bytes = int64_t{common.raw.n_bytes} * common.format.n_channels;
  const int64_t n_present = std::max<int64_t>(0, input.size() - sound) / frame_bytes;
  const auto rate = static_cast<double>(common.format.rate);
  Layout out;
  if (common.n_frames == 0) throw Rejected("no audio (the AIFF header declares no samples)");
  if (static_cast<double>(common.n_frames - n_present) / rate > out.tolerance_sec)
    throw Rejected("truncated: " + format_seconds(static_cast<double>(n_present) / rate) + " of " +
                   format_seconds(static_cast<double>(common.n_frames) / rate) + " declared are there");
  const int64_t n_frames = std::min(n_present, common.n_frames);
  out.codec = common.raw.codec;
  out.sample_rate = static_cast<int>(common.format.rate);
  out.n_channels = common.format.n_channels;
  out.backend = Backend::sndfile_raw;
  out.raw_format = SF_FORMAT_RAW | common.raw.format;
  out.segments = {{sound, n_frames * frame_bytes}};
  out.declared_sec = static_cast<double>(n_frames) / rate;
  return out;
}

}  // namespace songscape::decoder
