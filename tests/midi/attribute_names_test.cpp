#include "midi/attribute_names.h"

#include <gtest/gtest.h>

namespace songscape {
namespace {

TEST(AttributeNames, KeysAreReadAsPeopleWriteThem) {
  for (const auto& [text, key] : {std::pair{"C", 0},
                                  {"c major", 0},
                                  {"Am", 21},
                                  {"a minor", 21},
                                  {"F# minor", 18},
                                  {"F♯m", 18},
                                  {"Bb major", 10},
                                  {"B♭", 10},
                                  {"b", 11},
                                  {"bm", 23},
                                  {"Bbm", 22},
                                  {"Cb", 11},
                                  {"e flat minor", 15},
                                  {"GM", 7},
                                  {"Gmaj", 7},
                                  {" D ", 2}})
    EXPECT_EQ(parse_key(text), key) << text;
  for (const char* text : {"", "H", "C##", "minor", "C dorian", "Amm", "7", "CC"})
    EXPECT_EQ(parse_key(text), std::nullopt) << text;
}

TEST(AttributeNames, EveryNameIsReadBack) {
  for (int key = 0; key < kNumKeys; ++key) EXPECT_EQ(parse_key(key_names()[static_cast<size_t>(key)]), key);
  for (const std::string& name : key_names()) EXPECT_TRUE(parse_key(name)) << name;
  for (int value = 0; value < kNumTimeSignatures; ++value)
    EXPECT_EQ(parse_time_signature(time_signature_name(value)), value);
  EXPECT_EQ(parse_time_signature("4/4"), kFourFour);
  for (const char* text : {"", "4", "5/16", "4/4 ", "9/4"}) EXPECT_EQ(parse_time_signature(text), std::nullopt) << text;
}

TEST(AttributeNames, ProgramsAreOfTheirFamilies) {
  EXPECT_EQ(program_family(0), "piano");
  EXPECT_EQ(program_family(33), "bass");
  EXPECT_EQ(program_family(127), "sound effects");
  EXPECT_EQ(program_family(128), "drums");
}

}  // namespace
}  // namespace songscape
