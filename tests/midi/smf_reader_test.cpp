#include "midi/smf_reader.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace songscape {
namespace {

MidiSong written_song() {
  MidiSong song;
  song.title = "Song";
  song.end_tick = 4000;
  song.tempi = {{0, 500000}, {960, 400000}, {1920, 600000}};
  song.time_signatures = {{0, 3, 4}, {1440, 6, 8}};
  song.keys = {{0, 7, false}, {1440, 4, true}};
  song.tracks.push_back({"Lead", 2, 33, {{0, 480, 60, 100}, {0, 200, 64, 90}, {480, 480, 60, 80}}, {{0, "lá"}}});
  song.tracks.push_back({"Drums", 9, 0, {{0, 10, 36, 127}, {240, 10, 42, 1}}, {}});
  return song;
}

TEST(SmfReader, WhatWasWrittenIsReadAndWrittenTheSame) {
  const std::string bytes = to_smf(written_song());
  const ReadSmf read = read_smf(bytes);
  EXPECT_TRUE(read.warnings.empty());
  EXPECT_EQ(to_smf(read.song), bytes);
  EXPECT_EQ(read.song.title, "Song");
  ASSERT_EQ(read.song.tracks.size(), 2u);
  EXPECT_EQ(read.song.tracks[0].lyrics.at(0).text, "lá");
  EXPECT_TRUE(read.song.tracks[1].is_drums());
}

}  // namespace
}  // namespace songscape
