// Damage to compressed files: rows A3 and A4, and A10 of FLAC.  What cannot be told is stated here by test, too.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>

#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class Compressed : public ::testing::TestWithParam<const char*> {
 protected:
  static constexpr double kSeconds = 3;
  Compressed() : path_(folder_.path() / (std::string("a.") + GetParam())) {
    write_wav(folder_.path() / "source.wav", music(kSeconds, 44100, 2), 44100, 2);
    convert(folder_.path() / "source.wav", path_);
    whole_ = bytes_of(path_);
  }
  Decoded decode_bytes(const std::string& bytes) {
    put_bytes(path_, bytes);
    return decode(path_);
  }
  std::string format() const { return GetParam(); }
  bool has_checksums() const { return format() == "flac" || format() == "ogg" || format() == "opus"; }
  TemporaryFolder folder_;
  std::filesystem::path path_;
  std::string whole_;
};

TEST_P(Compressed, IsDecodedToItsEnd) {
  const Decoded d = decode(path_);
  ASSERT_TRUE(d.is_kept()) << d;
  EXPECT_TRUE(d.song.warnings.empty()) << d;
  EXPECT_NEAR(d.song.decoded_sec, kSeconds, 0.06);
  EXPECT_NEAR(static_cast<double>(d.n_samples()), kSeconds * 22050, 0.06 * 22050);
}

// Raw AAC frames declare no length: a cut between two of them cannot be told, one within a frame is a warning.
TEST_P(Compressed, TwentyToNinetyPercentIsNamedTruncated) {
  for (int percent = 20; percent <= 90; percent += 10) {
    const size_t n_bytes = whole_.size() * static_cast<size_t>(percent) / 100;
    const Decoded d = decode_bytes(whole_.substr(0, n_bytes));
    if (format() == "aac") {
      const auto is_told = [](const Decoded& x) {
        return x.warns_of("it may be truncated after") || x.fails_with("truncated");
      };
      EXPECT_TRUE(is_told(d) || is_told(decode_bytes(whole_.substr(0, n_bytes - 1)))) << percent << " % " << d;
    } else {
      EXPECT_FALSE(d.is_kept()) << percent << " % " << d;
    }
    if (!d.is_kept()) {
      EXPECT_TRUE(d.fails_with("truncated")) << percent << " % " << d;
    }
  }
}

TEST_P(Compressed, AFlippedByteIsFoundWhereTheFormatHasChecksums) {
  const int n_flips = has_checksums() ? 20 : 8;
  for (int i = 1; i <= n_flips; ++i) {
    std::string bytes = whole_;
    bytes[bytes.size() / 10 + bytes.size() * 8 / 10 * static_cast<size_t>(i) / 20] ^= static_cast<char>(1 << i % 8);
    const Decoded d = decode_bytes(bytes);
    if (has_checksums())
      EXPECT_FALSE(d.is_kept()) << i << " " << d;
    else if (d.is_kept())
      EXPECT_TRUE(d.is_finite() && d.song.decoded_sec > kSeconds - 0.2) << i << " " << d;
    else
      EXPECT_TRUE(d.fails_with("truncated") || d.fails_with("cannot decode") || d.fails_with("M4A")) << i << " " << d;
  }
}

TEST_P(Compressed, AHoleOfZerosIsFoundOrConcealed) {
  for (int i = 1; i <= 5; ++i) {
    std::string bytes = whole_;
    bytes.replace(bytes.size() * static_cast<size_t>(i) / 6, 512, 512, '\0');
    const Decoded d = decode_bytes(bytes);
    if (has_checksums()) {
      EXPECT_FALSE(d.is_kept()) << d;
    }
    if (d.is_kept()) {
      EXPECT_TRUE(d.is_finite() && d.song.decoded_sec > kSeconds - 0.2) << d;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Compressed, ::testing::Values("flac", "mp3", "ogg", "opus", "m4a", "aac"),
                         [](const auto& format) { return std::string(format.param); });

class Flac : public ::testing::Test {
 protected:
  Flac() {
    write_audio(path_, music(4, 22050), 22050, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
    whole_ = bytes_of(path_);
  }
  Decoded decode_with(size_t offset, const std::string& bytes) {
    std::string changed = whole_;
    changed.replace(offset, bytes.size(), bytes);
    put_bytes(path_, changed);
    return decode(path_);
  }
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "a.flac";
  std::string whole_;
};

TEST_F(Flac, AWrongMd5IsNamed) {
  EXPECT_TRUE(decode_with(26, "0123456789abcdef").fails_with("the MD5 in STREAMINFO")) << decode(path_);
}

TEST_F(Flac, AWrongFrameCrcIsNamedWithoutAnMd5) {
  EXPECT_TRUE(decode_with(26, std::string(16, '\0')).is_kept()) << decode(path_);
  std::string changed = bytes_of(path_);
  changed[changed.size() / 2] ^= 1;
  put_bytes(path_, changed);
  EXPECT_TRUE(decode(path_).fails_with("wrong frame CRC")) << decode(path_);
}

TEST_F(Flac, ImpossibleLengthsAreCappedAndUnknownOnesCounted) {
  // total_samples: the low 36 bits of bytes 18 … 25.
  const std::string top = whole_.substr(21, 1);
  EXPECT_TRUE(
      decode_with(21, std::string(1, static_cast<char>(top[0] | 0x0F)) + "\xFF\xFF\xFF\xFF").fails_with("output cap"))
      << decode(path_);
  const Decoded unknown = decode_with(21, std::string(1, static_cast<char>(top[0] & 0xF0)) + std::string(4, '\0'));
  ASSERT_TRUE(unknown.is_kept()) << unknown;
  EXPECT_TRUE(unknown.warns_of("declares no length"));
  EXPECT_EQ(unknown.n_samples(), 4 * 22050);
  const Decoded too_long = decode_with(21, std::string(1, static_cast<char>(top[0] & 0xF0)) + be32(5 * 22050));
  EXPECT_TRUE(too_long.fails_with("of 5.00 s declared")) << too_long;
  const Decoded too_short = decode_with(21, std::string(1, static_cast<char>(top[0] & 0xF0)) + be32(3 * 22050));
  EXPECT_FALSE(too_short.is_kept()) << too_short;
}

TEST_F(Flac, EverySampleFormatIsItsOwn) {
  const auto signal = music(2, 22050);
  for (const int format : {SF_FORMAT_PCM_S8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24}) {
    write_audio(path_, signal, 22050, 1, SF_FORMAT_FLAC | format);
    const Decoded d = decode(path_);
    ASSERT_TRUE(d.is_kept()) << d;
    EXPECT_LT(difference_db(signal, d.clips[0].samples), format == SF_FORMAT_PCM_S8 ? -30 : -80);
  }
}

TEST_F(Flac, TagsAroundItAreNoDamage) {
  put_bytes(path_,
            std::string("ID3\x04\0\0\0\0\0\x14", 10) + std::string(20, '\0') + whole_ + "TAG" + std::string(125, ' '));
  const Decoded d = decode(path_);
  EXPECT_TRUE(d.is_kept()) << d;
}

}  // namespace
}  // namespace songscape
