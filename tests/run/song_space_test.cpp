// Songs found by songs.
#include "run/song_space.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "run/collection.h"
#include "run/find_song.h"
#include "run/neighbour_labels.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

std::string usage_error(const auto& job) {
  try {
    job();
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage) << e.what();
    return e.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

std::shared_ptr<const LibraryIndex> numbered_songs(const fs::path& folder, int n) {
  std::vector<CollectedSong> songs;
  for (int i = 0; i < n; ++i)
    songs.push_back({.path = "song" + std::to_string(100 + i) + ".wav",
                     .title = "Title " + std::to_string(i),
                     .genre = i % 2 ? "odd" : "even"});
  return make_collection(folder / "n.songscape", {}, songs);
}

std::vector<int64_t> songs_in(const std::vector<FoundSong>& found) {
  std::vector<int64_t> songs;
  for (const FoundSong& f : found) songs.push_back(f.song);
  return songs;
}

// n songs on a circle, song i at i / n of it, further out by turns: only directions tell them apart evenly.
class CircleTest : public testing::Test {
 protected:
  static constexpr int kOnCircle = 12;
  CircleTest() : library_(numbered_songs(folder_.path(), kOnCircle)), latents_(kOnCircle, 2) {
    for (int i = 0; i < kOnCircle; ++i) {
      const double angle = 2 * 3.14159265358979 * i / kOnCircle;
      latents_(i, 0) = static_cast<float>(std::cos(angle) + 5);
      latents_(i, 1) = static_cast<float>(std::sin(angle) - 3);
    }
    std::iota(recordings_.begin(), recordings_.end(), 0);
  }
  SongSpace space() const { return {library_, latents_, is_read_, recordings_}; }

  TemporaryFolder folder_;
  std::shared_ptr<const LibraryIndex> library_;
  Matrix latents_;
  std::vector<char> is_read_ = std::vector<char>(kOnCircle, 1);
  std::vector<int32_t> recordings_ = std::vector<int32_t>(kOnCircle);
};

TEST_F(CircleTest, TheNearestAreTheNeighboursOnBothSides) {
  const auto found = space().similar(3, 4);
  EXPECT_EQ((std::set<int64_t>{found[0].song, found[1].song}), (std::set<int64_t>{2, 4}));
  EXPECT_EQ((std::set<int64_t>{found[2].song, found[3].song}), (std::set<int64_t>{1, 5}));
  EXPECT_NEAR(found[0].distance, 1 - std::cos(3.14159265 / 6), 1e-5);
  EXPECT_EQ(space().similar(3, 100).size(), 11u);
  EXPECT_EQ(space().similar(3, 100).back().song, 9);
  EXPECT_NEAR(space().similar(3, 100).back().distance, 2, 1e-5);
}

TEST_F(CircleTest, HoldsOneOfARecordingAndNoneOfTheSongsOwn) {
  recordings_[4] = 3;
  recordings_[1] = 2;
  const auto found = songs_in(space().similar(3, 100));
  EXPECT_EQ(found.size(), 9u);
  EXPECT_EQ(found.front(), 2);
  for (const int64_t left_out : {1, 3, 4}) EXPECT_EQ(std::ranges::count(found, left_out), 0) << left_out;
}

TEST_F(CircleTest, LeavesOutWhatTheModelCannotRead) {
  is_read_[4] = 0;
  EXPECT_EQ(std::ranges::count(songs_in(space().similar(3, 100)), 4), 0);
  EXPECT_NE(usage_error([&] { space().find("song104.wav"); }).find("nothing that the run's model reads"),
            std::string::npos);
}

TEST_F(CircleTest, AMixtureOfOneIsWhatIsSimilarToIt) {
  EXPECT_EQ(songs_in(space().mix({5}, {}, 5)), songs_in(space().similar(5, 5)));
}

TEST_F(CircleTest, AMixtureLiesBetweenItsSongsAndAwayFromTheOthers) {
  EXPECT_EQ(space().mix({2, 4}, {}, 1).front().song, 3);
  EXPECT_EQ(space().mix({0}, {6}, 2).front().distance, space().mix({0}, {6}, 2).front().distance);
  const auto away = songs_in(space().mix({3}, {0}, 3));  // 3 is up, 0 right: up and left
  EXPECT_EQ(std::ranges::count(away, 4) + std::ranges::count(away, 5), 2);
  EXPECT_NE(usage_error([&] { space().mix({3}, {3}, 1); }).find("both sides"), std::string::npos);
  EXPECT_NE(usage_error([&] { space().mix({0, 6}, {}, 1); }).find("cancel out"), std::string::npos);
}

TEST_F(CircleTest, APathGoesForwardWithoutRepeating) {
  const auto path = space().path(0, 4, 5);
  EXPECT_EQ(songs_in(path), (std::vector<int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(path[0].distance, 0);
  for (size_t i = 1; i < path.size(); ++i) {
    EXPECT_NEAR(path[i].distance, 1 - std::cos(3.14159265 / 6), 1e-5);
    EXPECT_GT(path[i].progress, path[i - 1].progress);
  }
  EXPECT_EQ(path.back().progress, 1);
  EXPECT_EQ(songs_in(space().path(4, 0, 3)), (std::vector<int64_t>{4, 2, 0}));
  EXPECT_LT(space().path(0, 4, 500).size(), 13u);
}

TEST_F(CircleTest, APathNeedsTwoPlaces) {
  recordings_[4] = 3;
  EXPECT_NE(usage_error([&] { space().path(3, 3, 5); }).find("one recording"), std::string::npos);
  EXPECT_NE(usage_error([&] { space().path(3, 4, 5); }).find("one recording"), std::string::npos);
  latents_(6, 0) = latents_(5, 0), latents_(6, 1) = latents_(5, 1);
  EXPECT_NE(usage_error([&] { space().path(5, 6, 5); }).find("one place"), std::string::npos);
}

TEST_F(CircleTest, AnEmptySpaceSaysSo) {
  latents_ = Matrix(kOnCircle, 2, .5f);
  EXPECT_NE(usage_error([&] { space(); }).find("all songs lie at one place"), std::string::npos);
  is_read_.assign(kOnCircle, 0);
  is_read_[0] = 1;
  EXPECT_NE(usage_error([&] { space(); }).find("1 of 12 songs"), std::string::npos);
  is_read_.assign(kOnCircle, 1);
  latents_(0, 0) = .51f;
  testing::internal::CaptureStderr();
  space();
  EXPECT_NE(testing::internal::GetCapturedStderr().find("no dimension"), std::string::npos);
}

TEST(FindSong, TakesPathsFileNamesAndTitlesAndNamesWhatElseItMayBe) {
  const TemporaryFolder folder;
  const auto library = make_collection(folder.path() / "l.songscape", {},
                                       {{.path = "a/one.mp3", .title = "Blue"},
                                        {.path = "b/one.mp3", .title = "Green"},
                                        {.path = "b/two.mp3", .title = "Green"},
                                        {.path = "c/three.flac", .title = "two"}});
  EXPECT_EQ(find_song(*library, "b/one.mp3"), 1);
  EXPECT_EQ(find_song(*library, "three.flac"), 3);
  EXPECT_EQ(find_song(*library, "three"), 3);
  EXPECT_EQ(find_song(*library, "Blue"), 0);
  EXPECT_NE(usage_error([&] { find_song(*library, "one.mp3"); }).find("a/one.mp3, b/one.mp3"), std::string::npos);
  EXPECT_NE(usage_error([&] { find_song(*library, "Green"); }).find("2 songs"), std::string::npos);
  EXPECT_NE(usage_error([&] { find_song(*library, "two"); }).find("c/three.flac"), std::string::npos);
  EXPECT_NE(usage_error([&] { find_song(*library, "Bleu"); }).find("did you mean 'Blue'?"), std::string::npos);
  EXPECT_NE(usage_error([&] { find_song(*library, "nothing like it"); }).find("export labels"), std::string::npos);
}

TEST(NeighbourLabels, CountHowManyOfTheNearestShareTheLabel) {
  const TemporaryFolder folder;
  std::vector<CollectedSong> songs;
  for (int i = 0; i < 24; ++i)
    songs.push_back({.path = "song" + std::to_string(100 + i) + ".wav", .genre = i % 2 ? "odd" : "even"});
  const auto library = make_collection(folder.path() / "l.songscape", {}, songs);
  const auto labels = song_labels(*library);
  std::vector<int64_t> all(24);
  std::iota(all.begin(), all.end(), int64_t{0});
  Matrix perfect(24, 2), constant(24, 2, 1.f);
  for (int i = 0; i < 24; ++i) perfect(i, i % 2) = 1 + .01f * static_cast<float>(i);
  const auto rows = judge_neighbours("perfect", perfect, *library, all, labels);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].by_direction, 1);
  EXPECT_EQ(rows[0].by_distance, 1);
  EXPECT_NEAR(rows[0].chance, 11. / 23, 1e-9);
  EXPECT_NEAR(judge_neighbours("constant", constant, *library, all, labels)[0].by_distance, .5, .11);
  EXPECT_TRUE(judge_neighbours("one", perfect, *library, std::span(all).first(1), labels).empty());
}

TEST(NeighbourLabels, SongsOfOneArtistAreNoNeighbours) {
  const TemporaryFolder folder;
  std::vector<CollectedSong> songs;
  for (int i = 0; i < 24; ++i)
    songs.push_back({.path = "song" + std::to_string(100 + i) + ".wav", .genre = i < 12 ? "a" : "b", .group = i / 12});
  const auto library = make_collection(folder.path() / "l.songscape", {}, songs);
  Matrix places(24, 1);
  for (int i = 0; i < 24; ++i) places(i, 0) = static_cast<float>(i);
  std::vector<int64_t> all(24);
  std::iota(all.begin(), all.end(), int64_t{0});
  const auto rows = judge_neighbours("artists", places, *library, all, song_labels(*library));
  EXPECT_EQ(rows[0].by_distance, 0);
  EXPECT_EQ(rows[0].chance, 0);
}

}  // namespace
}  // namespace songscape
