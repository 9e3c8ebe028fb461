#include "metrics/collapse.h"

#include <gtest/gtest.h>

#include <limits>

namespace songscape {
namespace {

TEST(CollapseWarning, NamesTightGroupsThatFollowNoLabel) {
  const auto warning = collapse_warning({.silhouette = .935, .ari = .004});
  ASSERT_TRUE(warning);
  EXPECT_NE(warning->find("silhouette 0.94"), std::string::npos) << *warning;
  EXPECT_NE(warning->find("ARI 0.004"), std::string::npos) << *warning;
}

TEST(CollapseWarning, NamesFewActiveDimensions) {
  const auto warning = collapse_warning({.silhouette = .2, .ari = .4, .n_active_units = 3, .n_latents = 128});
  ASSERT_TRUE(warning);
  EXPECT_NE(warning->find("3 of 128"), std::string::npos);
}

TEST(CollapseWarning, IsSilentWhereGroupsFollowLabelsOrAreLooseOrLabelsAreMissing) {
  EXPECT_FALSE(collapse_warning({.silhouette = .935, .ari = .4, .n_active_units = 60, .n_latents = 128}));
  EXPECT_FALSE(collapse_warning({.silhouette = .1, .ari = .004}));
  EXPECT_FALSE(collapse_warning({.silhouette = .9, .ari = std::numeric_limits<double>::quiet_NaN()}));
}

}  // namespace
}  // namespace songscape
