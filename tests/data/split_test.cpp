#include "data/split.h"

#include <gtest/gtest.h>

#include <set>

#include "core/error.h"
#include "data/library_index.h"
#include "data/tiny_library.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

std::vector<SplitItem> items_of_groups(const std::vector<int32_t>& groups) {
  std::vector<SplitItem> items;
  for (size_t i = 0; i < groups.size(); ++i) items.push_back({groups[i], "song " + std::to_string(i)});
  return items;
}

TEST(Split, NeverPartsAGroup) {
  std::vector<int32_t> groups;
  for (int i = 0; i < 300; ++i) groups.push_back(i % 70);
  const Split split = split_by_group(items_of_groups(groups));
  std::set<int32_t> in_train, in_validation;
  for (const int64_t i : split.train) in_train.insert(groups[static_cast<size_t>(i)]);
  for (const int64_t i : split.validation) in_validation.insert(groups[static_cast<size_t>(i)]);
  for (const int32_t g : in_validation) EXPECT_FALSE(in_train.contains(g));
  EXPECT_EQ(split.train.size() + split.validation.size(), 300u);
  EXPECT_LE(split.validation.size(), 60u);
  EXPECT_GE(split.validation.size(), 56u);
  EXPECT_FALSE(split.groups_were_cut);
}

TEST(Split, DoesNotDependOnTheOrderOrNumberingOfGroups) {
  const std::vector<SplitItem> items = items_of_groups({0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
  std::vector<SplitItem> other(items.rbegin(), items.rend());
  for (SplitItem& i : other) i.group = 100 - i.group;
  const auto keys = [](const std::vector<SplitItem>& from, const Split& split) {
    std::set<std::string> out;
    for (const int64_t i : split.validation) out.insert(from[static_cast<size_t>(i)].key);
    return out;
  };
  EXPECT_EQ(keys(items, split_by_group(items)), keys(other, split_by_group(other)));
}

TEST(Split, ChangesWithTheSeed) {
  std::vector<int32_t> groups(40);
  for (int i = 0; i < 40; ++i) groups[static_cast<size_t>(i)] = i;
  const std::vector<SplitItem> items = items_of_groups(groups);
  EXPECT_NE(split_by_group(items, 0.2, 0).validation, split_by_group(items, 0.2, 1).validation);
  EXPECT_EQ(split_by_group(items, 0.2, 1).validation, split_by_group(items, 0.2, 1).validation);
}

TEST(Split, TakesTheSmallestGroupWhereAllAreLarge) {
  const Split split = split_by_group(items_of_groups({0, 0, 0, 1, 1, 0, 0, 1, 0}));
  EXPECT_EQ(split.validation, (std::vector<int64_t>{3, 4, 7}));
}

TEST(Split, CutsTheOnlyGroupAndSaysSo) {
  const Split split = split_by_group(items_of_groups({0, 0, 0, 0, 0}));
  EXPECT_TRUE(split.groups_were_cut);
  EXPECT_EQ(split.validation.size(), 1u);
}

TEST(Split, TrainsOnTheOnlyItemOfAllAndOnNoneOfNone) {
  EXPECT_EQ(split_by_group(items_of_groups({0})).train.size(), 1u);
  EXPECT_TRUE(split_by_group({}).train.empty());
}

TEST(Folds, PutEverySongIntoOneValidationPartAndNeverPartAGroup) {
  std::vector<int32_t> groups;
  for (int i = 0; i < 300; ++i) groups.push_back(i % 70);
  const std::vector<Split> folds = folds_by_group(items_of_groups(groups), 5);
  std::vector<int> n_times(300, 0), fold_of_group(70, -1);
  for (size_t f = 0; f < folds.size(); ++f) {
    EXPECT_NEAR(static_cast<double>(folds[f].validation.size()), 60, 4);
    EXPECT_EQ(folds[f].train.size() + folds[f].validation.size(), 300u);
    for (const int64_t i : folds[f].validation) {
      ++n_times[static_cast<size_t>(i)];
      int& fold = fold_of_group[static_cast<size_t>(groups[static_cast<size_t>(i)])];
      EXPECT_TRUE(fold == -1 || fold == static_cast<int>(f));
      fold = static_cast<int>(f);
    }
  }
  for (const int n : n_times) EXPECT_EQ(n, 1);
}

TEST(Folds, RefuseFewerGroupsThanFolds) { EXPECT_THROW(folds_by_group(items_of_groups({0, 0, 1, 1}), 5), Error); }

TEST(Split, OfSongsBecomesOneOfClips) {
  const TemporaryFolder folder;
  make_tiny_library(folder.path() / "t.songscape");
  const LibraryIndex index(folder.path() / "t.songscape");
  const Split clips = clips_of_split(index, {.train = {0, 2}, .validation = {1}, .groups_were_cut = true});
  EXPECT_EQ(clips.train, (std::vector<int64_t>{0, 1, 3}));
  EXPECT_EQ(clips.validation, (std::vector<int64_t>{2}));
  EXPECT_TRUE(clips.groups_were_cut);
}

TEST(Split, GivesTheClipsOfItsSongs) {
  const TemporaryFolder folder;
  make_tiny_library(folder.path() / "x");
  const LibraryIndex index(folder.path() / "x");
  const Split split = split_songs(index);
  EXPECT_EQ(split.train.size(), 2u);
  EXPECT_EQ(clips_of_songs(index, std::vector<int64_t>{2, 0}), (std::vector<int64_t>{0, 1, 3}));
}

}  // namespace
}  // namespace songscape
