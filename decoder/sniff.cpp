#include "decoder/sniff.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "decoder/bytes.h"
#include "decoder/mpeg_frames.h"
#include "decoder/rejected.h"

namespace songscape::decoder {
namespace {

using std::string_view_literals::operator""sv;

struct AudioMagic {
  size_t offset;
  std::string_view bytes;
  Kind kind;
};
constexpr AudioMagic kAudio[] = {
    {8, "WAVE"sv, Kind::wav},  // after RIFF, RIFX, RF64 or BW64, checked below
    {0, "riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00"sv, Kind::w64},
    {0, "fLaC"sv, Kind::flac},
    {0, "OggS"sv, Kind::ogg},
    {4, "ftyp"sv, Kind::mp4},
    {4, "moov"sv, Kind::mp4},
    {4, "mdat"sv, Kind::mp4},
    {4, "wide"sv, Kind::mp4},
    {0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C"sv, Kind::asf},
    {0, "\x1A\x45\xDF\xA3"sv, Kind::matroska},
    {0, "wvpk"sv, Kind::wavpack},
    {0, "MAC "sv, Kind::ape},
    {0, "TTA1"sv, Kind::tta},
    {0, "MPCK"sv, Kind::musepack},
    {0, "MP+"sv, Kind::musepack},
    {0, "caff"sv, Kind::caf},
    {0, ".snd"sv, Kind::au},
    {0, "#!AMR"sv, Kind::amr},
    {0, "\x0B\x77"sv, Kind::ac3},
};

struct OtherMagic {
  size_t offset;
  std::string_view bytes;
  const char* name;
};
constexpr OtherMagic kBinary[] = {
    {0, "\xFF\xD8\xFF"sv, "JPEG image"},
    {0, "\x89PNG\r\n\x1A\n"sv, "PNG image"},
    {0, "GIF8"sv, "GIF image"},
    {8, "WEBP"sv, "WebP image"},
    {0, "BM"sv, "BMP image"},
    {0, "II*\0"sv, "TIFF image"},
    {0, "MM\0*"sv, "TIFF image"},
    {0,
     "\x7F"
     "ELF"sv,
     "ELF program"},
    {0, "MZ"sv, "Windows program"},
    {0, "MThd"sv, "MIDI file"},
    {8, "RMID"sv, "MIDI file"},
    {0, "%PDF"sv, "PDF document"},
    {0, "PK\x03\x04"sv, "ZIP archive"},
    {0, "\x1F\x8B"sv, "gzip archive"},
    {0, "BZh"sv, "bzip2 archive"},
    {0,
     "\xFD"
     "7zXZ"sv,
     "xz archive"},
    {0, "7z\xBC\xAF"sv, "7-Zip archive"},
    {0, "Rar!"sv, "RAR archive"},
    {0, "SQLite format 3"sv, "SQLite database"},
    {0, "FLV\x01"sv, "Flash video"},
};
constexpr OtherMagic kText[] = {
    {0, "#EXTM3U"sv, "playlist"},
    {0, "[playlist]"sv, "playlist"},
    {0, "ffconcat"sv, "playlist"},
    {0, "v=0\r\n"sv, "SDP session description"},
    {0, "v=0\n"sv, "SDP session description"},
    {0, "<ASX"sv, "playlist"},
    {0, "<smil"sv, "playlist"},
    {0, "<?xml"sv, "XML text"},
    {0, "<!DOCTYPE"sv, "HTML text"},
    {0, "<html"sv, "HTML text"},
};

bool matches(std::string_view head, size_t offset, std::string_view magic) {
  return head.size() >= offset + magic.size() && head.substr(offset, magic.size()) == magic;
}

std::optional<Kind> audio_kind(std::string_view head) {
  if (matches(head, 0, "FORM") && (matches(head, 8, "AIFF") || matches(head, 8, "AIFC"))) return Kind::aiff;
  if (matches(head, 0, "RIFF") && matches(head, 8, "AVI ")) return Kind::avi;
  for (const auto& [offset, magic, kind] : kAudio) {
    if (!matches(head, offset, magic)) continue;
    if (kind == Kind::wav && !matches(head, 0, "RIFF") && !matches(head, 0, "RIFX") && !matches(head, 0, "RF64") &&
        !matches(head, 0, "BW64"))
      continue;
    return kind;
  }
  return std::nullopt;
}

// Printable UTF-8; the last character may be cut by the head's end.
bool is_text(std::string_view head) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && !std::strchr("\t\n\r\f\x1b", c);
  };
  size_t bad = 0;
  return (is_valid_utf8(head, &bad) || bad + 4 > head.size()) && std::none_of(head.begin(), head.end(), is_control);
}

const char* other_kind(std::string_view head, bool text) {
  for (const auto& [offset, magic, name] :
       text ? std::span<const OtherMagic>(kText) : std::span<const OtherMagic>(kBinary))
    if (matches(head, offset, magic)) return name;
  return text ? "text" : "unknown data";
}

// The end of the ID3v2 tags at the head of the file: writers leave several.
int64_t skip_id3(Input& input, bool* is_huge) {
  int64_t start = 0;
  for (int n_tags = 0; n_tags < 16; ++n_tags) {
    uint8_t h[10];
    if (input.read_at(start, h) != sizeof h || !starts_with(h, "ID3") || h[3] == 0xFF || h[4] == 0xFF) break;
    if ((h[6] | h[7] | h[8] | h[9]) & 0x80) break;
    const int64_t size = int64_t{h[6]} << 21 | h[7] << 14 | h[8] << 7 | h[9];
    if (size > kMaxTagBytes) *is_huge = true;
    start += 10 + size + (h[5] & 0x10 ? 10 : 0);
  }
  return start;
}

}  // namespace

Sniffed sniff(Input& input) {
  if (input.size() == 0) throw Rejected("no audio (0 bytes)");
  bool has_huge_id3 = false;
  const int64_t start = skip_id3(input, &has_huge_id3);
  if (start >= input.size()) throw Rejected("no audio (detected: an ID3v2 tag with nothing after it)");
  std::vector<uint8_t> buffer(1 << 16);
  buffer.resize(input.read_at(start, buffer));
  if (!input.error().empty()) throw Rejected(input.error());
  const std::string_view head(reinterpret_cast<const char*>(buffer.data()), buffer.size());
  const bool text = is_text(head);
  if (const auto kind = audio_kind(head); kind && !text) return {*kind, start, has_huge_id3};
  const std::string_view other = other_kind(head, text);
  if (other == "unknown data") {
    if (const auto frame = find_adts_frame(buffer); frame && *frame == 0) return {Kind::adts, start, has_huge_id3};
    const bool is_whole = start + static_cast<int64_t>(buffer.size()) == input.size();
    if (const auto frame = find_mpeg_frame(buffer, is_whole))
      return {Kind::mpeg, start + static_cast<int64_t>(*frame), has_huge_id3};
  }
  if (std::all_of(head.begin(), head.end(), [](char c) { return c == 0; }))
    throw Rejected("no audio (only zero bytes)");
  throw Rejected("not audio (detected: " + std::string(other) + ")");
}

}  // namespace songscape::decoder
