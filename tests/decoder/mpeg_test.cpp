// mp3: row A12.
#include <gtest/gtest.h>

#include <fstream>

#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "decoder/mpeg_frames.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

TEST(MpegHeader, GivesTheSizesOfTheStandard) {
  const auto v1 = decoder::parse_mpeg_header(0xFFFB9064);  // version 1, layer 3, 128 kbps, 44.1 kHz
  ASSERT_TRUE(v1);
  EXPECT_EQ(v1->n_bytes, 417);
  EXPECT_EQ(v1->n_samples, 1152);
  EXPECT_EQ(v1->n_channels, 2);
  const auto v2 = decoder::parse_mpeg_header(0xFFF340C4);  // version 2, layer 3, 32 kbps, 22.05 kHz, mono
  ASSERT_TRUE(v2);
  EXPECT_EQ(v2->n_bytes, 104);
  EXPECT_EQ(v2->n_samples, 576);
  EXPECT_EQ(v2->n_channels, 1);
  for (const uint32_t bad :
       {0x00000000u, 0xFFFFFFFFu, 0xFFEB9064u, 0xFFF99064u & ~0x00060000u, 0xFFFB9C64u, 0xFFFBF064u})
    EXPECT_FALSE(decoder::parse_mpeg_header(bad)) << std::hex << bad;
}

class Mp3 : public ::testing::Test {
 protected:
  static constexpr double kSeconds = 6;
  Mp3() { write_wav(folder_.path() / "source.wav", music(kSeconds, 44100, 2), 44100, 2); }
  std::string make(const std::vector<std::string>& arguments) {
    convert(folder_.path() / "source.wav", path_, arguments);
    return bytes_of(path_);
  }
  Decoded decode_bytes(const std::string& bytes) {
    put_bytes(path_, bytes);
    return decode(path_);
  }
  // A tag of n_bytes after its head.
  static std::string id3(size_t n_bytes) {
    std::string head("ID3\x03\0\0", 6);
    for (const int shift : {21, 14, 7, 0}) head += static_cast<char>(n_bytes >> shift & 0x7F);
    return head + std::string(n_bytes, '\0');
  }
  void expect_whole(const Decoded& d) {
    ASSERT_TRUE(d.is_kept()) << d;
    EXPECT_NEAR(d.song.decoded_sec, kSeconds, 0.1);
  }
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "a.mp3";
};

TEST_F(Mp3, WithoutXingIsCountedByItsFrames) {
  for (const char* quality : {"2", "9"}) expect_whole(decode_bytes(make({"-write_xing", "0", "-q:a", quality})));
  const std::string cbr = make({"-write_xing", "0", "-b:a", "128k"});
  expect_whole(decode_bytes(cbr));
  // Nothing declares the length: a cut within a frame shows, one between two frames cannot.
  EXPECT_TRUE(decode_bytes(cbr.substr(0, cbr.size() / 2)).warns_of("it may be truncated after")) << decode(path_);
}

TEST_F(Mp3, OfEveryVersionAndLayerIsDecoded) {
  for (const char* rate : {"8000", "16000", "22050", "32000", "48000"}) expect_whole(decode_bytes(make({"-ar", rate})));
  convert(folder_.path() / "source.wav", folder_.path() / "a.mp2");
  expect_whole(decode(folder_.path() / "a.mp2"));
}

TEST_F(Mp3, XingOfATinyFrameIsNoOverread) {
  const std::string whole = make({"-id3v2_version", "0"});
  for (size_t n = 4; n < 420; n += 13) EXPECT_FALSE(decode_bytes(whole.substr(0, n)).is_kept()) << n;
  const size_t xing = std::min(whole.find("Xing"), whole.find("Info"));
  ASSERT_NE(xing, std::string::npos);
  EXPECT_FALSE(decode_bytes(whole.substr(0, xing + 31)).is_kept());
}

TEST_F(Mp3, MoreFramesThanDeclaredAreKeptWithAWarning) {
  const std::string whole = make({"-id3v2_version", "0"});
  const Decoded twice = decode_bytes(whole + whole);
  ASSERT_TRUE(twice.is_kept()) << twice;
  EXPECT_TRUE(twice.warns_of("longer than declared"));
  EXPECT_NEAR(twice.song.decoded_sec, 2 * kSeconds, 0.2);
}

TEST_F(Mp3, TagsBeforeAndAfterAreNoAudio) {
  const std::string whole = make({"-id3v2_version", "0"});
  const std::string ape = "APETAGEX" + le32(2000) + le32(32) + le32(0) + le32(0) + std::string(8, '\0');
  expect_whole(decode_bytes(id3(1000) + id3(20) + whole));
  expect_whole(decode_bytes(whole + std::string(32, ' ') + ape + "TAG" + std::string(125, ' ')));
  EXPECT_TRUE(decode(path_).song.warnings.empty()) << decode(path_);
  EXPECT_TRUE(decode_bytes(id3(1000)).fails_with("no audio")) << decode(path_);
}

TEST_F(Mp3, TagsOver16MiBAreSkipped) {
  const std::string whole = make({"-id3v2_version", "0"});
  // 256 MiB, as a hole.
  put_bytes(path_, std::string("ID3\x03\0\0\x7F\x7F\x7F\x7F", 10));
  std::filesystem::resize_file(path_, 10 + (256 << 20) - 1);
  std::ofstream(path_, std::ios::binary | std::ios::app) << whole;
  const Decoded d = decode(path_);
  expect_whole(d);
  EXPECT_TRUE(d.warns_of("ID3v2 tag over 16 MiB was skipped")) << d;
}

TEST_F(Mp3, FreeFormatIsDecodedOrRejected) {
  std::string whole = make({"-write_xing", "0", "-id3v2_version", "0", "-b:a", "128k", "-reservoir", "0"});
  for (size_t at = 0; at + 4 < whole.size();) {
    const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(whole[at + i])); };
    const auto h = decoder::parse_mpeg_header(byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3));
    if (!h) break;
    whole[at + 2] = static_cast<char>(whole[at + 2] & 0x0F);
    at += static_cast<size_t>(h->n_bytes);
  }
  const Decoded d = decode_bytes(whole);
  if (d.is_kept()) expect_whole(d);
}

TEST_F(Mp3, JunkBetweenFramesIsNamed) {
  const std::string whole = make({"-id3v2_version", "0"});
  const Decoded d =
      decode_bytes(whole.substr(0, whole.size() / 2) + std::string(700, '\x55') + whole.substr(whole.size() / 2));
  EXPECT_TRUE(!d.is_kept() || d.warns_of("bytes between frames are no audio")) << d;
}

}  // namespace
}  // namespace songscape
