#include "decoder/mp4_boxes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "core/text.h"
#include "decoder/bytes.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

constexpr int kMaxTracks = 64;
constexpr int kMaxBoxes = 100000;
constexpr uint64_t kMaxAsfHeader = 1 << 24;

struct Box {
  std::string type;
  int64_t body, end;  // within the file
};

struct Track {
  bool is_audio = false, is_protected = false, has_sample_entry = false;
  double media_sec = 0;
  double edit_units = 0;  // of the movie's time scale
};

class Mp4Walk {
 public:
  explicit Mp4Walk(Input& input) : input_(input) {}

  Layout run(int64_t start) {
    each_box(start, input_.size(), [&](const Box& box) {
      if (box.type == "moov") moov(box);
      if (box.type == "moof") is_fragmented_ = true;
    });
    if (!has_moov_)
      throw Rejected(cut_box_.empty() ? "M4A: moov box missing" : "truncated: moov box missing, and " + cut_box_);
    if (!audio_) throw Rejected("not audio (detected: MP4 without an audio track)");
    if (audio_->is_protected) throw Rejected("protected (DRM: the audio track is encrypted)");
    if (!audio_->has_sample_entry) throw Rejected("M4A: stsd box without a sample entry");
    Layout out;
    out.backend = Backend::ffmpeg;
    out.demuxer = "mov";
    out.segments = {{start, input_.size() - start}};
    out.tolerance_sec = 0.15;
    const bool has_edits = audio_->edit_units > 0 && movie_scale_ > 0;
    const double declared =
        has_edits ? std::min(audio_->edit_units / movie_scale_, audio_->media_sec) : audio_->media_sec;
    if (declared > 0 && !is_fragmented_) out.declared_sec = declared;
    if (!cut_box_.empty()) out.warnings.push_back(cut_box_);
    if (!out.declared_sec && !cut_box_.empty()) throw Rejected("truncated: " + cut_box_);
    return out;
  }

 private:
  template <class F>
  void each_box(int64_t at, int64_t end, const F& f) {
    while (at + 8 <= end) {
      if (++n_boxes_ > kMaxBoxes) throw Rejected("M4A: more than " + std::to_string(kMaxBoxes) + " boxes");
      const auto head = input_.get<8>(at);
      int64_t size = big_endian<uint32_t>(head.data()), n_head = 8;
      Box box{std::string(head.begin() + 4, head.end()), 0, 0};
      if (size == 1) {
        if (at + 16 > end) break;
        const auto large = big_endian<uint64_t>(input_.get<8>(at + 8).data());
        size = static_cast<int64_t>(std::min<uint64_t>(large, INT64_MAX / 4));
        n_head = 16;
      } else if (size == 0) {
        size = end - at;
      }
      if (size < n_head)
        throw Rejected("M4A: a box '" + escape_for_terminal(box.type) + "' of " + std::to_string(size) + " bytes");
      box.body = at + n_head;
      box.end = at + size;
      if (box.end > end) box.end = cut(box, end);
      f(box);
      at += size;
    }
  }

  // A box that ends after what holds it: cut at the file's end, or nonsense within another box.
  int64_t cut(const Box& box, int64_t end) {
    const std::string name =
        "the " + escape_for_terminal(box.type) + " box needs " + std::to_string(box.end - end) + " more bytes";
    if (end != input_.size() || box.type == "moov")
      throw Rejected((end == input_.size() ? "truncated: " : "M4A: ") + name);
    cut_box_ = name;
    return end;
  }

  void moov(const Box& moov_box) {
    has_moov_ = true;
    each_box(moov_box.body, moov_box.end, [&](const Box& box) {
      if (box.type == "mvhd") movie_scale_ = time_scale(box);
      if (box.type == "mvex") is_fragmented_ = true;
      if (box.type == "trak") trak(box);
    });
  }

  void trak(const Box& trak_box) {
    if (++n_tracks_ > kMaxTracks)
      throw Rejected("M4A: moov box with more than " + std::to_string(kMaxTracks) + " tracks");
    Track track;
    each_box(trak_box.body, trak_box.end, [&](const Box& box) {
      if (box.type == "edts")
        each_box(box.body, box.end, [&](const Box& b) {
          if (b.type == "elst") elst(b, track);
        });
      if (box.type == "mdia") mdia(box, track);
    });
    if (track.is_audio && !audio_) audio_ = track;
  }

  void mdia(const Box& mdia_box, Track& track) {
    each_box(mdia_box.body, mdia_box.end, [&](const Box& box) {
      if (box.type == "mdhd") track.media_sec = duration(box);
      if (box.type == "hdlr" && box.end - box.body >= 12)
        track.is_audio = starts_with(input_.get<12>(box.body).data() + 8, "soun");
      if (box.type == "minf")
        each_box(box.body, box.end, [&](const Box& b) {
          if (b.type == "stbl") stbl(b, track);
        });
    });
  }

  void stbl(const Box& stbl_box, Track& track) {
    each_box(stbl_box.body, stbl_box.end, [&](const Box& box) {
      if (box.type == "stsd" && box.end - box.body >= 16) {
        const auto b = input_.get<16>(box.body);
        const std::string_view entry(reinterpret_cast<const char*>(b.data()) + 12, 4);
        track.has_sample_entry = big_endian<uint32_t>(b.data() + 4) > 0;
        track.is_protected = entry == "drms" || entry == "enca" || entry == "drmi";
      }
      if (box.type == "stsz") require_table(box, 12, 4, 4);
      if (box.type == "stco") require_table(box, 8, 4, 0);
      if (box.type == "co64") require_table(box, 8, 8, 0);
      if (box.type == "stts" || box.type == "ctts") require_table(box, 8, 8, 0);
      if (box.type == "stsc") require_table(box, 8, 12, 0);
    });
  }

  // The table's count, at the end of its head, fits the box; `fixed_at` > 0: no table where the number there is not 0.
  void require_table(const Box& box, int64_t n_head, int64_t entry_bytes, int64_t fixed_at) {
    uint8_t b[12] = {};
    if (box.end - box.body < n_head)
      throw Rejected("M4A: " + box.type + " box of " + std::to_string(box.end - box.body) + " bytes");
    input_.require(box.body, std::span(b, static_cast<size_t>(n_head)));
    const int64_t count = big_endian<uint32_t>(b + n_head - 4);
    if (fixed_at > 0 && big_endian<uint32_t>(b + fixed_at) != 0) return;
    if (count > (box.end - box.body - n_head) / entry_bytes)
      throw Rejected("M4A: " + box.type + " box declares " + std::to_string(count) +
                     " entries, which do not fit in it");
  }

  void elst(const Box& box, Track& track) {
    require_table(box, 8, 12, 0);
    const auto head = input_.get<8>(box.body);
    const int64_t entry = head[0] == 1 ? 20 : 12;
    const int64_t count = std::min<int64_t>(big_endian<uint32_t>(head.data() + 4), (box.end - box.body - 8) / entry);
    for (int64_t i = 0; i < std::min<int64_t>(count, 10000); ++i) {
      uint8_t b[20] = {};
      input_.require(box.body + 8 + i * entry, std::span(b, static_cast<size_t>(entry)));
      const double length = entry == 20 ? static_cast<double>(big_endian<uint64_t>(b)) : big_endian<uint32_t>(b);
      const int64_t media_time = entry == 20 ? big_endian<int64_t>(b + 8) : big_endian<int32_t>(b + 4);
      if (media_time >= 0) track.edit_units += length;
    }
  }

  double time_scale(const Box& box) {
    if (box.end - box.body < 24) return 0;
    const auto b = input_.get<24>(box.body);
    return big_endian<uint32_t>(b.data() + (b[0] == 1 ? 20 : 12));
  }

  double duration(const Box& box) {
    if (box.end - box.body < 20) return 0;
    uint8_t b[32] = {};
    input_.require(box.body, std::span(b, static_cast<size_t>(std::min<int64_t>(box.end - box.body, 32))));
    const bool is_long = b[0] == 1;
    const double scale = big_endian<uint32_t>(b + (is_long ? 20 : 12));
    const double units = is_long ? static_cast<double>(big_endian<uint64_t>(b + 24)) : big_endian<uint32_t>(b + 16);
    const bool is_unknown = is_long ? units >= 18446744073709549568.0 : units >= 4294967295.0;
    return scale > 0 && !is_unknown ? units / scale : 0;
  }

  Input& input_;
  std::optional<Track> audio_;
  std::string cut_box_;
  double movie_scale_ = 0;
  int n_boxes_ = 0, n_tracks_ = 0;
  bool has_moov_ = false, is_fragmented_ = false;
};

}  // namespace

Layout read_mp4(Input& input, int64_t start) { return Mp4Walk(input).run(start); }

Layout read_asf(Input& input, int64_t start) {
  using std::string_view_literals::operator""sv;
  constexpr std::string_view kProtection[] = {
      "\xFB\xB3\x11\x22\x23\xBD\xD2\x11\xB4\xB7\x00\xA0\xC9\x55\xFC\x6E"sv,   // content encryption
      "\x14\xE6\x8A\x29\x22\x26\x17\x4C\xB9\x35\xDA\xE0\x7E\xE9\x28\x9C"sv};  // extended content encryption
  constexpr std::string_view kFileProperties = "\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11\x8E\xE4\x00\xC0\x0C\x20\x53\x65"sv;
  Layout out;
  const auto head = input.get<30>(start);
  const auto head_bytes = std::min<uint64_t>(little_endian<uint64_t>(head.data() + 16), kMaxAsfHeader);
  const int64_t end = std::min<int64_t>(input.size(), start + static_cast<int64_t>(head_bytes));
  for (int64_t at = start + 30, n = 0; at + 24 <= end && n < kMaxBoxes; ++n) {
    const auto object = input.get<24>(at);
    for (const auto guid : kProtection)
      if (starts_with(object.data(), guid)) throw Rejected("protected (DRM: content encryption)");
    const uint64_t size = little_endian<uint64_t>(object.data() + 16);
    if (size < 24 || size > kMaxAsfHeader) break;
    if (starts_with(object.data(), kFileProperties) && size >= 92) {
      // ffmpeg forgets the declared length of a file that is cut.
      const auto p = input.get<92>(at);
      const bool is_broadcast = p[88] & 1;
      const double play_sec = static_cast<double>(little_endian<uint64_t>(p.data() + 64)) / 1e7 -
                              static_cast<double>(little_endian<uint64_t>(p.data() + 80)) / 1e3;
      if (!is_broadcast && play_sec > 0) out.declared_sec = play_sec;
    }
    at += static_cast<int64_t>(size);
  }
  out.backend = Backend::ffmpeg;
  out.demuxer = "asf";
  out.segments = {{start, input.size() - start}};
  out.tolerance_sec = 0.3;
  return out;
}

}  // namespace songscape::decoder
