// M4A: row A13.
#include <gtest/gtest.h>

#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class M4a : public ::testing::Test {
 protected:
  M4a() { write_wav(folder_.path() / "source.wav", music(5, 44100), 44100); }
  std::string make(const std::vector<std::string>& arguments = {}) {
    convert(folder_.path() / "source.wav", path_, arguments);
    return bytes_of(path_);
  }
  Decoded decode_bytes(const std::string& bytes) {
    put_bytes(path_, bytes);
    return decode(path_);
  }
  // The bytes after the name of the first box of that name.
  static size_t body(const std::string& bytes, const char* box) { return bytes.find(box) + 4; }
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "a.m4a";
};

TEST_F(M4a, IsDecodedWithItsIndexAtEitherEnd) {
  for (const auto& arguments : {std::vector<std::string>{},
                                {"-movflags", "faststart"},
                                {"-movflags", "frag_keyframe+empty_moov"},
                                {"-c:a", "alac"}}) {
    const Decoded d = decode_bytes(make(arguments));
    ASSERT_TRUE(d.is_kept()) << d;
    EXPECT_NEAR(d.song.decoded_sec, 5, 0.06) << d;
  }
  EXPECT_EQ(decode(path_).song.codec, "alac");
}

TEST_F(M4a, WithoutItsIndexIsNamed) {
  std::string bytes = make();
  bytes.replace(bytes.find("moov"), 4, "free");
  EXPECT_TRUE(decode_bytes(bytes).fails_with("moov box missing")) << decode(path_);
}

TEST_F(M4a, CutAfterItsIndexTellsDecodedAndDeclared) {
  const std::string bytes = make({"-movflags", "faststart"});
  const Decoded d = decode_bytes(bytes.substr(0, bytes.size() / 2));
  EXPECT_TRUE(d.fails_with("truncated: decoded 2.")) << d;
  EXPECT_TRUE(d.fails_with("of 5.00 s declared")) << d;
}

TEST_F(M4a, TablesThatDoNotFitTheirBoxAreNamed) {
  const std::string whole = make();
  for (const char* table : {"stsz", "stco", "stts", "stsc"}) {
    std::string bytes = whole;
    bytes.replace(body(bytes, table) + (std::string(table) == "stsz" ? 8 : 4), 4, "\xFF\xFF\xFF\xFF");
    const Decoded d = decode_bytes(bytes);
    EXPECT_TRUE(d.fails_with(std::string("M4A: ") + table + " box declares 4294967295 entries")) << d;
  }
}

TEST_F(M4a, ProtectedTracksAreNamed) {
  std::string bytes = make();
  bytes.replace(bytes.find("mp4a"), 4, "drms");
  EXPECT_TRUE(decode_bytes(bytes).fails_with("protected (DRM")) << decode(path_);
}

TEST_F(M4a, NegativeEditListsCauseNoHarm) {
  std::string bytes = make();
  ASSERT_NE(bytes.find("elst"), std::string::npos);
  bytes.replace(body(bytes, "elst") + 12, 4, be32(0x80000000));
  const Decoded d = decode_bytes(bytes);
  EXPECT_TRUE(!d.is_kept() || d.song.decoded_sec > 4.8) << d;
}

TEST_F(M4a, TenThousandTracksAreRefused) {
  std::string bytes = make();
  const std::string empty_track = be32(8) + "trak";
  std::string tracks;
  for (int i = 0; i < 10000; ++i) tracks += empty_track;
  const size_t moov = bytes.find("moov");
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[moov - 4 + i])); };
  const uint32_t size = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
  bytes.replace(moov - 4, 4, be32(size + static_cast<uint32_t>(tracks.size())));
  bytes.insert(moov - 4 + size, tracks);
  EXPECT_TRUE(decode_bytes(bytes).fails_with("more than 64 tracks")) << decode(path_);
}

TEST_F(M4a, OtherContainersAreDecodedByTheirOwnDemuxer) {
  for (const char* name : {"a.wma", "a.mka", "a.wv", "a.tta", "a.caf", "a.au", "a.ac3"}) {
    convert(folder_.path() / "source.wav", folder_.path() / name);
    const Decoded d = decode(folder_.path() / name);
    ASSERT_TRUE(d.is_kept()) << name << " " << d;
    EXPECT_NEAR(d.song.decoded_sec, 5, 0.15) << name << " " << d;
  }
}

TEST_F(M4a, OtherContainersThatAreCutAreNamed) {
  for (const char* name : {"a.wma", "a.mka", "a.wv", "a.tta"}) {
    convert(folder_.path() / "source.wav", folder_.path() / name);
    const std::string whole = bytes_of(folder_.path() / name);
    put_bytes(folder_.path() / name, whole.substr(0, whole.size() / 2));
    const Decoded d = decode(folder_.path() / name);
    EXPECT_FALSE(d.is_kept()) << name << " " << d;
  }
}

}  // namespace
}  // namespace songscape
