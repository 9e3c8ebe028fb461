#include "study/trial_figures.h"

#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

TEST(ConvergedEpoch, IsTheFirstWithinAHundredthOfTheDropOfTheLast) {
  EXPECT_EQ(converged_epoch({100, 10, 1, .9, .5, 0}), 3);
  EXPECT_EQ(converged_epoch({5}), 1);
  EXPECT_EQ(converged_epoch({1, 1, 1}), 1);
  EXPECT_EQ(converged_epoch({10, -5, 0}), 3);  // below the last one is not near it
  EXPECT_TRUE(std::isnan(converged_epoch({})));
  EXPECT_TRUE(std::isnan(converged_epoch({1, std::nan("")})));
}

TEST(TrialFigures, OfAHistoryAreThoseOfTheBestEpochButTheLastLoss) {
  History history;
  for (int e = 1; e <= 5; ++e)
    history.add({{"validation_loss", 10.0 - e},
                 {"validation_kl", static_cast<double>(e)},
                 {"validation_audio", 2.0},
                 {"validation_text", 3.0},
                 {"validation_mse", .1 * e},
                 {"n_active", 4}});
  Figures figures;
  add_history_figures(history, 2, figures);
  EXPECT_EQ(figures.at("final_loss"), 5);
  EXPECT_EQ(figures.at("kl_divergence"), 2);
  EXPECT_EQ(figures.at("negative_elbo"), 7);
  EXPECT_NEAR(figures.at("reconstruction_loss"), .2, 1e-12);
  EXPECT_EQ(figures.at("converged_epoch"), 5);
}

TEST(SongRows, OfSeveralClipsAreAveragedOverTheirSong) {
  const SongRows rows{nullptr, {0, 0, 1, 2, 2}, 3};
  EXPECT_EQ(rows.rows_of({2, 0}), (std::vector<int64_t>{0, 1, 3, 4}));
  Matrix values(3, 1);
  values(0, 0) = 1, values(1, 0) = 3, values(2, 0) = 7;
  const Matrix songs = rows.mean_over_rows({0, 1, 4}, values);
  EXPECT_EQ(songs.values, (std::vector<float>{2, 0, 7}));
}

TEST(TrialFigures, OfGroupsAreOfHeldOutSongs) {
  TrialData data;
  data.label = {"genre", {"a", "b"}, {}};
  Matrix songs(40, 2);
  for (int64_t s = 0; s < 40; ++s) {
    (s < 30 ? data.train_songs : data.held_out).push_back(s);
    data.label.codes.push_back(static_cast<int32_t>(s % 2));
    songs(s, 0) = static_cast<float>(s % 2 * 10 + .01 * s);
  }
  Figures figures;
  add_grouping_figures(data, songs, 1, figures);
  EXPECT_NEAR(figures.at("ari"), 1, 1e-12);
  EXPECT_EQ(figures.at("n_clusters"), 2);
  EXPECT_GT(figures.at("train_silhouette"), .9);
  data.label = {};
  add_grouping_figures(data, songs, 1, figures);
  EXPECT_TRUE(std::isnan(figures.at("ari")));
  EXPECT_EQ(figures.at("n_clusters"), 2);  // by silhouette
}

}  // namespace
}  // namespace songscape
