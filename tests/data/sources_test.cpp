#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "data/array_source.h"
#include "data/npy.h"
#include "data/row_split.h"
#include "data/synthetic_source.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

std::vector<float> read_rows(const BatchSource& source, std::vector<int64_t> rows,
                             std::vector<int32_t>* n_valid = nullptr) {
  std::vector<float> out(rows.size() * static_cast<size_t>(item_size(source)));
  std::vector<int32_t> n(rows.size());
  source.read(rows, out.data(), n.data());
  if (n_valid) *n_valid = n;
  return out;
}

TEST(ArraySource, GivesRowsInTheOrderAskedFor) {
  const ArraySource source({1, 2, 3, 4, 5, 6}, {2}, "x");
  EXPECT_EQ(source.n_rows(), 3);
  EXPECT_EQ(read_rows(source, {2, 0, 2}), (std::vector<float>{5, 6, 1, 2, 5, 6}));
}

TEST(ArraySource, ReadsAnArrayFromDiskWithItsShape) {
  const TemporaryFolder folder;
  write_npy<float>(folder.path() / "x.npy", {2, 3, 4}, std::vector<float>(24, 0.5f));
  const ArraySource source = ArraySource::from_npy(folder.path() / "x.npy");
  EXPECT_EQ(source.n_rows(), 2);
  EXPECT_EQ(source.item_shape(), (std::vector<int64_t>{3, 4}));
}

TEST(ArraySource, RefusesWhatHasNoRowsAndNamesTheRowThatIsNotFinite) {
  const TemporaryFolder folder;
  write_npy<float>(folder.path() / "flat.npy", {4}, std::vector<float>(4, 0.5f));
  EXPECT_THROW(ArraySource::from_npy(folder.path() / "flat.npy"), Error);
  EXPECT_THROW(ArraySource({}, {2}, "x"), Error);
  try {
    ArraySource({1, 2, 3, NAN}, {2}, "x");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("x row 1"), std::string::npos) << e.what();
  }
}

TEST(ArraySource, ItsHashTellsContentsAndShapesApart) {
  const ArraySource a({1, 2, 3, 4}, {2}, "a"), same({1, 2, 3, 4}, {2}, "b"), other({1, 2, 3, 5}, {2}, "a"),
      wide({1, 2, 3, 4}, {4}, "a");
  EXPECT_EQ(a.content_hash(), same.content_hash());
  EXPECT_NE(a.content_hash(), other.content_hash());
  EXPECT_NE(a.content_hash(), wide.content_hash());
}

TEST(SyntheticSource, IsTheSameWhicheverRowsAreReadTogetherAndStaysOnZeroToOne) {
  const SyntheticSource source({.n_rows = 8, .item_shape = {6, 20}, .vary_length = true});
  std::vector<int32_t> n_valid;
  const auto both = read_rows(source, {3, 5}, &n_valid);
  const auto one = read_rows(source, {5});
  EXPECT_TRUE(std::equal(one.begin(), one.end(), both.begin() + 120));
  EXPECT_EQ(n_valid, (std::vector<int32_t>{13, 20}));
  for (const float v : both) EXPECT_TRUE(v >= 0 && v <= 1);
  for (size_t i = 13; i < 20; ++i) EXPECT_EQ(both[i], 0.0f);
}

TEST(RowSplit, ComesBackFromItsJson) {
  const Split split = split_rows(50);
  EXPECT_EQ(split.train.size() + split.validation.size(), 50u);
  EXPECT_EQ(split.validation.size(), 10u);
  const Split back = split_from_json(split_to_json(split), 50, "data.json");
  EXPECT_EQ(back.train, split.train);
  EXPECT_EQ(back.validation, split.validation);
}

TEST(RowSplit, ARowTwiceOrOutOfRangeIsDamage) {
  for (const char* text :
       {R"({"train_rows": [0, 1], "validation_rows": [1]})", R"({"train_rows": [0, 5], "validation_rows": []})",
        R"({"train_rows": [0]})", R"({"train_rows": [0.5], "validation_rows": []})"})
    EXPECT_THROW(split_from_json(Json::parse(text), 3, "data.json"), Error) << text;
}

}  // namespace
}  // namespace songscape
