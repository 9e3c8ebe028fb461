// WAV and its relatives: rows A1, A6, A7, A8, A9 of bad input.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>

#include "audio/clip.h"
#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class Wav : public ::testing::Test {
 protected:
  Decoded decode_bytes(const std::string& bytes) {
    put_bytes(path_, bytes);
    return decode(path_);
  }
  Decoded decode_fields(const WavFields& fields, size_t n_bytes = 100000) {
    return decode_bytes(wav_bytes(fields, std::string(n_bytes, '\x11')));
  }
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "a.wav";
};

TEST_F(Wav, WithoutSamplesIsNoAudio) {
  EXPECT_TRUE(decode_bytes("").fails_with("no audio"));
  const Decoded empty = decode_bytes(wav_bytes({}, ""));
  EXPECT_EQ(bytes_of(path_).size(), 44u);
  EXPECT_TRUE(empty.fails_with("no audio")) << empty;
  EXPECT_TRUE(decode_bytes(wav_bytes({}, "").substr(0, 36)).fails_with("no audio"));
}

TEST_F(Wav, ShorterThanAFrameIsRejectedAndAFrameIsKept) {
  const Decoded ten = decode_fields({}, 20);
  EXPECT_TRUE(ten.fails_with("shorter than one frame (10 samples at 22050 Hz")) << ten;
  EXPECT_FALSE(decode_fields({}, 2 * (kFftSize - 1)).is_kept());
  const Decoded frame = decode_fields({}, 2 * kFftSize);
  ASSERT_TRUE(frame.is_kept()) << frame;
  EXPECT_EQ(frame.n_samples(), kFftSize);
}

TEST_F(Wav, RatesOutOfRangeAreRejected) {
  for (const uint32_t rate : {0u, 1u, 3999u, 384001u, 0xFFFFFFFFu}) {
    const Decoded d = decode_fields({.rate = rate});
    EXPECT_TRUE(d.fails_with("sample rate " + std::to_string(rate) + " Hz is out of range")) << d;
  }
  EXPECT_TRUE(decode_fields({.rate = 4000}).is_kept());
  EXPECT_TRUE(decode_fields({.rate = 384000}).is_kept());
}

TEST_F(Wav, ChannelsOutOfRangeAreRejected) {
  for (const uint16_t n : {0, 9, 65535})
    EXPECT_TRUE(decode_fields({.n_channels = n}).fails_with("channels are out of range"));
  EXPECT_TRUE(decode_fields({.n_channels = 8, .block_align = 16}).is_kept());
}

TEST_F(Wav, BitsAndBlockAlignThatDoNotFitAreRejected) {
  for (const uint16_t bits : {0, 7, 64}) EXPECT_TRUE(decode_fields({.bits = bits}).fails_with("bits a sample")) << bits;
  for (const uint16_t align : {0, 1, 3, 65535})
    EXPECT_TRUE(decode_fields({.block_align = align}).fails_with("block align")) << align;
}

// At 1 Hz a file of 100 KB would become 4.4 GB: the rate is out of range; and at the lowest rate, the length is.
TEST_F(Wav, OutputIsCappedBeforeDecoding) {
  EXPECT_TRUE(decode_fields({.rate = 1}, 100000).fails_with("out of range"));
  put_bytes(path_, wav_bytes({.rate = 4000, .block_align = 1, .bits = 8, .data_bytes = 4000u * 90000u}, "x"));
  std::filesystem::resize_file(path_, 44 + 4000ull * 90000ull);  // 25 hours, as a hole
  EXPECT_TRUE(decode(path_).fails_with("output cap: 90000.00 s declared")) << decode(path_);
}

TEST_F(Wav, FewerBytesThanDeclaredAreATruncation) {
  const Decoded d = decode_fields({.data_bytes = 0xFFFFFFF0}, 10240);
  EXPECT_TRUE(d.fails_with("truncated: 0.23 s of 97391.55 s declared are there")) << d;
  const Decoded streamed = decode_fields({.data_bytes = 0xFFFFFFFF}, 10240);
  ASSERT_TRUE(streamed.is_kept()) << streamed;
  EXPECT_TRUE(streamed.warns_of("declares no length")) << streamed;
  EXPECT_EQ(streamed.n_samples(), 5120);
}

TEST_F(Wav, TwentyToNinetyPercentOfAFileIsNamedTruncated) {
  const auto signal = music(4, 44100, 2);
  for (const int format : {SF_FORMAT_WAV, SF_FORMAT_RF64, SF_FORMAT_W64, SF_FORMAT_AIFF}) {
    write_audio(path_, signal, 44100, 2, format | SF_FORMAT_PCM_16);
    const std::string whole = bytes_of(path_);
    EXPECT_TRUE(decode_bytes(whole).is_kept());
    for (int percent = 20; percent <= 90; percent += 10) {
      const Decoded d = decode_bytes(whole.substr(0, whole.size() * static_cast<size_t>(percent) / 100));
      EXPECT_TRUE(d.fails_with("of 4.00 s declared")) << percent << " % " << d;
    }
  }
}

TEST_F(Wav, EveryCodecGivesItsSound) {
  const auto signal = music(2, 22050);
  struct Case {
    int format;
    const char* codec;
    double most_difference_db;
  };
  for (const auto& [format, codec, most_db] : {Case{SF_FORMAT_WAV | SF_FORMAT_PCM_U8, "pcm_u8", -30},
                                               {SF_FORMAT_WAV | SF_FORMAT_PCM_16, "pcm_s16", -80},
                                               {SF_FORMAT_WAV | SF_FORMAT_PCM_24, "pcm_s24", -120},
                                               {SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, "pcm_s24", -120},
                                               {SF_FORMAT_WAV | SF_FORMAT_PCM_32, "pcm_s32", -130},
                                               {SF_FORMAT_WAV | SF_FORMAT_FLOAT, "pcm_f32", -140},
                                               {SF_FORMAT_WAV | SF_FORMAT_DOUBLE, "pcm_f64", -140},
                                               {SF_FORMAT_WAV | SF_FORMAT_ALAW, "a-law", -30},
                                               {SF_FORMAT_WAV | SF_FORMAT_ULAW, "mu-law", -30},
                                               {SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, "adpcm_ima", -20},
                                               {SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, "adpcm_ms", -20},
                                               {SF_FORMAT_RF64 | SF_FORMAT_PCM_24, "pcm_s24", -120},
                                               {SF_FORMAT_W64 | SF_FORMAT_FLOAT, "pcm_f32", -140},
                                               {SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG, "pcm_s16", -80},
                                               {SF_FORMAT_AIFF | SF_FORMAT_PCM_24, "pcm_s24", -120},
                                               {SF_FORMAT_AIFF | SF_FORMAT_FLOAT, "pcm_f32", -140}}) {
    write_audio(path_, signal, 22050, 1, format);
    const Decoded d = decode(path_);
    ASSERT_TRUE(d.is_kept()) << codec << " " << d;
    EXPECT_EQ(d.song.codec, codec);
    EXPECT_NEAR(static_cast<double>(d.n_samples()), static_cast<double>(signal.size()), codec[1] == 'd' ? 2100 : 0)
        << codec;
    EXPECT_LT(difference_db(signal, d.clips[0].samples), most_db) << codec;
  }
}

TEST_F(Wav, UnknownCodecsAreNamed) {
  const Decoded d = decode_fields({.tag = 0x0161, .bits = 16});
  EXPECT_TRUE(d.fails_with("unsupported codec (WAV format tag 0x0161)")) << d;
}

TEST_F(Wav, OddChunksArePassedWithAndWithoutTheirPadding) {
  const std::string whole = wav_bytes({}, std::string(20000, '\x11'));
  const std::string odd = "junk" + le32(3) + "abc";
  for (const std::string& chunk : {odd + '\0', odd}) {
    const Decoded d = decode_bytes(whole.substr(0, 12) + chunk + whole.substr(12));
    EXPECT_TRUE(d.is_kept()) << d;
    EXPECT_EQ(d.n_samples(), 10000);
  }
}

TEST_F(Wav, HeadersThatMakeNoSenseAreRejected) {
  const std::string whole = wav_bytes({}, std::string(20000, '\x11'));
  const std::string without_fmt = whole.substr(0, 12) + whole.substr(36);
  EXPECT_TRUE(decode_bytes(without_fmt).fails_with("no fmt chunk")) << decode(path_);
  std::string empty_fmt = whole;
  empty_fmt.replace(16, 4, le32(0));
  EXPECT_TRUE(decode_bytes(empty_fmt).fails_with("the fmt chunk has 0 bytes")) << decode(path_);
  std::string huge_chunk = whole.substr(0, 12) + "LIST" + le32(0xFFFFFFFE) + whole.substr(12);
  EXPECT_TRUE(decode_bytes(huge_chunk).fails_with("no audio")) << decode(path_);
  for (size_t n = 0; n < 44; ++n) EXPECT_FALSE(decode_bytes(whole.substr(0, n)).is_kept()) << n;
}

}  // namespace
}  // namespace songscape
