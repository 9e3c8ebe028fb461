#include "text/text_features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "core/text.h"
#include "data/safetensors.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

using Texts = std::vector<std::string>;

const Texts kSongs = {"love and night and the sea",
                      "the sea sings of love",
                      "night of love, night of rain",
                      "iron fire and steel thunder",
                      "steel and fire, fire",
                      "thunder on the iron road",
                      "দিন যায় রাত যায়",
                      "রাত যায় দিন আসে",
                      "دع القلب والليل",
                      "الليل والقلب"};

TextFeatureConfig small(int64_t n_components = 4) {
  return {.n_components = n_components, .min_df = 1, .max_words = 100, .max_ngrams = 300};
}

double distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
  return std::sqrt(sum);
}

std::string logged_by(const std::function<void()>& job) {
  testing::internal::CaptureStderr();
  job();
  return testing::internal::GetCapturedStderr();
}

TEST(TextFeatures, PlaceTextsOfLikeWordsNearEachOther) {
  const TextFeatures features = TextFeatures::fit(kSongs, small(), 1, 2);
  const Matrix z = features.transform(kSongs, 2);
  ASSERT_EQ(z.n_rows, 10);
  ASSERT_EQ(z.n_cols, 4);
  EXPECT_LT(distance(z.row(3), z.row(4)), distance(z.row(3), z.row(0)));
  EXPECT_LT(distance(z.row(6), z.row(7)), distance(z.row(6), z.row(8)));
  const Matrix again = features.transform(Texts{"LOVE and Night and the SEA!"}, 1);
  EXPECT_EQ(again.values, std::vector<float>(z.row(0).begin(), z.row(0).end()));
}

TEST(TextFeatures, OfATextInNfcAndNfdAreEqual) {
  const Texts composed = {"canción de corazón", "ভালোবাসার ড়", "ज़िन्दगी क़लम", "über Ärger", "각 한"};
  const Texts decomposed = {"cancio\u0301n de corazo\u0301n", "ভাল\u09C7\u09BEবাসার \u09A1\u09BC",
                            "\u091C\u093Cिन्दगी \u0915\u093Cलम", "u\u0308ber A\u0308rger",
                            "\u1100\u1161\u11A8 \u1112\u1161\u11AB"};
  const TextFeatures features = TextFeatures::fit(composed, small(), 1, 1);
  EXPECT_EQ(features.transform(composed, 1).values, features.transform(decomposed, 1).values);
  EXPECT_EQ(TextFeatures::fit(decomposed, small(), 1, 1).transform(composed, 1).values,
            features.transform(composed, 1).values);
}

TEST(TextFeatures, AreEqualForAnyNumberOfThreads) {
  Texts many;
  Random random(3);
  for (int i = 0; i < 900; ++i) {
    std::string text;
    for (int w = 0; w < 30; ++w) text += "w" + std::to_string(random.below(20) * (1 + i % 7)) + " ";
    many.push_back(text);
  }
  const TextFeatures one = TextFeatures::fit(many, small(16), 1, 1), three = TextFeatures::fit(many, small(16), 1, 3);
  EXPECT_EQ(one.pca().components.values, three.pca().components.values);
  EXPECT_EQ(one.transform(many, 1).values, three.transform(many, 4).values);
}

TEST(TextFeatures, PlaceATextWithoutAKnownTermWhereTheEmptyTextLies) {
  const TextFeatures features = TextFeatures::fit(kSongs, small(), 1, 2);
  const Matrix z = features.transform(Texts{"", " \n", "ΩΨΞ", "♥ 👩‍👩‍👧", "\xFF\xFE"}, 2);
  double squared = 0;
  for (int64_t c = 0; c < 4; ++c) {
    double place = 0;
    for (int64_t j = 0; j < features.n_terms(); ++j)
      place -= double{features.pca().mean[static_cast<size_t>(j)]} * features.pca().components(c, j);
    for (int64_t i = 0; i < z.n_rows; ++i) EXPECT_NEAR(z(i, c), place, 1e-6);
    squared += place * place;
  }
  EXPECT_GT(squared, 0);
}

TEST(TextFeatures, FewerTextsThanComponentsLeaveTheOthersAtZeroAndSaySoOnce) {
  std::optional<TextFeatures> features;
  const std::string said = logged_by([&] { features = TextFeatures::fit(std::span(kSongs).first(4), small(), 1, 1); });
  EXPECT_EQ(said, "warning: text features: 4 training texts span 3 components; the other 1 are 0\n");
  EXPECT_EQ(features->rank(), 3);
  const Matrix z = features->transform(kSongs, 1);
  for (int64_t i = 0; i < z.n_rows; ++i) EXPECT_EQ(z(i, 3), 0);
}

TEST(TextFeatures, OfOneTextOrNoneOrNoSharedTermAreAllZero) {
  TextFeatureConfig shared = small();
  shared.min_df = 2;
  const std::pair<Texts, TextFeatureConfig> cases[] = {
      {{"one text alone"}, small()}, {{}, small()}, {{"", " "}, small()}, {{"aa bb", "cc dd"}, shared}};
  for (const auto& [texts, config] : cases) {
    std::optional<TextFeatures> features;
    EXPECT_NE(logged_by([&] { features = TextFeatures::fit(texts, config, 1, 2); }).find("span 0 components"),
              std::string::npos);
    for (const float v : features->transform(kSongs, 1).values) EXPECT_EQ(v, 0);
    EXPECT_TRUE(features->strongest_terms(0, 5).empty());
    const TemporaryFolder folder;
    features->save(folder.path() / "t.safetensors");
    EXPECT_EQ(TextFeatures::load(folder.path() / "t.safetensors").n_terms(), features->n_terms());
  }
}

TEST(TextFeatures, OfTextsWithoutACommonTermStillSpanComponents) {
  const TextFeatures features = TextFeatures::fit(Texts{"aa", "bb", "cc"}, small(2), 1, 1);
  EXPECT_EQ(features.rank(), 2);
  const Matrix z = features.transform(Texts{"aa", "bb", "cc"}, 1);
  EXPECT_NEAR(distance(z.row(0), z.row(1)), 2, 1e-4) << "two blocks of length 1, orthogonal";
}

TEST(TextFeatures, NgramsAreOfLettersWithinWords) {
  TextFeatureConfig config = small();
  config.max_words = 0;
  config.ngram_low = config.ngram_high = 2;
  const TextFeatures features = TextFeatures::fit(Texts{"कि a", "xyz"}, config, 1, 1);
  Texts terms;
  for (int64_t j = 0; j < features.n_terms(); ++j) terms.push_back(features.term(j).term);
  EXPECT_EQ(terms, (Texts{" a", " x", " कि", "a ", "xy", "yz", "z ", "कि "}));
}

TEST(TextFeatures, RefuseSettingsThatContradictThemselves) {
  TextFeatureConfig none = small(), crossed = small();
  none.max_words = none.max_ngrams = 0;
  crossed.ngram_low = 5;
  for (const TextFeatureConfig& config : {none, crossed}) {
    try {
      TextFeatures::fit(kSongs, config, 1, 1);
      FAIL();
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::usage);
    }
  }
}

class TextFeaturesFile : public testing::Test {
 protected:
  void SetUp() override {
    features_ = TextFeatures::fit(kSongs, small(), 1, 1);
    features_->save(file_);
    bytes_ = read_file(file_);
  }
  std::string refusal(const std::string& bytes) {
    publish_file(file_, bytes);
    try {
      TextFeatures::load(file_);
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::damaged) << e.what();
      EXPECT_NE(std::string(e.what()).find("t.safetensors"), std::string::npos) << e.what();
      return e.what();
    }
    return "";
  }
  // Equal lengths keep the header whole.
  std::string with(const std::string& from, const std::string& to) {
    std::string out = bytes_;
    const size_t at = out.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return out.replace(at, from.size(), to);
  }
  TemporaryFolder folder_;
  fs::path file_ = folder_.path() / "t.safetensors";
  std::optional<TextFeatures> features_;
  std::string bytes_;
};

TEST_F(TextFeaturesFile, IsTheSameFeatures) {
  const TextFeatures loaded = TextFeatures::load(file_);
  EXPECT_EQ(loaded.transform(kSongs, 1).values, features_->transform(kSongs, 1).values);
  EXPECT_EQ(loaded.rank(), features_->rank());
  EXPECT_EQ(loaded.pca().explained_variance, features_->pca().explained_variance);
  EXPECT_EQ(loaded.pca().explained_share, features_->pca().explained_share);
  EXPECT_EQ(to_toml(loaded.config()), to_toml(features_->config()));
  loaded.save(folder_.path() / "again.safetensors");
  EXPECT_EQ(read_file(folder_.path() / "again.safetensors"), bytes_);
}

TEST_F(TextFeaturesFile, IsRefusedWhereAnyByteChanged) {
  const SafetensorsFile file(file_);
  const size_t data_at = bytes_.size() - static_cast<size_t>(file.tensors().back().end);
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    std::string changed = bytes_;
    // The header's padding and the name of the Unicode version say nothing of the features.
    const size_t at = data_at + static_cast<size_t>(random.below(static_cast<int64_t>(bytes_.size() - data_at)));
    changed[at] = static_cast<char>(changed[at] ^ 1 << random.below(8));
    EXPECT_NE(refusal(changed).find("checksum of the text features is wrong"), std::string::npos) << at;
  }
  EXPECT_NE(refusal(with("min_df = 1", "min_df = 2")).find("checksum"), std::string::npos);
  for (const size_t n : {size_t{0}, size_t{7}, size_t{100}, bytes_.size() / 2, bytes_.size() - 1})
    EXPECT_NE(refusal(bytes_.substr(0, n)), "") << n;
}

TEST_F(TextFeaturesFile, IsRefusedWhereItIsAnotherThingOrNewer) {
  EXPECT_NE(refusal(with("songscape text features", "songscape fext teatures")).find("holds no text features"),
            std::string::npos);
  EXPECT_NE(refusal(with("\"version\":\"1\"", "\"version\":\"7\"")).find("newer than this program's 1"),
            std::string::npos);
  EXPECT_NE(refusal("no safetensors file at all, but text"), "");
  try {
    TextFeatures::load(folder_.path() / "none");
    FAIL();
  } catch (const Error&) {
  }
}

}  // namespace
}  // namespace songscape
