// scikit-learn's TfidfVectorizer and PCA, by tools/make_text_golden.py.
#include <gtest/gtest.h>

#include <cmath>

#include "core/csv.h"
#include "core/file.h"
#include "core/text.h"
#include "data/npy.h"
#include "text/text_features.h"

namespace songscape {
namespace {

const fs::path kGolden = fs::path(SONGSCAPE_SOURCE_DIR) / "tests/golden/text";
constexpr size_t kFitted = 48;

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines = split(read_file(file), '\n');
  lines.pop_back();
  return lines;
}

struct Case {
  std::string name;
  TextFeatureConfig config;
  int64_t n_words, n_terms;
};

Case read_case(size_t number) {
  const CsvTable table = read_csv(kGolden / "cases.csv");
  const auto cell = [&](const char* column) { return table.rows[number][static_cast<size_t>(table.find(column))]; };
  const auto whole = [&](const char* column) { return static_cast<int64_t>(*parse_integer(cell(column))); };
  TextFeatureConfig config{.n_components = 16,
                           .min_df = whole("min_df"),
                           .sublinear_tf = whole("sublinear") == 1,
                           .max_words = whole("max_words"),
                           .max_ngrams = whole("max_ngrams"),
                           .ngram_low = whole("ngram_low"),
                           .ngram_high = whole("ngram_high")};
  return {cell("case"), config, whole("n_words"), whole("n_terms")};
}

class TfidfGolden : public testing::TestWithParam<size_t> {};

TEST_P(TfidfGolden, EqualsScikitLearns) {
  const Case c = read_case(GetParam());
  const std::vector<std::string> texts = lines_of(kGolden / "texts.txt");
  const TextFeatures features = TextFeatures::fit(std::span(texts).first(kFitted), c.config, 1, 2);
  ASSERT_EQ(features.n_words(), c.n_words);
  ASSERT_EQ(features.n_terms(), c.n_terms);
  const SparseMatrix weights = features.weights(texts, 2);
  const Matrix sums = read_npy_matrix(kGolden / (c.name + "_sums.npy"));
  for (int64_t i = 0; i < weights.n_rows(); ++i) {
    double sum = 0;
    for (size_t e = 0; e < weights.columns_of(i).size(); ++e)
      sum += double{weights.values_of(i)[e]} * std::cos(static_cast<double>(weights.columns_of(i)[e]));
    EXPECT_NEAR(sum, sums.values[static_cast<size_t>(i)], 1e-5) << i;
  }
  const Matrix wanted = read_npy_matrix(kGolden / (c.name + "_places.npy"));
  const Matrix variance = read_npy_matrix(kGolden / (c.name + "_variance.npy"));
  const Matrix places = features.transform(texts, 2);
  for (int64_t k = 0; k < 16; ++k) {
    EXPECT_NEAR(features.pca().explained_variance[static_cast<size_t>(k)], variance.values[static_cast<size_t>(k)],
                1e-6);
    double agreement = 0;
    for (int64_t i = 0; i < places.n_rows; ++i) agreement += double{places(i, k)} * wanted(i, k);
    for (int64_t i = 0; i < places.n_rows; ++i)
      EXPECT_NEAR(places(i, k), agreement < 0 ? -wanted(i, k) : wanted(i, k), 1e-5) << i << ' ' << k;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, TfidfGolden, testing::Values(0, 1));

TEST(TfidfGoldenTerms, AreScikitLearnsInItsOrderWithItsWeights) {
  const Case c = read_case(0);
  const std::vector<std::string> texts = lines_of(kGolden / "texts.txt");
  const std::vector<std::string> terms = lines_of(kGolden / "limited_terms.txt");
  const TextFeatures features = TextFeatures::fit(std::span(texts).first(kFitted), c.config, 1, 1);
  ASSERT_EQ(features.n_terms(), static_cast<int64_t>(terms.size()));
  for (int64_t j = 0; j < features.n_terms(); ++j) EXPECT_EQ(features.term(j).term, terms[static_cast<size_t>(j)]);
  const Matrix wanted = read_npy_matrix(kGolden / "limited_weights.npy");
  const SparseMatrix weights = features.weights(std::span(texts).subspan(kFitted), 1);
  ASSERT_EQ(wanted.n_rows, weights.n_rows());
  for (int64_t i = 0; i < wanted.n_rows; ++i) {
    std::vector<float> row(terms.size(), 0);
    for (size_t e = 0; e < weights.columns_of(i).size(); ++e)
      row[static_cast<size_t>(weights.columns_of(i)[e])] = weights.values_of(i)[e];
    for (size_t j = 0; j < row.size(); ++j) EXPECT_NEAR(row[j], wanted(i, static_cast<int64_t>(j)), 1e-6);
  }
}

}  // namespace
}  // namespace songscape
