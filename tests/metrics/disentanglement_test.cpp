#include <gtest/gtest.h>

#include <cmath>

#include "core/csv.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/npy.h"
#include "metrics/binning.h"
#include "metrics/codes.h"
#include "metrics/factor_vae_score.h"
#include "metrics/mig.h"
#include "metrics/modularity.h"
#include "metrics/sap.h"
#include "metrics/threshold_classifier.h"

namespace songscape {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const ScoreOptions kFewShuffles{.n_shuffles = 2};

FactorScores factor_vae(MatrixView codes, const std::vector<Factor>& factors, const ScoreOptions& options) {
  return factor_vae_score(codes, factors, options, {.n_votes = 200, .n_test_votes = 100});
}
using Score = FactorScores (*)(MatrixView, const std::vector<Factor>&, const ScoreOptions&);
const std::pair<const char*, Score> kScores[] = {
    {"mig", mutual_information_gap}, {"sap", separated_predictability}, {"factor_vae", factor_vae}};

TEST(EqualMassBins, HoldAsManyValuesEachAndKeepEqualValuesTogether) {
  EXPECT_EQ(equal_mass_bins(std::vector<float>{5, 1, 3, 2, 4, 0}, 3), (std::vector<int32_t>{2, 0, 1, 1, 2, 0}));
  EXPECT_EQ(equal_mass_bins(std::vector<float>{7, 7, 7, 7}, 4), (std::vector<int32_t>{1, 1, 1, 1}));
  EXPECT_EQ(equal_mass_bins(std::vector<double>{2, kNan, 1}, 2), (std::vector<int32_t>{1, -1, 0}));
  EXPECT_EQ(equal_mass_bins(std::vector<float>{}, 4), std::vector<int32_t>{});
}

TEST(Factor, SaysWhyItCannotBeUsed) {
  EXPECT_EQ(why_unusable({"a", FactorKind::continuous, {kNan, kNan}}), "is known for no row");
  EXPECT_EQ(why_unusable({"a", FactorKind::continuous, {kNan, 1}}), "is known for 1 row");
  EXPECT_EQ(why_unusable({"a", FactorKind::discrete, {3, -1, 3}}), "has one value only: 3");
  EXPECT_EQ(why_unusable({"a", FactorKind::continuous, {-1, 3, 3}}), "");
  EXPECT_EQ(factor_classes({"a", FactorKind::discrete, {7, -1, 3, kNan, 7}}), (std::vector<int32_t>{1, -1, 0, -1, 1}));
}

TEST(Mig, OfACodeThatIsTheFactorsIsOne) {
  const auto factors = four_factors(4000, 1);
  const FactorScores s = mutual_information_gap(codes_of(factors), factors);
  for (const FactorScore& f : s.factors) EXPECT_NEAR(f.score, 1, .03) << f.factor;
  EXPECT_NEAR(s.score, 1, .03);
  EXPECT_LT(s.null_score, .02);
}

TEST(Scores, GoldenEqualTheDefinitionsWithScikitLearnsInformation) {
  const fs::path golden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/metrics";
  const Matrix codes = read_npy_matrix(golden / "disentanglement_codes.npy");
  const Matrix values = read_npy_matrix(golden / "disentanglement_factors.npy");
  std::vector<Factor> factors = {{"loudness", FactorKind::continuous, {}},
                                 {"tempo", FactorKind::continuous, {}},
                                 {"mode", FactorKind::discrete, {}},
                                 {"key", FactorKind::discrete, {}}};
  for (size_t f = 0; f < factors.size(); ++f) {
    const auto row = values.row(static_cast<int64_t>(f));
    factors[f].values.assign(row.begin(), row.end());
  }
  const FactorScores mig = mutual_information_gap(codes, factors), sap = separated_predictability(codes, factors);
  const Modularity m = modularity(codes, factors);
  int n_compared = 0;
  for (const auto& row : read_csv(golden / "disentanglement.csv").rows) {
    const double wanted = parse_number(row[2]).value();
    if (row[0] == "modularity") {
      EXPECT_NEAR(m.of_dimension[static_cast<size_t>(parse_integer(row[1]).value())], wanted, 1e-9);
      ++n_compared;
    }
    for (const FactorScore& s : (row[0] == "mig" ? mig : sap).factors)
      if (s.factor == row[1]) {
        EXPECT_NEAR(s.score, wanted, 1e-6) << row[0] << ' ' << row[1];
        ++n_compared;
      }
  }
  EXPECT_EQ(n_compared, 4 + 2 + 5);
}

TEST(Mig, IsAsWorkedByHand) {
  // Two dimensions, one factor of two classes: the first tells it, the second agrees in three rows of four.
  const std::vector<Factor> factors = {{"mode", FactorKind::discrete, {0, 0, 0, 0, 1, 1, 1, 1}}};
  Matrix codes(8, 2);
  codes.values = {0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1};
  const double shared = std::log(2) - (-.75 * std::log(.75) - .25 * std::log(.25));  // I of the second
  EXPECT_NEAR(mutual_information_gap(codes, factors).score, 1 - shared / std::log(2), 1e-12);
}

TEST(Sap, IsAsWorkedByHand) {
  const std::vector<Factor> line = {{"tempo", FactorKind::continuous, {0, 1, 2, 3}}};
  Matrix codes(4, 2);
  codes.values = {0, 1, 1, 0, 2, 0, 3, 1};
  EXPECT_NEAR(separated_predictability(codes, line).score, 1, 1e-12);  // the second is uncorrelated
  codes.values = {0, 0, 1, 0, 2, 1, 3, 1};
  EXPECT_NEAR(separated_predictability(codes, line).score, 1 - .8, 1e-12);  // its R² is (1 / (√1 √5 / 2))²
}

TEST(Sap, OfAPerfectCodeIsOneForContinuousAndOneLessChanceForDiscreteFactors) {
  const auto factors = four_factors(4000, 2);
  const FactorScores s = separated_predictability(codes_of(factors), factors);
  EXPECT_NEAR(s.factors[0].score, 1, .02);
  EXPECT_NEAR(s.factors[1].score, 1, .02);
  EXPECT_NEAR(s.factors[2].score, 1 - 1 / 2., .03);
  EXPECT_NEAR(s.factors[3].score, 1 - 1 / 12., .03);
}

TEST(Thresholds, AreTheBestOnesWithinTheirNumber) {
  const std::vector<int32_t> bin = {0, 1, 2, 3, 4}, label = {0, 1, 0, 1, 1};
  // One threshold: 0 | 1 gives 1/2 + 3/3, or 0 0 0 | 1 1 gives 2/2 + 2/3, which is more.
  EXPECT_EQ(fit_thresholds(bin, 5, label, 2), (std::vector<int32_t>{0, 0, 0, 1, 1}));
  EXPECT_EQ(fit_thresholds(bin, 5, std::vector<int32_t>(5, 0), 1), std::vector<int32_t>(5, 0));
  EXPECT_EQ(fit_thresholds(bin, 5, std::vector<int32_t>{2, 2, 0, 1, 1}, 3), (std::vector<int32_t>{2, 2, 0, 1, 1}));
}

TEST(FactorVaeScore, OfACodeThatIsTheFactorsIsOne) {
  const auto factors = four_factors(4000, 3);
  const FactorScores s = factor_vae(beside(codes_of(factors), normal_codes(4000, 6, 4)), factors, kFewShuffles);
  EXPECT_NEAR(s.score, 1, .01);
  EXPECT_NEAR(s.null_score, .25, .06);
}

TEST(Scores, OfAnIndependentCodeAreNearTheirNull) {
  const auto factors = four_factors(4000, 5);
  const Matrix codes = normal_codes(4000, 10, 6);
  for (const auto& [name, score] : kScores) {
    const FactorScores s = score(codes, factors, {});
    EXPECT_NEAR(s.above_null, 0, .06) << name;
  }
}

TEST(Scores, OfADuplicatedCodeHaveNoGap) {
  const auto factors = four_factors(1000, 7);
  const Matrix once = codes_of(factors), twice = beside(once, once);
  EXPECT_NEAR(mutual_information_gap(twice, factors).score, 0, 1e-12);
  EXPECT_NEAR(separated_predictability(twice, factors).score, 0, 1e-12);
  EXPECT_NEAR(factor_vae(twice, factors, kFewShuffles).score, 1, .01);  // either of the two will do there
}

TEST(Scores, OfPermutedColumnsAreTheSame) {
  const auto factors = four_factors(1000, 8);
  const Matrix codes = beside(codes_of(factors), normal_codes(1000, 3, 9));
  Matrix turned(codes.n_rows, codes.n_cols);
  for (int64_t i = 0; i < codes.n_rows; ++i)
    for (int64_t j = 0; j < codes.n_cols; ++j) turned(i, j) = codes(i, (j + 3) % codes.n_cols);
  for (const auto& [name, score] : kScores)
    EXPECT_NEAR(score(codes, factors, kFewShuffles).score, score(turned, factors, kFewShuffles).score, 1e-9) << name;
}

TEST(Scores, OfPermutedRowsAreNearZeroGap) {
  const auto factors = four_factors(4000, 10);
  Random random(1);
  const Matrix codes = select_rows(codes_of(factors), permutation(4000, random));
  for (const auto& [name, score] : kScores) EXPECT_NEAR(score(codes, factors, {}).above_null, 0, .08) << name;
}

TEST(Scores, OfAConstantCodeAreZero) {
  const auto factors = four_factors(500, 11);
  for (const auto& [name, score] : kScores) {
    const FactorScores s = score(Matrix(500, 3, 2.5f), factors, kFewShuffles);
    EXPECT_NEAR(s.score, 0, 1e-9) << name;
    for (const FactorScore& f : s.factors) EXPECT_TRUE(f.excluded.empty()) << name;
  }
}

TEST(Scores, ConstantAndUnknownFactorsAreExcludedWithAReasonAndTheOthersStay) {
  auto factors = four_factors(500, 12);
  const Matrix codes = codes_of(factors);
  factors[0].values.assign(500, 1.5);
  factors[1].values.assign(500, kNan);
  for (const auto& [name, score] : kScores) {
    const FactorScores s = score(codes, factors, kFewShuffles);
    EXPECT_EQ(s.factors[0].excluded, "has one value only: 1.5") << name;
    EXPECT_EQ(s.factors[1].excluded, "is known for no row") << name;
    EXPECT_TRUE(std::isnan(s.factors[0].score)) << name;
    EXPECT_GT(s.score, .4) << name;
    EXPECT_NEAR(s.score, (s.factors[2].score + s.factors[3].score) / 2, 1e-12) << name;
  }
}

TEST(Scores, NanValuesLeaveOutTheirRowsOnly) {
  auto factors = four_factors(1000, 13);
  const Matrix codes = beside(codes_of(factors), normal_codes(1000, 2, 14));
  for (size_t i = 0; i < 1000; i += 3) factors[0].values[i] = i % 2 ? kNan : INFINITY;
  for (const auto& [name, score] : kScores) {
    const FactorScores s = score(codes, factors, kFewShuffles);
    EXPECT_EQ(s.factors[0].n_rows, 666) << name;
    EXPECT_EQ(s.factors[1].n_rows, 1000) << name;
    EXPECT_GT(s.factors[0].score, .85) << name;
  }
}

TEST(Scores, OfOneRowOrOfNoFactorsAreNan) {
  const std::vector<Factor> one = {{"tempo", FactorKind::continuous, {120}}};
  for (const auto& [name, score] : kScores) {
    const FactorScores s = score(Matrix(1, 3), one, kFewShuffles);
    EXPECT_TRUE(std::isnan(s.score)) << name;
    EXPECT_EQ(s.factors[0].excluded, "is known for 1 row") << name;
    EXPECT_TRUE(std::isnan(score(Matrix(5, 3), {}, kFewShuffles).score)) << name;
  }
  EXPECT_TRUE(std::isnan(modularity(Matrix(1, 3), one).score));
}

TEST(Scores, AreEqualOnAnyNumberOfThreads) {
  const auto factors = four_factors(600, 15);
  const Matrix codes = normal_codes(600, 7, 16);
  for (const auto& [name, score] : kScores) {
    set_worker_threads(1);
    const FactorScores one = score(codes, factors, kFewShuffles);
    set_worker_threads(3);
    const FactorScores three = score(codes, factors, kFewShuffles);
    set_worker_threads(available_cores());
    for (size_t f = 0; f < one.factors.size(); ++f) {
      EXPECT_EQ(one.factors[f].score, three.factors[f].score) << name;
      EXPECT_EQ(one.factors[f].null_score, three.factors[f].null_score) << name;
    }
  }
}

TEST(Modularity, IsAsWorkedByHand) {
  // One dimension that is two independent binary factors at once tells both alike; one that is the first tells one.
  const std::vector<Factor> factors = {{"a", FactorKind::discrete, {0, 0, 1, 1, 0, 0, 1, 1}},
                                       {"b", FactorKind::discrete, {0, 1, 0, 1, 0, 1, 0, 1}}};
  Matrix codes(8, 2);
  codes.values = {0, 0, 1, 0, 2, 1, 3, 1, 0, 0, 1, 0, 2, 1, 3, 1};
  const Modularity m = modularity(codes, factors);
  EXPECT_NEAR(m.of_dimension[0], 0, 1e-12);
  EXPECT_NEAR(m.of_dimension[1], 1, 1e-12);
  EXPECT_NEAR(m.score, .5, 1e-12);
}

TEST(Modularity, OfACodeThatIsTheFactorsIsOneAndNoiseDimensionsAreNotCounted) {
  const auto factors = four_factors(4000, 17);
  const Modularity m = modularity(beside(codes_of(factors), normal_codes(4000, 8, 18)), factors);
  EXPECT_EQ(m.n_informative, 4);
  EXPECT_NEAR(m.informative_score, 1, .01);
}

TEST(Modularity, OfAConstantCodeIsZeroWithoutInformativeDimensions) {
  auto factors = four_factors(300, 19);
  factors[3].values.assign(300, 4);
  const Modularity m = modularity(Matrix(300, 2, 1.0f), factors);
  EXPECT_EQ(m.score, 0);
  EXPECT_EQ(m.n_informative, 0);
  EXPECT_TRUE(std::isnan(m.informative_score));
  EXPECT_EQ(m.excluded, std::vector<std::string>{"key has one value only: 4"});
  EXPECT_EQ(m.n_factors, 3);
}

TEST(RotatedMig, IsFarBelowThatOfAnAlignedCodeAndAboutThatOfARotatedOne) {
  const Matrix x = normal_codes(3000, 4, 20);
  std::vector<Factor> factors;
  for (int64_t j = 0; j < 4; ++j) factors.push_back(column_factor(x, j, "f" + std::to_string(j)));
  const RotatedMig aligned = mig_against_rotations(x, factors, 8);
  EXPECT_GT(aligned.score, .9);
  EXPECT_LT(aligned.rotated_mean, .4);
  EXPECT_EQ(aligned.share_below, 1);
  EXPECT_EQ(aligned.rotated.size(), 8u);
  const Matrix independent = normal_codes(3000, 4, 21);
  const RotatedMig none = mig_against_rotations(independent, factors, 8);
  EXPECT_NEAR(none.score, none.rotated_mean, .01);
}

}  // namespace
}  // namespace songscape
