#include "train/history.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

TEST(History, ComesBackFromItsFileToTheBit) {
  const TemporaryFolder folder;
  History h;
  h.add({{"epoch", 1}, {"loss", -1.0 / 3}});
  h.add({{"epoch", 2}, {"loss", 1e-300}, {"late", 5}});
  h.save(folder.path() / "h.csv");
  const History back = History::load(folder.path() / "h.csv");
  EXPECT_EQ(back.to_csv(), h.to_csv());
  EXPECT_EQ(back.column("loss"), (std::vector<double>{-1.0 / 3, 1e-300}));
  EXPECT_TRUE(std::isnan(back.column("late")[0]));
}

TEST(History, IsEmptyBeforeTheFirstEpoch) {
  const TemporaryFolder folder;
  History().save(folder.path() / "h.csv");
  EXPECT_EQ(History::load(folder.path() / "h.csv").n_rows(), 0u);
}

TEST(History, ACellThatIsNoNumberIsDamage) {
  const TemporaryFolder folder;
  publish_file(folder.path() / "h.csv", "epoch,loss\n1,many\n");
  EXPECT_THROW(History::load(folder.path() / "h.csv"), Error);
}

}  // namespace
}  // namespace songscape
