#include "decoder/ogg_pages.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/bytes.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

using std::string_view_literals::operator""sv;

constexpr auto kCrcTables = [] {
  std::array<std::array<uint32_t, 256>, 8> t{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t r = i << 24;
    for (int k = 0; k < 8; ++k) r = r & 0x80000000u ? r << 1 ^ 0x04c11db7u : r << 1;
    t[0][i] = r;
  }
  for (size_t k = 1; k < 8; ++k)
    for (size_t i = 0; i < 256; ++i) t[k][i] = t[k - 1][i] << 8 ^ t[0][t[k - 1][i] >> 24];
  return t;
}();

struct Page {
  int64_t offset = 0, size = 0;
  bool is_continued = false, is_first = false, is_last = false;
  int64_t granule = -1;
  uint32_t serial = 0, sequence = 0;
  std::vector<uint8_t> bytes;
  size_t body = 0;  // where in `bytes` the packets begin
};

enum class PageState { good, cut, absent, bad_checksum };

PageState read_page(Input& input, int64_t offset, Page& page) {
  uint8_t h[27 + 255];
  const size_t n_head = input.read_at(offset, h);
  if (n_head < 4 || !starts_with(h, "OggS")) return n_head == 0 || n_head >= 4 ? PageState::absent : PageState::cut;
  if (n_head < 27 || n_head < 27u + h[26]) return PageState::cut;
  page.body = 27u + h[26];
  size_t size = page.body;
  for (int i = 0; i < h[26]; ++i) size += h[27 + i];
  page.bytes.resize(size);
  if (input.read_at(offset, page.bytes) != size) return PageState::cut;
  page.offset = offset;
  page.size = static_cast<int64_t>(size);
  page.is_continued = h[5] & 1;
  page.is_first = h[5] & 2;
  page.is_last = h[5] & 4;
  page.granule = little_endian<int64_t>(h + 6);
  page.serial = little_endian<uint32_t>(h + 14);
  page.sequence = little_endian<uint32_t>(h + 18);
  std::fill_n(page.bytes.begin() + 22, 4, uint8_t{0});
  return ogg_crc(page.bytes, 0) == little_endian<uint32_t>(h + 22) ? PageState::good : PageState::bad_checksum;
}

struct Codec {
  std::string_view magic;
  const char* name;
  bool is_audio;
};
constexpr Codec kCodecs[] = {{"\x01vorbis"sv, "vorbis", true},
                             {"OpusHead"sv, "opus", true},
                             {"\x7F"
                              "FLAC"sv,
                              "flac", true},
                             {"Speex   "sv, "speex", true},
                             {"\x80theora"sv, "Theora video", false},
                             {"fishead\0"sv, "skeleton", false},
                             {"BBCD\0"sv, "Dirac video", false},
                             {"\x01video"sv, "OGM video", false},
                             {"OVP80"sv, "VP8 video", false}};

const Codec* codec_of(const Page& page) {
  const std::string_view body(reinterpret_cast<const char*>(page.bytes.data()) + page.body,
                              page.bytes.size() - page.body);
  for (const Codec& c : kCodecs)
    if (body.starts_with(c.magic)) return &c;
  return nullptr;
}

// Rate, channels and the granules before the first sample, from the stream's first packet.
struct StreamHead {
  int rate = 0, n_channels = 0;
  int64_t pre_skip = 0;
};

StreamHead stream_head(const Page& page, std::string_view codec) {
  const uint8_t* p = page.bytes.data() + page.body;
  const size_t n = page.bytes.size() - page.body;
  if (codec == "vorbis" && n >= 30)
    return {static_cast<int>(std::min(little_endian<uint32_t>(p + 12), 1u << 30)), p[11], 0};
  if (codec == "opus" && n >= 19) return {48000, p[9], little_endian<uint16_t>(p + 10)};
  return {};
}

class OggWalk {
 public:
  OggWalk(Input& input, int64_t start) : input_(input), position_(start) {}

  Layout run() {
    Page page;
    PageState state;
    while ((state = read_page(input_, position_, page)) == PageState::good) {
      position_ += page.size;
      if (page.is_first && has_data_) {
        layout_.warnings.push_back("chained Ogg: only the first of its streams was read");
        break;
      }
      take(page);
      if (has_ended_ && is_alone_) break;
    }
    if (!input_.error().empty()) throw Rejected(input_.error());
    if (state == PageState::bad_checksum)
      throw Rejected("damaged Ogg page: wrong checksum after " + present() + ", at byte " + std::to_string(position_));
    if (!codec_) throw Rejected(no_audio());
    if (!has_ended_) refuse_unended(state);
    warn_of_more();
    return finish();
  }

 private:
  void take(const Page& page) {
    if (page.is_first) {
      is_alone_ = !codec_ && foreign_.empty();
      const Codec* c = codec_of(page);
      if (!codec_ && c && c->is_audio) {
        codec_ = c;
        serial_ = page.serial;
        head_ = stream_head(page, c->name);
        next_sequence_ = page.sequence;
      } else {
        foreign_ += (foreign_.empty() ? "" : ", ") + std::string(c ? c->name : "an unknown stream");
      }
    } else {
      has_data_ = true;
    }
    if (!codec_ || page.serial != serial_ || has_ended_) return;
    if (page.sequence != next_sequence_)
      throw Rejected("damaged Ogg stream: pages are missing after " + present() + ", at byte " +
                     std::to_string(page.offset));
    ++next_sequence_;
    if (page.granule > 0 && first_granule_ < 0) first_granule_ = page.granule;
    if (page.granule != -1 && !page.is_first) last_granule_ = page.granule;
    has_ended_ = page.is_last;
    if (page.is_last && page.granule == -1)
      throw Rejected(
          "damaged Ogg stream: the end-of-stream page has no granule position, so nothing declares the length; " +
          present() + " are sure");
    auto& s = layout_.segments;
    if (!s.empty() && s.back().offset + s.back().size == page.offset)
      s.back().size += page.size;
    else
      s.push_back({page.offset, page.size});
  }

  std::string no_audio() const {
    return foreign_.empty() ? "truncated: no whole Ogg page is there"
                            : "not audio (detected: Ogg with " + foreign_ + ")";
  }

  std::string present() const {
    return head_.rate > 0
               ? format_seconds(std::max(0.0, static_cast<double>(last_granule_ - head_.pre_skip) / head_.rate))
               : "some audio";
  }

  [[noreturn]] void refuse_unended(PageState state) const {
    if (state == PageState::absent && position_ < input_.size())
      throw Rejected("damaged Ogg stream: no page at byte " + std::to_string(position_) + ", after " + present());
    throw Rejected("truncated: no end-of-stream page; " + present() +
                   " are there, the declared length was to come with it");
  }

  void warn_of_more() {
    Page page;
    if (has_ended_ && is_alone_ && position_ < input_.size() && read_page(input_, position_, page) != PageState::absent)
      layout_.warnings.push_back("chained Ogg: only the first of its streams was read");
  }

  Layout finish() {
    layout_.codec = codec_->name;
    layout_.sample_rate = head_.rate;
    layout_.n_channels = head_.n_channels;
    if (layout_.codec == "vorbis" || layout_.codec == "opus") {
      if (last_granule_ < 0)
        throw Rejected("damaged Ogg stream: its last granule position is " + std::to_string(last_granule_));
      // A stream cut out of a longer one starts at a later granule, which only decoding its first page tells.
      const bool starts_late = first_granule_ > int64_t{4} * head_.rate;
      if (head_.rate > 0 && !starts_late)
        layout_.declared_sec = static_cast<double>(last_granule_ - head_.pre_skip) / head_.rate;
      return layout_;
    }
    layout_.backend = Backend::ffmpeg;
    layout_.demuxer = "ogg";
    return layout_;
  }

  Input& input_;
  int64_t position_;
  Layout layout_;
  const Codec* codec_ = nullptr;
  StreamHead head_;
  std::string foreign_;
  uint32_t serial_ = 0, next_sequence_ = 0;
  int64_t first_granule_ = -1, last_granule_ = 0;
  bool has_data_ = false, has_ended_ = false, is_alone_ = false;
};

}  // namespace

uint32_t ogg_crc(std::span<const uint8_t> bytes, uint32_t crc) {
  const auto& t = kCrcTables;
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    const uint8_t* p = bytes.data() + i;
    crc ^= big_endian<uint32_t>(p);
    crc = t[7][crc >> 24] ^ t[6][crc >> 16 & 255] ^ t[5][crc >> 8 & 255] ^ t[4][crc & 255] ^ t[3][p[4]] ^ t[2][p[5]] ^
          t[1][p[6]] ^ t[0][p[7]];
  }
  for (; i < bytes.size(); ++i) crc = crc << 8 ^ t[0][(crc >> 24) ^ bytes[i]];
  return crc;
}

Layout read_ogg(Input& input, int64_t start) { return OggWalk(input, start).run(); }

}  // namespace songscape::decoder
