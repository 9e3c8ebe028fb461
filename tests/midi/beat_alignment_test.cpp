#include "midi/beat_alignment.h"

#include <gtest/gtest.h>

namespace songscape {
namespace {
TEST(BeatAlignment, ASongWithoutNotesHasTheBeatsOfItsFile) { EXPECT_TRUE(find_beats({}).is_of_file); }
}  // namespace
}  // namespace songscape
