#include "study/ablation_plan.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "core/error.h"

namespace songscape {
namespace {

AblationRequest request(std::vector<std::string> sweeps, AblationSearch search = AblationSearch::each) {
  AblationRequest r;
  r.model = "basic_vae";
  for (const std::string& s : sweeps) r.sweeps.push_back(parse_sweep(s));
  r.search = search;
  return r;
}

std::vector<std::string> names(const AblationRequest& r) {
  const AblationPlan plan(r, {});
  std::vector<std::string> all;
  for (const Setting& s : plan.settings()) all.push_back(s.name);
  return all;
}

std::string refusal(const AblationRequest& r) {
  try {
    AblationPlan plan(r, {});
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    return e.what();
  }
  ADD_FAILURE() << "accepted";
  return {};
}

TEST(AblationPlan, TriesEachKeyByItselfAndTheBaseOnce) {
  EXPECT_EQ(names(request({"latent_dim=4,128", "beta=1,4"})),
            (std::vector<std::string>{"basic_vae-latent_dim=4", "basic_vae", "basic_vae-loss.beta=4"}));
}

TEST(AblationPlan, EqualSettingsHaveEqualNamesHoweverTheyAreWritten) {
  const AblationRequest r = request({"lr=1e-3,0.001,2e-3"});
  EXPECT_EQ(names(r), (std::vector<std::string>{"basic_vae", "basic_vae-train.lr=0.002"}));
  const auto one = request({"latent_dim=4", "beta=4"}, AblationSearch::grid);
  const auto other = request({"loss.beta=4.0", "latent_dim=4"}, AblationSearch::grid);
  EXPECT_EQ(AblationPlan(one, {}).settings()[0].name, AblationPlan(other, {}).settings()[0].name);
  EXPECT_EQ(AblationPlan(one, {}).settings()[0].hash, AblationPlan(other, {}).settings()[0].hash);
}

TEST(AblationPlan, AGridIsTheProductAndDrawsArePlacesInIt) {
  const std::vector<std::string> sweeps{"latent_dim=2..16*2", "beta=1,4", "lr=1e-3,1e-2"};
  EXPECT_EQ(names(request(sweeps, AblationSearch::grid)).size(), 16u);
  AblationRequest r = request(sweeps, AblationSearch::random);
  r.n_draws = 5;
  const auto drawn = names(r);
  EXPECT_EQ(std::set<std::string>(drawn.begin(), drawn.end()).size(), 5u);
  r.n_draws = 7;
  const auto more = names(r);
  EXPECT_TRUE(std::equal(drawn.begin(), drawn.end(), more.begin()));
  r.n_draws = 100;
  EXPECT_EQ(names(r).size(), 16u);
}

TEST(AblationPlan, PointsOfASweepHoldTheSettingsOfTheirValue) {
  const AblationRequest grid = request({"latent_dim=2,4", "beta=1,4"}, AblationSearch::grid);
  const AblationPlan plan(grid, {});
  const auto points = plan.points(plan.sweeps()[0]);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].settings, (std::vector<size_t>{0, 1}));
  const AblationRequest each = request({"latent_dim=2,128", "beta=1,4"});
  const AblationPlan alone(each, {});
  EXPECT_EQ(alone.points(alone.sweeps()[1])[0].settings, (std::vector<size_t>{1}));  // the base
}

TEST(AblationPlan, ArchitecturesTakeWhatTheyKnowOfTheBase) {
  AblationRequest r = request({"architecture=basic_vae,conv_vae,conv_vae:views,pca"});
  for (const char* s : {"widths=[8]", "latent_dim=6"}) r.settings.set(s);
  const AblationPlan plan(r, {});
  ASSERT_EQ(plan.settings().size(), 4u);
  EXPECT_EQ(plan.settings()[1].name, "conv_vae");
  EXPECT_FALSE(plan.settings()[1].settings.entries.contains("widths"));
  EXPECT_TRUE(plan.settings()[1].settings.entries.contains("latent_dim"));
  EXPECT_EQ(plan.settings()[2].form, "views");
  EXPECT_TRUE(plan.settings()[3].is_baseline());
}

TEST(AblationPlan, HalvingHasRungsOfANinthAThirdAndAllEpochs) {
  AblationRequest r = request({"latent_dim=2,4"}, AblationSearch::halving);
  r.settings.set("epochs=30");
  const AblationPlan plan(r, {});
  EXPECT_EQ(plan.rungs(), (std::vector<int64_t>{3, 10, 30}));
  EXPECT_EQ(plan.with_epochs(plan.settings()[0], 30).hash, plan.settings()[0].hash);
  EXPECT_EQ(plan.with_epochs(plan.settings()[0], 3).name, "basic_vae-latent_dim=2-train.epochs=3");
}

TEST(AblationPlan, RefusesWhatCannotBeSweptBeforeAnythingIsTrained) {
  EXPECT_NE(refusal(request({"latent_dims=4"})).find("did you mean 'latent_dim'?"), std::string::npos);
  EXPECT_NE(refusal(request({"latent_dim=4,0"})).find("out of range"), std::string::npos);
  EXPECT_NE(refusal(request({"latent_dim=4,x"})).find("wrong kind"), std::string::npos);
  EXPECT_NE(refusal(request({"lr=nan"})).find("train.lr"), std::string::npos);
  EXPECT_NE(refusal(request({"latent_dim=4", "latent_dim=8"})).find("swept twice"), std::string::npos);
  EXPECT_NE(refusal(request({"seed=1,2"})).find("--seeds"), std::string::npos);
  EXPECT_NE(refusal(request({"architecture=basic_va"})).find("did you mean 'basic_vae'?"), std::string::npos);
  EXPECT_NE(refusal(request({"architecture=basic_vae:views"})).find("no such form"), std::string::npos);
  EXPECT_NE(refusal(request({"architecture=cvae"})).find("label"), std::string::npos);
  EXPECT_NE(refusal(request({"epochs=1,2"}, AblationSearch::halving)).find("halving"), std::string::npos);
  EXPECT_NE(refusal(request({"latent_dim=1..999+1", "batch=1..999+1"}, AblationSearch::grid)).find("too many"),
            std::string::npos);
}

}  // namespace
}  // namespace songscape
