#include "study/comparison.h"

#include <gtest/gtest.h>

#include "study/contests.h"
#include "study/made_runs.h"
#include "study/tables.h"

namespace songscape {
namespace {

TEST(Comparison, MakesOneVariantOfRunsThatDifferBySeedAlone) {
  Comparison c = made_comparison({{.seed = 2}, {.seed = 1}, {.model = "basic_vae"}});
  ASSERT_EQ(c.variants.size(), 2u);
  EXPECT_EQ(c.variants[0].name, "basic_vae");
  EXPECT_EQ(c.variants[1].name, "conv_vae");
  EXPECT_EQ(c.variants[1].runs, (std::vector<size_t>{1, 0}));  // by seed
  EXPECT_TRUE(c.differing.empty());
  c.runs[0].facts.settings["loss.beta"] = "4";
  c.runs[1].facts.settings["loss.beta"] = "1";
  c.runs[2].facts.settings["n_layers"] = "3";  // of the other model alone
  estimate(c, 1);
  ASSERT_EQ(c.variants.size(), 3u);
  EXPECT_EQ(c.variants[1].name, "conv_vae (loss.beta 1)");
  EXPECT_EQ(c.variants[2].name, "conv_vae (loss.beta 4)");
  EXPECT_EQ(c.differing, std::vector<std::string>{"loss.beta"});
}

TEST(Comparison, GivesTheMeanOverSeedsWithAnIntervalThatHoldsIt) {
  const Comparison c = made_comparison({{.seed = 1, .mse = .010}, {.seed = 2, .mse = .012}, {.seed = 3, .mse = .014}});
  const Estimate* mse = c.variants[0].find(figure::kMse);
  ASSERT_NE(mse, nullptr);
  EXPECT_NEAR(mse->value, .012, 1e-4);
  EXPECT_EQ(mse->n_seeds, 3);
  EXPECT_EQ(mse->n_songs, kMadeSongs);
  EXPECT_LT(mse->low, .0115);  // the seeds' spread is in it
  EXPECT_GT(mse->high, .0125);
  EXPECT_NEAR(c.variants[0].find(figure::kOnset)->value, .7, 1e-12);  // a song without a figure is left out
}

TEST(Comparison, HasNoSeedIntervalForOneSeed) {
  const Comparison c = made_comparison({{.seed = 1}});
  const Estimate* hours = c.variants[0].find(figure::kHours);
  ASSERT_NE(hours, nullptr);
  EXPECT_TRUE(std::isnan(hours->low));
  EXPECT_EQ(hours->n_seeds, 1);
  EXPECT_FALSE(std::isnan(c.variants[0].find(figure::kMse)->low));  // over songs there is one
}

TEST(Comparison, SetsEachModelBesideItsBestControlUnderTheSameClusterer) {
  const Comparison better = made_comparison({{.right = .8}}), worse = made_comparison({{.right = .1}});
  ASSERT_EQ(better.variants[0].wins.size(), 1u);
  EXPECT_EQ(better.variants[0].wins[0].control, "39 features");
  EXPECT_TRUE(better.variants[0].wins[0].wins());
  EXPECT_TRUE(worse.variants[0].wins[0].loses());
  const Comparison equal = made_comparison({{.right = .4}});
  EXPECT_FALSE(equal.variants[0].wins[0].wins() && equal.variants[0].wins[0].loses());
}

TEST(Contests, RankVariantsByFigureAndTellWhetherTheLeadIsClear) {
  const Comparison c = made_comparison(
      {{.model = "conv_vae", .mse = .010}, {.model = "basic_vae", .mse = .015}, {.model = "vade", .mse = .0101}});
  const ContestResult r = hold_contest(c, contests("genre")[0], "compact", 1);
  ASSERT_EQ(r.placings.size(), 3u);
  EXPECT_EQ(c.variants[r.placings[0].variant].name, "conv_vae");
  EXPECT_EQ(c.variants[r.placings[2].variant].name, "basic_vae");
  ASSERT_TRUE(r.lead);
  EXPECT_NEAR(r.lead->value, .0001, 1e-9);
  EXPECT_TRUE(r.is_clear());  // every song agrees
  EXPECT_EQ(hold_contest(c, contests("genre")[0], "spec", 1).placings.size(), 0u);
}

TEST(Contests, KeepModelsThatWereTaughtALabelOutOfUnsupervisedClustering) {
  Comparison c = made_comparison({{.model = "conv_vae", .right = .5}, {.model = "cvae", .right = .9}});
  c.runs[1].facts.condition = "genre";
  estimate(c, 1);
  for (const Contest& contest : contests("genre")) {
    const ContestResult r = hold_contest(c, contest, "compact", 1);
    if (contest.name == "unsupervised clustering") {
      ASSERT_EQ(r.placings.size(), 1u);
      EXPECT_EQ(c.variants[r.placings[0].variant].model, "conv_vae");
    }
    if (contest.name == "supervised clustering") {
      ASSERT_EQ(r.placings.size(), 1u);
      EXPECT_EQ(c.variants[r.placings[0].variant].model, "cvae");
    }
  }
}

TEST(StudyTables, HoldARowARunAndARowAVariant) {
  const Comparison c = made_comparison({{.seed = 1}, {.seed = 2}, {.model = "basic_vae"}});
  EXPECT_EQ(model_comparison_table(c).rows.size(), 3u);
  EXPECT_EQ(comparison_table(c).rows.size(), 2u);
  EXPECT_EQ(overview_table(c).rows.size(), 2u);
  EXPECT_EQ(controls_table(c).rows.size(), 2u);
}

}  // namespace
}  // namespace songscape
