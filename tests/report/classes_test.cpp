#include "report/classes.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <tuple>

#include "core/error.h"
#include "examples.h"

namespace songscape {
namespace {

Classes of_size(int n) {
  Classes out;
  for (int i = 0; i < n; ++i) {
    out.names.push_back("class " + std::to_string(i));
    for (int k = 0; k <= i % 7; ++k) out.labels.push_back(i);
  }
  return out;
}

std::set<std::tuple<int, double, double, double>> looks(const Classes& classes) {
  std::set<std::tuple<int, double, double, double>> out;
  for (const Marker& m : class_markers(classes))
    out.insert({static_cast<int>(m.shape), m.fill.red, m.fill.green, m.fill.blue});
  return out;
}

TEST(Classes, markers_of_144_classes_all_differ) {
  EXPECT_EQ(looks(of_size(45)).size(), 45u);
  EXPECT_EQ(looks(of_size(144)).size(), 144u);
}

TEST(Classes, a_family_shares_its_colour_and_no_two_members_a_shape) {
  const Classes genres = examples::genres();
  const std::vector<Marker> markers = class_markers(genres);
  EXPECT_EQ(looks(genres).size(), 45u);
  for (size_t i = 0; i < 45; ++i)
    for (size_t j = 0; j < 45; ++j)
      EXPECT_EQ(markers[i].fill == markers[j].fill, genres.family_of[i] == genres.family_of[j]) << i << " " << j;
}

TEST(Classes, more_families_than_colours_still_differ) {
  Classes many = of_size(60);
  for (int f = 0; f < 20; ++f) many.families.push_back("family " + std::to_string(f));
  for (int i = 0; i < 60; ++i) many.family_of.push_back(i % 20);
  EXPECT_EQ(looks(many).size(), 60u);
}

TEST(Classes, folding_keeps_every_song) {
  const Classes folded = fold_small_classes(of_size(300), 100);
  EXPECT_EQ(folded.names.size(), 100u);
  EXPECT_EQ(folded.names.back(), "other (201 classes)");
  const std::vector<int64_t> counts = folded.counts();
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), int64_t{0}),
            static_cast<int64_t>(of_size(300).labels.size()));
  EXPECT_EQ(fold_small_classes(of_size(100), 100).names, of_size(100).names);
}

TEST(Classes, songs_without_a_label_are_counted_apart) {
  const Classes c{.names = {"a", "b"}, .labels = {0, -1, 1, -1, 1}};
  EXPECT_EQ(c.counts(), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(c.n_unlabelled(), 2);
}

TEST(Classes, a_label_that_names_no_class_is_refused) {
  const Classes c{.names = {"a"}, .labels = {0, 1}};
  EXPECT_THROW(c.counts(), Error);
}

TEST(Classes, an_empty_clustering_has_no_classes) { EXPECT_TRUE(numbered_classes({}).names.empty()); }

}  // namespace
}  // namespace songscape
