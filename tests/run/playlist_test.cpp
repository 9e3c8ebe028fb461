// Playlists as files.
#include "run/playlist.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/single_line.h"
#include "core/text.h"
#include "run/collection.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

std::string refusal(const auto& job, ExitCode expected = ExitCode::usage) {
  try {
    job();
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), expected) << e.what();
    return e.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

class PlaylistTest : public testing::Test {
 protected:
  fs::path folder() const { return fs::canonical(folder_.path()); }
  fs::path music() const { return folder() / "music"; }
  std::shared_ptr<const LibraryIndex> collect(const std::vector<CollectedSong>& songs) const {
    for (const CollectedSong& s : songs) {
      if (s.is_missing) continue;
      make_folder((music() / s.path).parent_path());
      publish_file(music() / s.path, "sound");
    }
    return make_collection(folder() / "l.songscape", music(), songs);
  }
  // The lines after #PLAYLIST.
  std::vector<std::string> lines_of(const std::vector<CollectedSong>& songs, const std::string& prefix = {},
                                    bool is_whole = true) const {
    const auto library = collect(songs);
    std::vector<int64_t> all;
    for (int64_t i = 0; i < library->n_songs(); ++i) all.push_back(i);
    make_folder(folder() / "lists");
    EXPECT_EQ(write_playlist(library, folder() / "lists/a.m3u8", prefix, "all\nof them", all), is_whole);
    const std::string text = read_file(folder() / "lists/a.m3u8");
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_TRUE(text.starts_with("#EXTM3U\n#PLAYLIST:all of them\n")) << text;
    std::vector<std::string> lines = split(text, '\n');
    return {lines.begin() + 2, lines.end() - 1};
  }
  TemporaryFolder folder_;
};
using Lines = std::vector<std::string>;

TEST_F(PlaylistTest, NamesSongsFromThePlaylistsFolder) {
  EXPECT_EQ(lines_of({{.path = "rock/a.mp3", .title = "Song, one", .artist = "Ärzte"},
                      {.path = "rock/b.mp3", .title = "Untold", .duration_sec = 0},
                      {.path = "rock/c d.mp3", .artist = "Band"}}),
            (Lines{"#EXTINF:62,Ärzte - Song, one", "../music/rock/a.mp3", "#EXTINF:-1,Untold", "../music/rock/b.mp3",
                   "#EXTINF:62,Band - c d", "../music/rock/c d.mp3"}));
}

TEST_F(PlaylistTest, KeepsTitlesOnOneLine) {
  EXPECT_EQ(
      lines_of({{.path = "a.mp3", .title = "one\r\n#EXTINF:9,two\x1b[31m\xe2\x80\xa8three  ", .artist = "x\ty"}})[0],
      "#EXTINF:62,x y - one #EXTINF:9,two [31m three");
}

TEST_F(PlaylistTest, APathNeverReadsAsAComment) {
  const std::vector<CollectedSong> songs = {{.path = "#1.mp3", .title = "One"}};
  const std::string prefix = music().string() + "=";
  EXPECT_EQ(lines_of(songs, prefix)[1], "./#1.mp3");
}

TEST_F(PlaylistTest, WritesAnotherFolderInPlaceOfTheSongs) {
  const std::vector<CollectedSong> songs = {{.path = "rock/a.mp3"}};
  const auto path = [&](const std::string& prefix) {
    fs::remove_all(folder() / "l.songscape");
    fs::remove_all(folder() / "lists");
    return lines_of(songs, prefix)[1];
  };
  EXPECT_EQ(path(music().string() + "=/mnt/usb"), "/mnt/usb/rock/a.mp3");
  EXPECT_EQ(path(music().string() + "/=/mnt/usb/"), "/mnt/usb/rock/a.mp3");
  EXPECT_EQ(path(music().string() + "=D:\\Music"), "D:\\Music\\rock\\a.mp3");
  EXPECT_EQ(path(folder().string() + "=/home"), "/home/music/rock/a.mp3");
  EXPECT_EQ(path(music().string() + "="), "rock/a.mp3");
  EXPECT_EQ(path((music() / "pop").string() + "=/x"), "../music/rock/a.mp3");
}

TEST_F(PlaylistTest, SaysWhichPrefixWouldDo) {
  const auto library = collect({{.path = "a.mp3"}});
  const auto said = [&](const std::string& prefix) {
    return refusal([&] { PlaylistWriter(library, folder() / "lists", prefix); });
  };
  EXPECT_NE(said("/nowhere=/x").find(music().string() + "=/x"), std::string::npos);
  EXPECT_NE(said(music().string() + "al=/x").find("no song lies below"), std::string::npos);
  EXPECT_NE(said("nothing").find("old=new"), std::string::npos);
  EXPECT_NE(said("=new").find("old=new"), std::string::npos);
}

TEST_F(PlaylistTest, KeepsSongsWhoseFileIsGoneAndLeavesOutWhatNoLineCanName) {
  testing::internal::CaptureStderr();
  const Lines lines =
      lines_of({{.path = "a\nb.mp3"}, {.path = "c\xff.mp3"}, {.path = "d.mp3", .is_missing = true}}, {}, false);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines, (Lines{"#EXTINF:62,d", "../music/d.mp3"}));
  EXPECT_NE(said.find("1 song in the playlist whose file is not there: d.mp3"), std::string::npos) << said;
  EXPECT_NE(said.find("2 songs left out"), std::string::npos) << said;
  EXPECT_NE(said.find("a\\nb.mp3, c\\xff.mp3"), std::string::npos) << said;
}

TEST_F(PlaylistTest, SaysWhereTheWholeFolderIsGone) {
  const auto library = collect({{.path = "a.mp3"}});
  fs::remove_all(music());
  testing::internal::CaptureStderr();
  EXPECT_TRUE(write_playlist(library, folder() / "a.m3u8", {}, "all", std::vector<int64_t>{0}));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("--path-prefix"), std::string::npos);
}

TEST_F(PlaylistTest, NeverOverwritesAndWritesWhereItMay) {
  const auto library = collect({{.path = "a.mp3"}});
  const auto said = [&](const fs::path& file) {
    return refusal([&] { write_playlist(library, file, {}, "all", std::vector<int64_t>{0}); });
  };
  publish_file(folder() / "mine.m3u8", "mine");
  EXPECT_NE(said(folder() / "mine.m3u8").find("exists already"), std::string::npos);
  EXPECT_EQ(read_file(folder() / "mine.m3u8"), "mine");
  EXPECT_NE(said(folder() / "a.txt").find(".m3u8"), std::string::npos);
  EXPECT_NE(said(library->path() / "a.m3u8").find("inside the library"), std::string::npos);
}

TEST_F(PlaylistTest, NeedsSongsThatCanBePlayedAndTheirFolder) {
  const auto texts =
      make_collection(folder() / "t.songscape", music(), {{.path = "poem", .lyrics = "la", .has_audio = false}});
  EXPECT_NE(refusal([&] { PlaylistWriter(texts, folder(), {}); }).find("texts only"), std::string::npos);
  const auto moved = make_collection(folder() / "m.songscape", {}, {{.path = "a.mp3"}});
  EXPECT_NE(refusal([&] { PlaylistWriter(moved, folder(), {}); }, ExitCode::damaged).find("catalogue"),
            std::string::npos);
}

TEST(FileNames, AreSafeOnEverySystem) {
  EXPECT_EQ(safe_in_file_name("AC/DC: \"live\" <1>|2?*\\"), "AC_DC_ _live_ _1__2___");
  EXPECT_EQ(safe_in_file_name(" ..a.b.. "), "a.b");
  EXPECT_EQ(safe_in_file_name("a\nb"), "a b");
  EXPECT_EQ(safe_in_file_name("..."), "");
  std::string heart;
  for (int i = 0; i < 60; ++i) heart += "♥";
  EXPECT_EQ(safe_in_file_name(heart).size(), 99u);
}

TEST(SingleLine, KeepsLettersOfAllScripts) {
  EXPECT_EQ(single_line("می‌روم नीला"), "می‌روم नीला");
  EXPECT_EQ(single_line("\xc2\x85 a\xff\x7f\x01"
                        "b "),
            "a\xef\xbf\xbd b");
  EXPECT_EQ(single_line("\n\t"), "");
}

}  // namespace
}  // namespace songscape
