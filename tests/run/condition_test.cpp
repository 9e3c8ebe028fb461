#include "run/condition.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "data/npy.h"
#include "data/tiny_library.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

struct ConditionTest : testing::Test {
  TemporaryFolder folder;
  LibraryIndex library() {
    if (!fs::exists(folder.path() / "tiny")) make_tiny_library(folder.path() / "tiny");
    return LibraryIndex(folder.path() / "tiny");
  }
  Condition targets(std::vector<int64_t> shape, const std::vector<int32_t>& values, int64_t n_rows) {
    write_npy<int32_t>(folder.path() / "y.npy", std::move(shape), values);
    return condition_of_targets(folder.path() / "y.npy", n_rows);
  }
};

void expect_fault(const std::function<void()>& work, ExitCode code, const std::string& words) {
  try {
    work();
    ADD_FAILURE() << "accepted: " << words;
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), code) << e.what();
    EXPECT_NE(std::string(e.what()).find(words), std::string::npos) << e.what();
  }
}

TEST_F(ConditionTest, OfALibraryGivesEachClipItsSongsClass) {
  const Condition c = condition_of_library(library(), "genre");
  EXPECT_EQ(c.column, "genre");
  EXPECT_EQ(c.classes, (std::vector<std::string>{"jazz", "rock"}));
  EXPECT_EQ(c.codes, (std::vector<int64_t>{1, 1, 0, -1}));  // a has two clips, c no label
}

TEST_F(ConditionTest, UnknownColumnsAndColumnsOfNumbersAreRefused) {
  expect_fault([&] { condition_of_library(library(), "gendre"); }, ExitCode::usage, "did you mean 'genre'?");
  expect_fault([&] { condition_of_library(library(), "tempo"); }, ExitCode::usage, "column of numbers");
}

TEST_F(ConditionTest, AGuessIsNoLabelToTrainOn) {
  IndexContents contents = make_tiny_library(folder.path() / "guessed");
  contents.generation = 2;
  contents.columns.push_back({"language_guess", ColumnKind::label, {"en", "fr"}, {0, 1, -1}, {}});
  publish_index(folder.path() / "guessed", contents);
  const LibraryIndex index(folder.path() / "guessed");
  for (const char* name : {"language_guess", "Language_Guess"})
    expect_fault([&] { condition_of_library(index, name); }, ExitCode::usage, "a guess is no label");
}

TEST_F(ConditionTest, OneClassIsRefused) {
  IndexContents contents = make_tiny_library(folder.path() / "one");
  contents.columns[0].codes = {1, 1, -1};
  contents.generation = 2;
  publish_index(folder.path() / "one", contents);
  const LibraryIndex index(folder.path() / "one");
  expect_fault([&] { condition_of_library(index, "genre"); }, ExitCode::usage, "at least two classes");
}

TEST_F(ConditionTest, OfTargetsHasTheNumbersThatOccurAsClasses) {
  const Condition c = targets({5}, {7, -1, 3, 3, 7}, 5);
  EXPECT_EQ(c.column, "targets");
  EXPECT_EQ(c.classes, (std::vector<std::string>{"3", "7"}));
  EXPECT_EQ(c.codes, (std::vector<int64_t>{1, -1, 0, 0, 1}));
}

TEST_F(ConditionTest, TargetsOfAnotherLengthOneClassOrWithFractionsAreRefused) {
  expect_fault([&] { targets({3}, {1, 2, 3}, 4); }, ExitCode::usage, "do not fit");
  expect_fault([&] { targets({2, 2}, {1, 2, 3, 4}, 2); }, ExitCode::usage, "do not fit");
  expect_fault([&] { targets({3}, {1, 1, -1}, 3); }, ExitCode::usage, "'1' alone");
  write_npy<float>(folder.path() / "f.npy", {2}, std::vector<float>{1, 2});
  expect_fault([&] { condition_of_targets(folder.path() / "f.npy", 2); }, ExitCode::damaged, "integers");
}

TEST_F(ConditionTest, SurvivesItsJsonAndOtherLabelsHaveAnotherHash) {
  const Condition c = targets({3}, {7, -1, 3}, 3), other = targets({3}, {7, 7, 3}, 3);
  const Condition read = Condition::from_json(c.to_json(), "data.json");
  EXPECT_EQ(read.column, c.column);
  EXPECT_EQ(read.classes, c.classes);
  EXPECT_EQ(read.path, (folder.path() / "y.npy").string());
  EXPECT_NE(c.to_json().at("labels_hash"), other.to_json().at("labels_hash"));
  expect_fault([&] { Condition::from_json(Json{{"column", 3}}, "data.json"); }, ExitCode::damaged, "data.json");
}

}  // namespace
}  // namespace songscape
