#include "study/ablation_summary.h"

#include <gtest/gtest.h>

#include <cmath>

#include "study/ablation_tables.h"
#include "study/ablation_text.h"

namespace songscape {
namespace {

AblationRequest made_request(AblationSearch search = AblationSearch::each) {
  AblationRequest r;
  r.model = "basic_vae";
  r.sweeps = {parse_sweep("latent_dim=4,8,16"), parse_sweep("beta=1,4")};
  r.search = search;
  r.n_seeds = 3;
  return r;
}

// A figure that is `of` of the setting, and .01 to either side of it by seed.
template <class Of>
AblationRecords made_records(const AblationPlan& plan, const std::string& figure, const Of& of) {
  AblationRecords records{plan.settings(), plan.settings(), {}};
  for (const Setting& s : plan.settings())
    for (int seed = 1; seed <= 3; ++seed) {
      TrialRecord r{.trial = {s, seed}, .state = TrialState::finished, .n_attempts = 1};
      r.figures[figure] = of(s) + .01 * (seed - 2);
      records.trials.push_back(std::move(r));
    }
  return records;
}

double latent_dim(const Setting& s) { return static_cast<double>(std::get<int64_t>(s.swept.at("latent_dim"))); }

bool holds(const std::vector<std::string>& sentences, const std::string& text) {
  for (const std::string& s : sentences)
    if (s.find(text) != std::string::npos) return true;
  return false;
}

TEST(AblationSummary, HasTheDocumentsColumnsFirst) {
  const AblationRequest r = made_request();
  const AblationPlan plan(r, {});
  const auto records = made_records(plan, "silhouette", [](const Setting& s) { return latent_dim(s) / 100; });
  const AblationSummary summary = summarise_ablation(r, plan, records);
  const Table table = sweep_table(summary.sweeps[0]);
  const std::vector<std::string> first(table.columns.begin(), table.columns.begin() + 9);
  EXPECT_EQ(first, (std::vector<std::string>{"latent_dim", "silhouette", "davies_bouldin", "calinski_harabasz", "ari",
                                             "nmi", "purity", "train_time_sec", "n"}));
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_NEAR(std::get<double>(table.rows[2][1]), .16, 1e-9);
  EXPECT_EQ(summary.sweeps[0].file_name(), "latent_dim_sweep");
  EXPECT_EQ(sweep_table(summary.sweeps[1]).columns.front(), "beta");
  EXPECT_EQ(sweep_table(summary.sweeps[1]).columns[5], "disentanglement_score");
}

TEST(AblationSummary, TellsDifferencesFromTheNoiseOfSeeds) {
  const FigureSummary a{.mean = 1, .sd = .1, .n = 3}, b{.mean = 1.1, .sd = .1, .n = 3}, c{.mean = 2, .sd = .1, .n = 3};
  EXPECT_FALSE(differ(a, b));
  EXPECT_TRUE(differ(a, c));
  EXPECT_NEAR(seed_noise(a, b), 2.776 * .1 * std::sqrt(2.0 / 3), 1e-6);  // 4 degrees of freedom
  EXPECT_TRUE(std::isnan(seed_noise(a, {.mean = 1, .sd = std::nan(""), .n = 1})));
}

TEST(AblationSummary, PicksTheLowestNegativeElboAndSaysWhatItIsNotToldFrom) {
  const AblationRequest r = made_request();
  const AblationPlan plan(r, {});
  const auto records = made_records(plan, "negative_elbo", [](const Setting& s) {
    return latent_dim(s) == 8 ? 1.0 : latent_dim(s) == 16 ? 1.005 : 3.0;
  });
  const AblationSummary summary = summarise_ablation(r, plan, records);
  ASSERT_TRUE(summary.best);
  EXPECT_EQ(summary.finalists[*summary.best].setting.name, "basic_vae-latent_dim=8");
  EXPECT_TRUE(holds(best_sentences(summary), "The seeds do not tell it from: basic_vae-latent_dim=16"));
}

TEST(AblationSummary, WithoutElboTheLastLossDecides) {
  const AblationRequest r = made_request();
  const AblationPlan plan(r, {});
  const auto records = made_records(plan, "final_loss", [](const Setting& s) { return latent_dim(s); });
  EXPECT_EQ(summarise_ablation(r, plan, records).criterion, "final_loss");
}

TEST(AblationText, SaysWhereAFigureGoesAndWhatTheSeedsDoNotTell) {
  const AblationRequest r = made_request();
  const AblationPlan plan(r, {});
  const auto falling = made_records(plan, "silhouette", [](const Setting& s) { return 1 - latent_dim(s) / 20; });
  const auto text = sweep_sentences(summarise_ablation(r, plan, falling).sweeps[0]);
  EXPECT_TRUE(holds(text, "Silhouette falls from 0.8 ± 0.01 at 4 to 0.2 ± 0.01 at 16, at every step; best at 4"))
      << text.front();
  const auto flat = made_records(plan, "silhouette", [](const Setting& s) { return .4 + 1e-4 * latent_dim(s); });
  const auto same = sweep_sentences(summarise_ablation(r, plan, flat).sweeps[0]);
  EXPECT_TRUE(holds(same, "which the seeds do not tell apart")) << same.front();
}

TEST(AblationText, WarnsOfTightGroupsThatDoNotFollowTheLabels) {
  const AblationRequest r = made_request();
  const AblationPlan plan(r, {});
  auto records = made_records(plan, "silhouette", [](const Setting&) { return .9; });
  for (TrialRecord& t : records.trials) t.figures["ari"] = .01;
  EXPECT_TRUE(holds(collapse_sentences(summarise_ablation(r, plan, records).sweeps[0]), "may have collapsed"));
}

TEST(AblationText, JudgesTheDocumentsPromises) {
  const AblationRequest r = made_request();
  const AblationPlan plan(r, {});
  const auto records = made_records(plan, "negative_elbo", [](const Setting& s) { return latent_dim(s); });
  const auto claims = ablation_claims(summarise_ablation(r, plan, records));
  ASSERT_EQ(claims.size(), 5u);
  EXPECT_EQ(claims[0].verdict, "missed");  // 4 is better than 16
  EXPECT_EQ(claims[1].verdict, "not measured");
}

TEST(AblationSummary, AGridHasEffectsAndPairs) {
  const AblationRequest r = made_request(AblationSearch::grid);
  const AblationPlan plan(r, {});
  const auto records = made_records(plan, "silhouette", [](const Setting& s) { return latent_dim(s); });
  const AblationSummary summary = summarise_ablation(r, plan, records);
  ASSERT_TRUE(summary.has_pairs);
  EXPECT_EQ(summary.pairs.size(), 6u);
  EXPECT_GT(summary.effects[0].effect.share, .99);
  EXPECT_TRUE(holds(effect_sentences(summary), "latent_dim accounts for the largest share"));
  EXPECT_EQ(summary.sweeps[0].rows[0].group.n_finished, 6);
}

TEST(AblationSummary, FailedAndMissingTrialsAreCountedNotAveraged) {
  const AblationRequest r = made_request();
  const AblationPlan plan(r, {});
  auto records = made_records(plan, "silhouette", [](const Setting& s) { return latent_dim(s); });
  records.trials[0].state = TrialState::failed;
  records.trials[1].state = TrialState::not_started;
  const AblationSummary summary = summarise_ablation(r, plan, records);
  const TrialGroup& first = summary.sweeps[0].rows[0].group;
  EXPECT_EQ(first.n_failed, 1);
  EXPECT_EQ(first.n_not_started, 1);
  EXPECT_EQ(first.figures.at("silhouette").n, 1);
  EXPECT_TRUE(std::isnan(first.figures.at("silhouette").sd));
}

}  // namespace
}  // namespace songscape
