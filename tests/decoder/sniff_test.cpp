// What is no audio, whatever its name: rows A2 and A14.
#include <gtest/gtest.h>

#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class Sniff : public ::testing::Test {
 protected:
  Decoded decode_bytes(const std::string& bytes, const char* name = "a.mp3") {
    put_bytes(folder_.path() / name, bytes);
    return decode(folder_.path() / name);
  }
  TemporaryFolder folder_;
};

TEST_F(Sniff, TextPicturesAndProgramsAreNamed) {
  EXPECT_EQ(decode_bytes("Dear diary,\nthis is no song.\n").failure, "not audio (detected: text)");
  EXPECT_EQ(decode_bytes("BM and MZ begin this text").failure, "not audio (detected: text)");
  EXPECT_EQ(decode_bytes(std::string("\xFF\xD8\xFF\xE0\x00\x10JFIF\x00", 11) + std::string(5000, '\x80')).failure,
            "not audio (detected: JPEG image)");
  EXPECT_EQ(decode_bytes(bytes_of("/proc/self/exe").substr(0, 100000)).failure, "not audio (detected: ELF program)");
  EXPECT_EQ(decode_bytes(std::string("MThd\0\0\0\6\0\1", 10)).failure, "not audio (detected: MIDI file)");
  EXPECT_EQ(decode_bytes(std::string(5000, '\0')).failure, "no audio (only zero bytes)");
}

TEST_F(Sniff, RandomBytesAreNotAudio) {
  std::string noise;
  uint32_t state = 1;
  for (int i = 0; i < 200000; ++i) noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  EXPECT_EQ(decode_bytes(noise).failure, "not audio (detected: unknown data)");
}

TEST_F(Sniff, PlaylistsNeverFetchWhatTheyName) {
  write_wav(folder_.path() / "other.wav", music(1, 22050), 22050);
  const std::string other = (folder_.path() / "other.wav").string();
  for (const char* text :
       {"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.mp3\n", "#EXTM3U\n#EXT-X-TARGETDURATION:1\nfile://other.wav\n"})
    for (const char* name : {"a.mp3", "a.m4a", "a.m3u8"})
      EXPECT_EQ(decode_bytes(text, name).failure, "not audio (detected: playlist)");
  EXPECT_EQ(decode_bytes("ffconcat version 1.0\nfile '" + other + "'\n", "a.m4a").failure,
            "not audio (detected: playlist)");
  EXPECT_EQ(decode_bytes("file '" + other + "'\n").failure, "not audio (detected: text)");
  EXPECT_EQ(decode_bytes("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n").failure,
            "not audio (detected: SDP session description)");
}

TEST_F(Sniff, TheNameHasNoSay) {
  write_wav(folder_.path() / "a.jpeg", music(1, 22050), 22050);
  EXPECT_TRUE(decode(folder_.path() / "a.jpeg").is_kept());
}

TEST_F(Sniff, VideoWithoutAnAudioTrackIsNotAudio) {
  write_wav(folder_.path() / "a.wav", music(1, 22050), 22050);
  for (const char* name : {"v.mp4", "v.mkv", "v.avi"}) {
    convert(folder_.path() / "a.wav", folder_.path() / name,
            {"-f", "lavfi", "-i", "color=size=32x32:duration=1", "-map", "1:v", "-c:v", "mpeg4"});
    const Decoded d = decode(folder_.path() / name);
    EXPECT_TRUE(d.fails_with("not audio (detected: ")) << name << " " << d;
    EXPECT_TRUE(d.fails_with("without an audio track")) << name << " " << d;
  }
}

TEST_F(Sniff, VideoWithAnAudioTrackGivesItsAudio) {
  write_wav(folder_.path() / "a.wav", music(2, 44100), 44100);
  convert(folder_.path() / "a.wav", folder_.path() / "v.mp4",
          {"-f", "lavfi", "-i", "color=size=32x32:duration=2", "-map", "1:v", "-map", "0:a", "-c:v", "mpeg4"});
  const Decoded d = decode(folder_.path() / "v.mp4");
  EXPECT_TRUE(d.is_kept()) << d;
  EXPECT_EQ(d.song.codec, "aac");
}

}  // namespace
}  // namespace songscape
