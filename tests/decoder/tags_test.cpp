// Titles, names and lyrics as files carry them.
#include <gtest/gtest.h>

#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class Tags : public ::testing::TestWithParam<const char*> {
 protected:
  Tags() { write_wav(folder_.path() / "source.wav", music(1, 44100), 44100); }
  TemporaryFolder folder_;
};

TEST_P(Tags, AreReadFromEveryContainer) {
  const auto path = folder_.path() / GetParam();
  convert(folder_.path() / "source.wav", path,
          {"-metadata", "title=Été à la plage", "-metadata", "artist=গান", "-metadata", "album=First", "-metadata",
           "genre=Jazz", "-metadata", "date=1999", "-metadata", "track=7", "-metadata", "lyrics=la la\nla", "-metadata",
           "language=fra"});
  const Decoded d = decode(path);
  ASSERT_TRUE(d.is_kept()) << d;
  const SongTags& t = d.song.tags;
  EXPECT_EQ(t.title, "Été à la plage");
  EXPECT_EQ(t.artist, "গান");
  EXPECT_EQ(t.album, "First");
  EXPECT_EQ(t.genre, "Jazz");
  EXPECT_EQ(t.date.substr(0, 4), "1999");
  EXPECT_EQ(t.track.substr(0, 1), "7");
  EXPECT_EQ(t.lyrics, "la la\nla");
}

INSTANTIATE_TEST_SUITE_P(Containers, Tags, ::testing::Values("a.mp3", "a.flac", "a.ogg", "a.opus", "a.m4a"),
                         [](const auto& name) { return std::string(name.param).substr(2); });

TEST(TagsOfHostileFiles, AreValidUtf8AndCut) {
  const TemporaryFolder folder;
  write_wav(folder.path() / "source.wav", music(1, 44100), 44100);
  convert(folder.path() / "source.wav", folder.path() / "a.mp3",
          {"-metadata", "title=" + std::string(20000, 'x'), "-metadata", "artist=%n{}\x1b[31m"});
  const Decoded d = decode(folder.path() / "a.mp3");
  ASSERT_TRUE(d.is_kept()) << d;
  EXPECT_EQ(d.song.tags.title.size(), 4096u);
  EXPECT_EQ(d.song.tags.artist, "%n{}\x1b[31m");
}

TEST(TagsOfHostileFiles, WithALargePictureCostNothing) {
  const TemporaryFolder folder;
  write_wav(folder.path() / "source.wav", music(1, 44100), 44100);
  convert(folder.path() / "source.wav", folder.path() / "a.mp3", {"-id3v2_version", "0"});
  const std::string picture = std::string("\0image/jpeg\0\3\0", 14) + std::string(9 << 20, '\x7F');
  const auto synchsafe = [](size_t n) {
    std::string out;
    for (const int shift : {21, 14, 7, 0}) out += static_cast<char>(n >> shift & 0x7F);
    return out;
  };
  const std::string title = std::string("TIT2", 4) + be32(6) + std::string("\0\0\3Title", 8);
  const std::string frame = "APIC" + be32(static_cast<uint32_t>(picture.size())) + std::string("\0\0", 2) + picture;
  put_bytes(folder.path() / "b.mp3", std::string("ID3\3\0\0", 6) + synchsafe(frame.size() + title.size()) + title +
                                         frame + bytes_of(folder.path() / "a.mp3"));
  const Decoded d = decode(folder.path() / "b.mp3");
  ASSERT_TRUE(d.is_kept()) << d;
  EXPECT_EQ(d.song.tags.title, "Title");
}

}  // namespace
}  // namespace songscape
