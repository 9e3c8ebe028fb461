#include "study/sweep.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"

namespace songscape {
namespace {

using Values = std::vector<std::string>;

std::string refusal(const std::string& text) {
  try {
    parse_sweep(text);
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage) << text;
    return e.what();
  }
  ADD_FAILURE() << "accepted: " << text;
  return {};
}

TEST(Sweep, ListsValuesEachOnce) {
  EXPECT_EQ(parse_sweep("latent_dim=4,8,4,16"), (Sweep{"latent_dim", {"4", "8", "16"}}));
  EXPECT_EQ(parse_sweep("fusion=poe,mixture").values, (Values{"poe", "mixture"}));
}

TEST(Sweep, RangesHoldTheirEndsAndWhatLiesBetweenByFactorOrStep) {
  EXPECT_EQ(parse_sweep("latent_dim=4..128*2").values, (Values{"4", "8", "16", "32", "64", "128"}));
  EXPECT_EQ(parse_sweep("train.batch=8..33+8").values, (Values{"8", "16", "24", "32"}));
  EXPECT_EQ(parse_sweep("dropout=0..0.3+0.1").values, (Values{"0", "0.1", "0.2", "0.3"}));
  EXPECT_EQ(parse_sweep("train.lr=1e-4..1e-2*10").values.size(), 3u);
  EXPECT_EQ(parse_sweep("latent_dim=2,4..8*2,5").values, (Values{"2", "4", "8", "5"}));
}

TEST(Sweep, CommasInListsAndQuotesPartNothing) {
  EXPECT_EQ(parse_sweep("widths=[64],[64,32]").values, (Values{"[64]", "[64,32]"}));
  EXPECT_EQ(parse_sweep("name=\"a,b\",c").values, (Values{"\"a,b\"", "c"}));
}

TEST(Sweep, WhatIsEmptyOrEndlessIsRefused) {
  EXPECT_NE(refusal("latent_dim").find("key=v1"), std::string::npos);
  EXPECT_NE(refusal("=4").find("key=v1"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=").find("empty"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=4,,8").find("empty"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=8..4*2").find("is empty"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=4..8").find("no step"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=4..8*1").find("never ends"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=0..8*2").find("never ends"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=4..8+0").find("never ends"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=4..8+-1").find("never ends"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=a..b*2").find("not one of numbers"), std::string::npos);
  EXPECT_NE(refusal("latent_dim=1..1000000+1").find("too many"), std::string::npos);
}

TEST(Sweep, TheDocumentsAreThoseThatTheModelHas) {
  const std::vector<Sweep> sweeps = default_sweeps("basic_vae", "compact");
  std::vector<std::string> keys;
  for (const Sweep& s : sweeps) keys.push_back(s.key);
  EXPECT_EQ(keys, (std::vector<std::string>{"latent_dim", "train.lr", "loss.beta", "train.batch", "architecture"}));
  EXPECT_EQ(sweeps.back().values, (Values{"basic_vae", "pca"}));
  const Values forms = default_sweeps("conv_vae", "compact").back().values;
  EXPECT_EQ(std::ranges::count(forms, "conv_vae:views"), 1);
  EXPECT_THROW(default_sweeps("basic_va", "compact"), Error);
}

}  // namespace
}  // namespace songscape
