#include "core/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace songscape {
namespace {

TEST(ParseJson, KeepsOrderAndValues) {
  const Json j = parse_json(R"({"b": 1, "a": [true, null, 2.5]})", "t");
  EXPECT_EQ(j.begin().key(), "b");
  EXPECT_EQ(j["a"][2], 2.5);
}

TEST(ParseJson, RefusesDepthDuplicatesAndNonsense) {
  EXPECT_THROW(parse_json(std::string(1'000'000, '['), "t"), Error);
  EXPECT_THROW(parse_json(R"({"a": 1, "a": 2})", "t"), Error);
  EXPECT_NO_THROW(parse_json(R"({"a": {"a": 1}, "b": {"a": 1}})", "t"));
  EXPECT_THROW(parse_json("{", "t"), Error);
  EXPECT_THROW(parse_json("\xFF", "t"), Error);
}

}  // namespace
}  // namespace songscape
