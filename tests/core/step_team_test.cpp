#include "core/step_team.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace songscape {
namespace {

TEST(StepTeam, EveryMemberTakesItsPartOfEveryJob) {
  for (const int size : {1, 2, 3}) {
    StepTeam team(size);
    ASSERT_EQ(team.size(), size);
    std::vector<int> n_calls(static_cast<size_t>(size), 0);
    for (int job = 0; job < 40; ++job) team.run([&](int member) { ++n_calls[static_cast<size_t>(member)]; });
    EXPECT_EQ(n_calls, std::vector<int>(static_cast<size_t>(size), 40));
  }
}

TEST(StepTeam, NobodyGoesOnBeforeAllHaveWaited) {
  StepTeam team(3);
  std::vector<int> stage(3, 0);
  int n_wrong = 0;
  for (int job = 0; job < 10; ++job)
    team.run([&](int member) {
      for (int step = 1; step <= 20; ++step) {
        stage[static_cast<size_t>(member)] = 20 * job + step;
        team.wait();
        if (member == 0)
          for (const int s : stage) n_wrong += s != 20 * job + step;
        team.wait();
      }
    });
  EXPECT_EQ(n_wrong, 0);
}

TEST(StepTeam, WhatMembersWriteIsSeenAfterTheJob) {
  StepTeam team(2);
  std::vector<double> values(1000);
  for (int job = 1; job < 40; ++job) {
    team.run([&](int member) {
      const TeamPart part = part_of_team(1000, member, 2);
      for (int64_t i = part.first; i < part.last; ++i) values[static_cast<size_t>(i)] = job;
    });
    EXPECT_EQ(std::accumulate(values.begin(), values.end(), 0.0), 1000.0 * job);
  }
}

TEST(StepTeam, PartsCoverEverythingOnceInWholeUnits) {
  for (const int64_t n : {0, 1, 7, 16, 773})
    for (const int size : {1, 2, 3, 8})
      for (const int64_t unit : {1, 4}) {
        int64_t next = 0;
        for (int member = 0; member < size; ++member) {
          const TeamPart part = part_of_team(n, member, size, unit);
          EXPECT_EQ(part.first, next);
          EXPECT_TRUE(part.first % unit == 0 || part.first == n);
          next = part.last;
        }
        EXPECT_EQ(next, n);
      }
}

}  // namespace
}  // namespace songscape
