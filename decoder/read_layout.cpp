#include "decoder/read_layout.h"

#include "decoder/flac_header.h"
#include "decoder/mp4_boxes.h"
#include "decoder/mpeg_frames.h"
#include "decoder/ogg_pages.h"
#include "decoder/pcm_chunks.h"
#include "decoder/rejected.h"
#include "decoder/sniff.h"

namespace songscape::decoder {
namespace {

// A file whose structure ffmpeg alone reads; its demuxer is named here, so it never chooses one.
Layout by_ffmpeg(const char* demuxer) {
  Layout out;
  out.backend = Backend::ffmpeg;
  out.demuxer = demuxer;
  out.tolerance_sec = 0.3;
  return out;
}

Layout read_structure(Input& input, const Sniffed& s) {
  switch (s.kind) {
    case Kind::wav:
      return read_wav(input, s.start);
    case Kind::w64:
      return read_w64(input, s.start);
    case Kind::aiff:
      return read_aiff(input, s.start);
    case Kind::flac:
      return read_flac(input, s.start);
    case Kind::ogg:
      return read_ogg(input, s.start);
    case Kind::mpeg:
      return read_mpeg(input, s.start);
    case Kind::adts:
      return read_adts(input, s.start);
    case Kind::mp4:
      return read_mp4(input, s.start);
    case Kind::asf:
      return read_asf(input, s.start);
    case Kind::matroska:
      return by_ffmpeg("matroska");
    case Kind::wavpack:
      return by_ffmpeg("wv");
    case Kind::ape:
      return by_ffmpeg("ape");
    case Kind::tta:
      return by_ffmpeg("tta");
    case Kind::musepack:
      return by_ffmpeg(input.get<4>(s.start)[2] == 'C' ? "mpc8" : "mpc");
    case Kind::caf:
      return by_ffmpeg("caf");
    case Kind::au:
      return by_ffmpeg("au");
    case Kind::ac3:
      return by_ffmpeg(input.get<6>(s.start)[5] >> 3 > 10 ? "eac3" : "ac3");
    case Kind::amr:
      return by_ffmpeg("amr");
    case Kind::avi:
      return by_ffmpeg("avi");
  }
  throw Rejected("not audio");
}

}  // namespace

Layout read_layout(Input& input) {
  const Sniffed sniffed = sniff(input);
  Layout out = read_structure(input, sniffed);
  out.kind = sniffed.kind;
  out.has_huge_id3 = sniffed.has_huge_id3;
  if (sniffed.has_huge_id3) out.warnings.push_back("an ID3v2 tag over 16 MiB was skipped");
  if (!input.error().empty()) throw Rejected(input.error());
  return out;
}

}  // namespace songscape::decoder
