// Ogg: row A11.
#include <gtest/gtest.h>

#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "decoder/ogg_pages.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

struct PageBytes {
  size_t offset, size;
};

std::vector<PageBytes> pages_of(const std::string& bytes) {
  std::vector<PageBytes> out;
  for (size_t at = 0; at + 27 <= bytes.size() && bytes.compare(at, 4, "OggS") == 0;) {
    const auto n_segments = static_cast<unsigned char>(bytes[at + 26]);
    size_t size = 27u + n_segments;
    for (size_t i = 0; i < n_segments; ++i) size += static_cast<unsigned char>(bytes[at + 27 + i]);
    out.push_back({at, size});
    at += size;
  }
  return out;
}

// The page with its checksum made right again.
void seal(std::string& bytes, const PageBytes& page) {
  bytes.replace(page.offset + 22, 4, 4, '\0');
  const uint32_t crc = decoder::ogg_crc({reinterpret_cast<const uint8_t*>(bytes.data()) + page.offset, page.size}, 0);
  bytes.replace(page.offset + 22, 4, le32(crc));
}

class Ogg : public ::testing::TestWithParam<const char*> {
 protected:
  Ogg() : path_(folder_.path() / (std::string("a.") + GetParam())) {
    write_wav(folder_.path() / "source.wav", music(5, 44100), 44100);
    convert(folder_.path() / "source.wav", path_);
    whole_ = bytes_of(path_);
  }
  Decoded decode_bytes(const std::string& bytes) {
    put_bytes(path_, bytes);
    return decode(path_);
  }
  // The last page's granule position, and the end-of-stream flag.
  std::string with_last_page(const std::string& granule, bool is_last) {
    std::string bytes = whole_;
    const PageBytes last = pages_of(bytes).back();
    bytes[last.offset + 5] = static_cast<char>(is_last ? bytes[last.offset + 5] | 4 : bytes[last.offset + 5] & ~4);
    if (!granule.empty()) bytes.replace(last.offset + 6, 8, granule);
    seal(bytes, last);
    return bytes;
  }
  TemporaryFolder folder_;
  std::filesystem::path path_;
  std::string whole_;
};

TEST_P(Ogg, ChainedGivesItsFirstStream) {
  for (const char* other : {"b.ogg", "b.opus"}) {
    convert(folder_.path() / "source.wav", folder_.path() / other, {"-t", "2", "-serial_offset", "77"});
    const Decoded d = decode_bytes(whole_ + bytes_of(folder_.path() / other));
    ASSERT_TRUE(d.is_kept()) << d;
    EXPECT_TRUE(d.warns_of("chained Ogg")) << d;
    EXPECT_NEAR(d.song.decoded_sec, 5, 0.05);
  }
}

TEST_P(Ogg, MultiplexedGivesItsFirstAudioStream) {
  convert(folder_.path() / "source.wav", folder_.path() / "v.ogv",
          {"-f", "lavfi", "-i", "color=size=64x64:duration=5", "-map", "1:v", "-map", "0:a", "-c:v", "libtheora",
           "-c:a", std::string(GetParam()) == "ogg" ? "libvorbis" : "libopus"});
  const Decoded d = decode(folder_.path() / "v.ogv");
  ASSERT_TRUE(d.is_kept()) << d;
  EXPECT_NEAR(d.song.decoded_sec, 5, 0.1);
}

TEST_P(Ogg, WithVideoOnlyIsNotAudio) {
  convert(folder_.path() / "source.wav", folder_.path() / "v.ogv",
          {"-f", "lavfi", "-i", "color=size=64x64:duration=1", "-map", "1:v", "-c:v", "libtheora"});
  const Decoded d = decode(folder_.path() / "v.ogv");
  EXPECT_EQ(d.failure, "not audio (detected: Ogg with Theora video)");
}

TEST_P(Ogg, WithoutItsEndPageIsTruncated) {
  EXPECT_TRUE(decode_bytes(with_last_page("", false)).fails_with("truncated: no end-of-stream page")) << decode(path_);
  const auto pages = pages_of(whole_);
  EXPECT_TRUE(decode_bytes(whole_.substr(0, pages[pages.size() - 2].offset)).fails_with("truncated")) << decode(path_);
}

TEST_P(Ogg, MissingPagesAreNamed) {
  const auto pages = pages_of(whole_);
  ASSERT_GT(pages.size(), 5u);
  std::string bytes = whole_;
  bytes.erase(pages[4].offset, pages[4].size);
  EXPECT_TRUE(decode_bytes(bytes).fails_with("pages are missing")) << decode(path_);
}

TEST_P(Ogg, AWrongChecksumIsNamed) {
  std::string bytes = whole_;
  bytes[pages_of(whole_)[4].offset + 60] ^= 4;
  EXPECT_TRUE(decode_bytes(bytes).fails_with("wrong checksum")) << decode(path_);
}

TEST_P(Ogg, ImpossibleGranulePositionsAreRejected) {
  for (const std::string& granule :
       {std::string(8, '\xFF'), std::string("\0\0\0\0\0\0\0\x80", 8),
        std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 8), std::string("\0\0\0\0\0\1\0\0", 8)}) {
    const Decoded d = decode_bytes(with_last_page(granule, true));
    EXPECT_FALSE(d.is_kept()) << d;
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, Ogg, ::testing::Values("ogg", "opus"),
                         [](const auto& codec) { return std::string(codec.param); });

}  // namespace
}  // namespace songscape
