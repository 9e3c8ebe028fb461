#include "stats/folds.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/random.h"

namespace songscape {
namespace {

TEST(GroupFolds, KeepGroupsTogetherAndFoldsEven) {
  Random random(1);
  std::vector<int32_t> groups;
  for (int i = 0; i < 1000; ++i) groups.push_back(static_cast<int32_t>(random.below(120)) - 60);
  const std::vector<int32_t> folds = group_folds(groups, 5, 7);
  std::map<int32_t, std::set<int32_t>> folds_of_group;
  std::map<int32_t, int> sizes;
  for (size_t i = 0; i < groups.size(); ++i) {
    folds_of_group[groups[i]].insert(folds[i]);
    ++sizes[folds[i]];
  }
  for (const auto& [group, its_folds] : folds_of_group) EXPECT_EQ(its_folds.size(), 1u) << group;
  ASSERT_EQ(sizes.size(), 5u);
  for (const auto& [fold, size] : sizes) EXPECT_NEAR(size, 200, 5) << fold;
  EXPECT_EQ(group_folds(groups, 5, 7), folds);
  EXPECT_NE(group_folds(groups, 5, 8), folds);
}

TEST(GroupFolds, RowsInsideAndOutsideAFoldAreAllRows) {
  const std::vector<int32_t> folds = {0, 1, 0, 2};
  EXPECT_EQ(rows_in_fold(folds, 0), (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(rows_outside_fold(folds, 0), (std::vector<int64_t>{1, 3}));
}

TEST(GroupFolds, FewerGroupsThanFoldsLeaveFoldsEmpty) {
  const std::vector<int32_t> folds = group_folds(std::vector<int32_t>{4, 4, 9}, 5, 0);
  EXPECT_EQ(folds[0], folds[1]);
  EXPECT_NE(folds[0], folds[2]);
  EXPECT_TRUE(group_folds({}, 3, 0).empty());
}

}  // namespace
}  // namespace songscape
