#include "decoder/mpeg_frames.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "decoder/bytes.h"
#include "decoder/rejected.h"
#include "decoder/trailing_tags.h"

namespace songscape::decoder {
namespace {

constexpr std::array<int, 16> kKbps[5] = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0},  // version 1, layer 1
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0},     // version 1, layer 2
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},      // version 1, layer 3
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0},     // version 2, layer 1
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}};         // version 2, layers 2 and 3
constexpr int kRates[3] = {44100, 48000, 32000};
constexpr int64_t kMaxFreeFormatBytes = 8192;

// Same sync, version, layer, rate: frames of one stream differ in the other bits only.
constexpr uint32_t kStreamBits = 0xFFFE0C00;

struct InfoFrame {
  int64_t n_frames = -1;  // -1: not told
  int64_t n_trimmed = 0;  // encoder delay and padding, samples
};

// Xing or Info after the side information, or VBRI at 32; LAME's delay and padding 141 bytes into it.
std::optional<InfoFrame> read_info(Input& input, int64_t frame, const MpegHeader& h) {
  const int side = h.version == 1 ? (h.n_channels == 2 ? 32 : 17) : (h.n_channels == 2 ? 17 : 9);
  uint8_t b[160] = {};
  InfoFrame info;
  if (input.read_at(frame + 4 + side, std::span(b, 12)) < 8) return std::nullopt;
  if (starts_with(b, "Xing") || starts_with(b, "Info")) {
    const size_t n = input.read_at(frame + 4 + side, b);
    if (b[7] & 1 && n >= 12) info.n_frames = big_endian<uint32_t>(b + 8);
    if (n >= 144 && b[7] == 0x0F && b[120] != 0)
      info.n_trimmed = (b[141] << 4 | b[142] >> 4) + ((b[142] & 15) << 8 | b[143]);
    return info;
  }
  if (input.read_at(frame + 36, std::span(b, 18)) == 18 && starts_with(b, "VBRI")) {
    info.n_frames = big_endian<uint32_t>(b + 14);
    return info;
  }
  return std::nullopt;
}

class MpegWalk {
 public:
  MpegWalk(Input& input, int64_t start, int64_t end) : input_(input), position_(start), end_(end) {
    first_ = *parse_mpeg_header(word(start));
    if (first_.n_bytes == 0) free_format_bytes_ = distance_to_next(start);
    info_ = read_info(input, start, first_);
    if (info_) position_ += size(first_);
  }

  void run() {
    while (position_ + 4 <= end_) {
      const auto h = parse_mpeg_header(word(position_));
      if (!h || !h->is_same_stream_as(first_)) {
        if (!resync()) break;
        continue;
      }
      if (position_ + size(*h) > end_) {
        n_missing_ = position_ + size(*h) - end_;
        break;
      }
      ++n_frames_;
      position_ += size(*h);
    }
    if (position_ < end_ && position_ + 4 > end_) n_missing_ = position_ + 4 - end_;  // of a header alone
  }

  const MpegHeader& first() const { return first_; }
  const std::optional<InfoFrame>& info() const { return info_; }
  int64_t n_frames() const { return n_frames_; }
  int64_t end() const { return position_; }  // of the last whole frame
  int64_t n_skipped() const { return n_skipped_; }
  int64_t n_missing() const { return n_missing_; }
  bool is_free_format() const { return first_.n_bytes == 0; }

 private:
  uint32_t word(int64_t at) {
    uint8_t b[4] = {};
    input_.read_at(at, b);
    return big_endian<uint32_t>(b);
  }
  int64_t size(const MpegHeader& h) const { return h.n_bytes ? h.n_bytes : std::max<int64_t>(free_format_bytes_, 4); }

  // Free format declares no size: it is the distance to the next header of the same stream.
  int64_t distance_to_next(int64_t from) {
    const uint32_t mask = kStreamBits | 0xF000;
    for (int64_t d = 24; d < kMaxFreeFormatBytes && from + d + 4 <= end_; ++d)
      if ((word(from + d) & mask) == (word(from) & mask)) return d;
    return end_ - from;
  }

  // On to the next place where two frames follow each other; false where there is none.
  bool resync() {
    for (int64_t at = position_ + 1; at + 4 <= end_; ++at) {
      const auto h = parse_mpeg_header(word(at));
      if (!h || !h->is_same_stream_as(first_)) continue;
      const auto next = parse_mpeg_header(word(at + size(*h)));
      if (at + size(*h) + 4 <= end_ && (!next || !next->is_same_stream_as(first_))) continue;
      n_skipped_ += at - position_;
      position_ = at;
      return true;
    }
    return false;
  }

  Input& input_;
  int64_t position_, end_;
  MpegHeader first_{};
  int64_t free_format_bytes_ = 0;
  std::optional<InfoFrame> info_;
  int64_t n_frames_ = 0, n_skipped_ = 0, n_missing_ = 0;
};

}  // namespace

std::optional<MpegHeader> parse_mpeg_header(uint32_t w) {
  const int version_bits = w >> 19 & 3, layer_bits = w >> 17 & 3, kbps_index = w >> 12 & 15, rate_index = w >> 10 & 3;
  if (w >> 21 != 0x7FF || version_bits == 1 || layer_bits == 0 || kbps_index == 15 || rate_index == 3)
    return std::nullopt;
  MpegHeader h{};
  h.version = version_bits == 3 ? 1 : version_bits == 2 ? 2 : 25;
  h.layer = 4 - layer_bits;
  h.sample_rate = kRates[rate_index] / (h.version == 1 ? 1 : h.version == 2 ? 2 : 4);
  h.n_channels = (w >> 6 & 3) == 3 ? 1 : 2;
  h.n_samples = h.layer == 1 ? 384 : h.layer == 3 && h.version != 1 ? 576 : 1152;
  const int kbps = kKbps[h.version == 1 ? h.layer - 1 : h.layer == 1 ? 3 : 4][static_cast<size_t>(kbps_index)];
  const int padding = w >> 9 & 1;
  if (kbps == 0) return h;
  h.n_bytes = h.layer == 1 ? (12000 * kbps / h.sample_rate + padding) * 4
                           : h.n_samples / 8 * 1000 * kbps / h.sample_rate + padding;
  return h;
}

std::optional<size_t> find_mpeg_frame(std::span<const uint8_t> head, bool is_whole) {
  for (size_t at = 0; at + 4 <= head.size(); ++at) {
    const auto first = parse_mpeg_header(big_endian<uint32_t>(head.data() + at));
    if (!first) continue;
    if (first->n_bytes == 0) {
      // Free format: a second and third header at equal distances.
      const uint32_t mask = kStreamBits | 0xF000, w = big_endian<uint32_t>(head.data() + at) & mask;
      for (size_t d = 24; d < kMaxFreeFormatBytes && at + 2 * d + 5 <= head.size(); ++d) {
        if ((big_endian<uint32_t>(head.data() + at + d) & mask) != w) continue;
        const bool follows = (big_endian<uint32_t>(head.data() + at + 2 * d) & mask) == w ||
                             (big_endian<uint32_t>(head.data() + at + 2 * d + 1) & mask) == w;
        if (follows) return at;
      }
      continue;
    }
    size_t next = at;
    int n_frames = 0;
    std::optional<MpegHeader> h = first;
    while (n_frames < 3 && h && h->n_bytes && h->is_same_stream_as(*first)) {
      ++n_frames;
      next += static_cast<size_t>(h->n_bytes);
      if (next + 4 > head.size()) break;
      h = parse_mpeg_header(big_endian<uint32_t>(head.data() + next));
    }
    if (n_frames == 3 || (is_whole && at == 0 && next + 4 > head.size())) return at;
  }
  return std::nullopt;
}

Layout read_mpeg(Input& input, int64_t start) {
  const int64_t end = start_of_trailing_tags(input, start);
  MpegWalk walk(input, start, end);
  walk.run();
  const MpegHeader& h = walk.first();
  Layout out;
  out.backend = Backend::mpg123;
  out.codec = "mp" + std::to_string(h.layer);
  // A cut frame at the end would be an error of reading.
  out.segments = {{start, walk.end() - start}};
  out.sample_rate = h.sample_rate;
  out.n_channels = h.n_channels;
  if (walk.n_frames() == 0) throw Rejected("no audio (an MPEG audio header without a whole frame)");
  const double frame_sec = static_cast<double>(h.n_samples) / h.sample_rate;
  const double present_sec = static_cast<double>(walk.n_frames()) * frame_sec;
  out.declared_sec = present_sec;
  const bool is_declared = walk.info() && walk.info()->n_frames > 0;
  if (is_declared) {
    const int64_t n_trimmed = walk.info()->n_trimmed;
    const double declared =
        static_cast<double>(walk.info()->n_frames) * frame_sec - static_cast<double>(n_trimmed) / h.sample_rate;
    if (walk.n_frames() + 1 < walk.info()->n_frames && declared - present_sec > out.tolerance_sec)
      throw Rejected("truncated: " + format_seconds(present_sec) + " of " + format_seconds(declared) +
                     " declared are there");
    // Frames after those declared: joined files.  All of them are decoded.
    if (walk.n_frames() > walk.info()->n_frames + 1)
      out.warnings.push_back("longer than declared: " + format_seconds(present_sec) + " are there, " +
                             format_seconds(declared) + " declared");
    else
      out.declared_sec = std::max(declared, 0.0);
  } else if (walk.n_missing() > 0 && !walk.is_free_format()) {
    out.warnings.push_back("the last frame lacks " + std::to_string(walk.n_missing()) +
                           " bytes and the file declares no length: it may be truncated after " +
                           format_seconds(present_sec));
  }
  if (walk.n_skipped() > 0)
    out.warnings.push_back("damaged: " + std::to_string(walk.n_skipped()) + " bytes between frames are no audio");
  return out;
}

namespace {

constexpr int kAdtsRates[13] = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                22050, 16000, 12000, 11025, 8000,  7350};

struct AdtsHeader {
  int rate, n_channels, n_bytes, n_samples;
};

std::optional<AdtsHeader> parse_adts(const uint8_t* p) {
  if (p[0] != 0xFF || (p[1] & 0xF6) != 0xF0) return std::nullopt;
  const int rate_index = p[2] >> 2 & 15, n_bytes = (p[3] & 3) << 11 | p[4] << 3 | p[5] >> 5;
  if (rate_index > 12 || n_bytes < 8) return std::nullopt;
  return AdtsHeader{kAdtsRates[rate_index], (p[2] & 1) << 2 | p[3] >> 6, n_bytes, 1024 * ((p[6] & 3) + 1)};
}

}  // namespace

std::optional<size_t> find_adts_frame(std::span<const uint8_t> head) {
  for (size_t at = 0, n_tried = 0; at + 7 <= head.size() && n_tried < 4096; ++at, ++n_tried) {
    const auto h = parse_adts(head.data() + at);
    if (!h) continue;
    const size_t next = at + static_cast<size_t>(h->n_bytes);
    if (next + 7 > head.size() || parse_adts(head.data() + next)) return at;
  }
  return std::nullopt;
}

Layout read_adts(Input& input, int64_t start) {
  const int64_t end = start_of_trailing_tags(input, start);
  Layout out;
  out.backend = Backend::ffmpeg;
  out.demuxer = "aac";
  out.segments = {{start, end - start}};
  double present_sec = 0;
  int64_t n_missing = 0, n_skipped = 0, at = start;
  while (at + 7 <= end) {
    const auto b = input.get<7>(at);
    const auto h = parse_adts(b.data());
    if (!h) {
      ++at, ++n_skipped;
      continue;
    }
    n_missing = std::max<int64_t>(0, at + h->n_bytes - end);
    if (n_missing == 0) present_sec += static_cast<double>(h->n_samples) / h->rate;
    at += h->n_bytes;
  }
  if (at < end) n_missing = at + 7 - end;  // of a header alone
  out.declared_sec = present_sec;
  if (n_missing > 0)
    out.warnings.push_back("the last frame lacks " + std::to_string(n_missing) +
                           " bytes and the file declares no length: it may be truncated after " +
                           format_seconds(present_sec));
  if (n_skipped > 0)
    out.warnings.push_back("damaged: " + std::to_string(n_skipped) + " bytes between frames are no audio");
  return out;
}

}  // namespace songscape::decoder
