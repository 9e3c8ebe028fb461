#include "study/claims.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "study/made_runs.h"

namespace songscape {
namespace {

const ClaimRow& row_of(const std::vector<ClaimRow>& rows, const std::string& promise, const std::string& size = "") {
  for (const ClaimRow& r : rows)
    if (r.claim.promise == promise && (size.empty() || r.size == size)) return r;
  throw std::runtime_error("no claim: " + promise);
}

TEST(Claims, AreMetOrMissedByTheMeasuredFigureAlone) {
  const auto good = judge_claims(made_comparison({{.mse = .011}}), 1),
             bad = judge_claims(made_comparison({{.mse = .013}}), 1);
  EXPECT_EQ(row_of(good, "conv_vae: MSE on [0, 1]").verdict, Verdict::met);
  EXPECT_EQ(row_of(bad, "conv_vae: MSE on [0, 1]").verdict, Verdict::missed);
  EXPECT_NE(row_of(good, "conv_vae: MSE on [0, 1]").reason.find("1 seed"), std::string::npos);
}

TEST(Claims, WithoutARunAreNotMeasuredAndNameTheCommand) {
  const auto rows = judge_claims(made_comparison({{}}), 1);
  const ClaimRow& vade = row_of(rows, "vade: MSE on [0, 1]");
  EXPECT_EQ(vade.verdict, Verdict::not_measured);
  EXPECT_FALSE(vade.measured);
  EXPECT_NE(vade.reason.find("songscape train vade"), std::string::npos);
  std::set<std::string> areas;
  for (const ClaimRow& r : rows) areas.insert(r.claim.area);
  for (const char* area : {"reconstruction", "clustering", "structure", "disentanglement", "time for 100 epochs",
                           "parameters", "which model wins", "smoothness", "filters", "traversal", "separation",
                           "soft clustering", "multimodal, 4 clusters", "ablation", "symbolic"})
    EXPECT_TRUE(areas.contains(area)) << area;
}

TEST(Claims, OfParametersAreRefutedWhereTheLayersHoldMore) {
  Comparison c = made_comparison({{}, {.size = "spec"}});
  c.runs[1].n_parameters = 64'500'000;
  estimate(c, 1);
  const auto rows = judge_claims(c, 1);
  EXPECT_EQ(row_of(rows, "conv_vae", "compact").claim.area, "time for 100 epochs");
  int n_met = 0, n_refuted = 0;
  for (const ClaimRow& r : rows)
    if (r.claim.area == "parameters" && r.claim.promise == "conv_vae")
      n_met += r.verdict == Verdict::met && r.size == "compact",
          n_refuted += r.verdict == Verdict::refuted && r.size == "spec";
  EXPECT_EQ(n_met, 1);
  EXPECT_EQ(n_refuted, 1);
}

TEST(Claims, ThatAModelWinsNeedALeadClearOfZero) {
  const auto rows = judge_claims(made_comparison({{.mse = .01}, {.model = "basic_vae", .mse = .02}}), 1);
  EXPECT_EQ(row_of(rows, "conv_vae: best").verdict, Verdict::met);
  const auto equal = judge_claims(made_comparison({{.mse = .01}, {.model = "basic_vae", .mse = .01}}), 1);
  EXPECT_NE(row_of(equal, "conv_vae: best").verdict, Verdict::met);
}

TEST(Claims, OfTheBestModelOverControlsNeedTheRatioAndTheInterval) {
  EXPECT_EQ(row_of(judge_claims(made_comparison({{.right = .95}}), 1), "best model: over the best control").verdict,
            Verdict::met);
  EXPECT_EQ(row_of(judge_claims(made_comparison({{.right = .42}}), 1), "best model: over the best control").verdict,
            Verdict::missed);
}

TEST(Claims, TakeTheProofsOwnVerdictOverSeeds) {
  Comparison c = made_comparison({{.model = "basic_vae", .seed = 1}, {.model = "basic_vae", .seed = 2}});
  c.runs[0].proofs = {{"smoothness", "step spread", .1, .09, .11, "< 0.15", "met", "why"}};
  c.runs[1].proofs = {{"smoothness", "step spread", .12, .09, .14, "< 0.15", "met", "why"}};
  const char* promise = "basic_vae: steps along an interpolation alike";
  auto rows = judge_claims(c, 1);
  EXPECT_EQ(row_of(rows, promise).verdict, Verdict::met);
  EXPECT_NEAR(row_of(rows, promise).measured->value, .11, 1e-12);
  EXPECT_EQ(row_of(rows, promise).measure, "step spread");
  c.runs[1].proofs[0].verdict = "missed";
  rows = judge_claims(c, 1);
  EXPECT_EQ(row_of(rows, promise).verdict, Verdict::missed);
  EXPECT_NE(row_of(rows, promise).reason.find("met for 1 of 2 seeds"), std::string::npos);
  c.runs[0].proofs.clear(), c.runs[1].proofs.clear();
  rows = judge_claims(c, 1);
  EXPECT_EQ(row_of(rows, promise).verdict, Verdict::not_measured);
  EXPECT_NE(row_of(rows, promise).reason.find("songscape prove smoothness"), std::string::npos);
}

TEST(Claims, TellOfTheDocumentedFormAndOfABetterOneBesideIt) {
  Comparison c = made_comparison({{.mse = .013}, {.seed = 2, .mse = .013}, {.mse = .011}});
  c.runs[2].facts.form = "principal";
  estimate(c, 1);
  const auto rows_of = [&] {
    std::vector<ClaimRow> found;
    for (const ClaimRow& r : judge_claims(c, 1))
      if (r.claim.promise == "conv_vae: MSE on [0, 1]") found.push_back(r);
    return found;
  };
  auto rows = rows_of();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].variant, "conv_vae");
  EXPECT_EQ(rows[0].verdict, Verdict::missed);
  EXPECT_EQ(rows[1].variant, "conv_vae (principal)");
  EXPECT_EQ(rows[1].verdict, Verdict::met);
  for (double& mse : c.runs[2].reconstruction.mse) mse += .01;
  estimate(c, 1);
  EXPECT_EQ(rows_of().size(), 1u);
}

TEST(Claims, ThatAMixtureIsAboveKmeansAreJudgedForEveryFormOfIt) {
  Comparison c = made_comparison({{.model = "vade"}, {.model = "vade"}});
  c.runs[1].facts.form = "views";
  c.runs[0].groups.groups.push_back(made_groups(kLatents, kMixture, .3, 1));
  c.runs[1].groups.groups.push_back(made_groups(kLatents, kMixture, .95, 1));
  estimate(c, 1);
  std::map<std::string, Verdict> verdicts;
  for (const ClaimRow& r : judge_claims(c, 1))
    if (r.claim.promise == "vade: above k-means on every model's latents") verdicts[r.variant] = r.verdict;
  EXPECT_EQ(verdicts, (std::map<std::string, Verdict>{{"vade", Verdict::missed}, {"vade (views)", Verdict::met}}));
}

TEST(Claims, OfOneMeasureOfAProofTakeThatAlone) {
  Comparison c = made_comparison({{.model = "vade"}, {}});
  for (StudyRun& r : c.runs)
    r.proofs = {{"clustering_comparison", "family dendrogram purity", .5, .4, .6, "above chance", "missed", ""},
                {"clustering_comparison", "ari genre above own latents + k-means", .1, .05, .15, "> 0", "met", ""}};
  const auto rows = judge_claims(c, 1);
  EXPECT_EQ(row_of(rows, "conv_vae: genre → subgenre hierarchy").measure, "family dendrogram purity");
  EXPECT_EQ(row_of(rows, "conv_vae: genre → subgenre hierarchy").verdict, Verdict::missed);
  const char* above = "vade: above VAE + k-means in NMI and ARI";
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(), [&](const ClaimRow& r) { return r.claim.promise == above; }), 1);
  EXPECT_EQ(row_of(rows, above).verdict, Verdict::met);
}

TEST(Claims, StandInOneTableWithAVerdictARow) {
  const Table t = claims_table(judge_claims(made_comparison({{}}), 1));
  EXPECT_EQ(t.columns[9], "verdict");
  for (const auto& row : t.rows) EXPECT_FALSE(std::get<std::string>(row[9]).empty());
}

}  // namespace
}  // namespace songscape
