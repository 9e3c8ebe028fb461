// What clusters are called, and playlists of them.
#include "run/cluster_names.h"

#include <gtest/gtest.h>

#include <cmath>

#include "run/cluster_facts.h"
#include "run/collection.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

constexpr int kNamedSongs = 60;

// Two halves: loud rock about rivers, quiet jazz about fire.  Genres and words of the second half can be taken away.
std::shared_ptr<const LibraryIndex> two_halves(const fs::path& folder, bool is_told) {
  std::vector<CollectedSong> songs;
  for (int i = 0; i < kNamedSongs; ++i) {
    const bool is_first = i < kNamedSongs / 2;
    songs.push_back({.path = "song" + std::to_string(100 + i) + ".wav",
                     .lyrics = std::string("the night and ") + (!is_told   ? "song"
                                                                : is_first ? "river 42"
                                                                           : "fire x"),
                     .genre = !is_told   ? (i % 2 ? "p" : "q")
                              : is_first ? "rock"
                                         : "jazz",
                     .level = is_told && is_first ? .7f : .3f});
  }
  return make_collection(folder / "l.songscape", {}, songs);
}

SongGroups halves(int64_t n) {
  SongGroups g{"vae latents", "kmeans", "all", false, 2, {}, {}};
  for (int64_t i = 0; i < n; ++i) {
    g.songs.push_back(i);
    g.clusters.push_back(i < n / 2 ? 0 : 1);
  }
  return g;
}

TEST(ClusterNames, TellLabelsSoundAndWordsOfEachCluster) {
  const TemporaryFolder folder;
  const auto names = ClusterNamer(two_halves(folder.path(), true), 2).names(halves(kNamedSongs));
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].n_songs, kNamedSongs / 2);
  EXPECT_TRUE(names[0].name.starts_with("rock - loud")) << names[0].name;
  EXPECT_TRUE(names[0].name.ends_with(" - river")) << names[0].name;
  EXPECT_TRUE(names[1].name.starts_with("jazz - quiet")) << names[1].name;
  EXPECT_TRUE(names[1].name.ends_with(" - fire")) << names[1].name;
  ASSERT_EQ(names[0].words.size(), 1u) << "night is in both, 42 a number, x a letter";
  EXPECT_EQ(names[0].labels[0].evidence, "genre, 1 of them, none of the rest");
}

TEST(ClusterNames, AClusterWithNothingTellingHasItsNumber) {
  const TemporaryFolder folder;
  const auto names = ClusterNamer(two_halves(folder.path(), false), 1).names(halves(kNamedSongs));
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].name, "cluster 0");
  EXPECT_EQ(names[1].name, "cluster 1");
}

TEST(ClusterNames, EmptyClustersAreLeftOutAndNumbersStay) {
  const TemporaryFolder folder;
  SongGroups groups = halves(kNamedSongs);
  for (int32_t& c : groups.clusters) c = c == 0 ? 1 : 4;
  const auto names = ClusterNamer(two_halves(folder.path(), true), 1).names(groups);
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].cluster, 1);
  EXPECT_EQ(names[1].cluster, 4);
}

TEST(TellingThings, NeedThreeSongsAThirdOfTheClusterAndTwiceTheRest) {
  Holdings h{"word", {"mine", "rare", "common"}, std::vector<std::vector<int32_t>>(60), std::vector<char>(60, 1)};
  std::vector<int32_t> clusters(60, 1);
  for (int s = 0; s < 20; ++s) clusters[static_cast<size_t>(s)] = 0;
  for (size_t s = 0; s < 15; ++s) h.of_songs[s].push_back(0);  // .75 of the cluster
  for (size_t s = 0; s < 2; ++s) h.of_songs[s].push_back(1);
  for (size_t s = 0; s < 50; ++s) h.of_songs[s].push_back(2);
  const auto found = telling_things(h, clusters, 2, 3);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].cluster, 0);
  EXPECT_EQ(found[0].thing, 0);
  EXPECT_DOUBLE_EQ(found[0].share, .75);
  EXPECT_TRUE(std::isinf(found[0].times_the_rest));
  h.is_known.assign(60, 0);
  EXPECT_TRUE(telling_things(h, clusters, 2, 3).empty());
}

}  // namespace
}  // namespace songscape
