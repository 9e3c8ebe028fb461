#include "midi/smf.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace songscape {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int v : values) out.push_back(static_cast<char>(v));
  return out;
}

MidiSong small_song() {
  MidiSong song;
  song.title = "A";
  song.end_tick = 960;
  song.tempi = {{}};
  song.time_signatures = {{}};
  song.keys = {{0, 9, true}};  // A minor: no signature
  song.tracks.push_back({"B", 2, 33, {{0, 480, 60, 100}}, {{0, "la"}}});
  return song;
}

TEST(Smf, ASongOfOneNoteHasTheseBytes) {
  const std::string expected = "MThd" + bytes({0, 0, 0, 6, 0, 1, 0, 2, 0x01, 0xE0}) +  //
                               "MTrk" + bytes({0, 0, 0, 31}) + bytes({0, 0xFF, 3, 1, 'A'}) +
                               bytes({0, 0xFF, 0x51, 3, 0x07, 0xA1, 0x20}) +  // 500,000 µs
                               bytes({0, 0xFF, 0x58, 4, 4, 2, 24, 8}) + bytes({0, 0xFF, 0x59, 2, 0, 1}) +
                               bytes({0x87, 0x40, 0xFF, 0x2F, 0}) +  // 960 = 7 · 128 + 64
                               "MTrk" + bytes({0, 0, 0, 28}) + bytes({0, 0xFF, 3, 1, 'B'}) + bytes({0, 0xC2, 33}) +
                               bytes({0, 0xFF, 5, 2, 'l', 'a'}) + bytes({0, 0x92, 60, 100}) +
                               bytes({0x83, 0x60, 0x82, 60, 64}) + bytes({0x83, 0x60, 0xFF, 0x2F, 0});
  EXPECT_EQ(to_smf(small_song()), expected);
}

// Note-ons less note-offs, of the second chunk; running status is never written.
std::pair<int, int> count_ons_and_offs(const std::string& smf, int channel) {
  int ons = 0, offs = 0;
  for (size_t i = smf.rfind("MTrk"); i + 2 < smf.size(); ++i) {
    const int status = static_cast<unsigned char>(smf[i]), velocity = static_cast<unsigned char>(smf[i + 2]);
    if (velocity >= 0x80) continue;
    ons += status == (0x90 | channel);
    offs += status == (0x80 | channel);
  }
  return {ons, offs};
}

TEST(Smf, ANoteEndsBeforeItsPitchBeginsAgain) {
  MidiSong song = small_song();
  song.tracks[0].lyrics.clear();
  song.tracks[0].notes = {{0, 900, 60, 100}, {300, 200, 60, 90}, {300, 50, 60, 80}, {300, 300, 64, 90}};
  const std::string smf = to_smf(song);
  EXPECT_EQ(count_ons_and_offs(smf, 2), (std::pair{3, 3}));
  // At tick 300 (delta 0x82 0x2C) the first note's off comes before the second one's on.
  EXPECT_NE(smf.find(bytes({0x82, 0x2C, 0x82, 60, 64, 0, 0x92})), std::string::npos);
}

TEST(Smf, ANoteThatOutlastsItsSongEndsWithIt) {
  MidiSong song = small_song();
  song.tracks[0].notes = {{900, 500, 60, 100}};
  EXPECT_NE(to_smf(song).find(bytes({60, 0x82, 60, 64, 0, 0xFF, 0x2F, 0})), std::string::npos);  // 60 ticks on
}

TEST(Smf, KeySignaturesCountSharpsAndFlats) {
  EXPECT_EQ(key_signature(0, false), 0);
  EXPECT_EQ(key_signature(7, false), 1);    // G major
  EXPECT_EQ(key_signature(10, false), -2);  // B flat major
  EXPECT_EQ(key_signature(4, true), 1);     // E minor
  EXPECT_EQ(key_signature(0, true), -3);    // C minor
  for (int pitch_class = 0; pitch_class < 12; ++pitch_class) EXPECT_LE(std::abs(key_signature(pitch_class, false)), 6);
}

TEST(Smf, NotesOutOfRangeAreRefused) {
  for (const MidiNote bad : {MidiNote{0, 10, 128, 90}, MidiNote{0, 10, 60, 0}, MidiNote{0, 0, 60, 90},
                             MidiNote{-1, 10, 60, 90}, MidiNote{960, 10, 60, 90}}) {
    MidiSong song = small_song();
    song.tracks[0].notes = {bad};
    EXPECT_THROW(to_smf(song), Error);
  }
}

}  // namespace
}  // namespace songscape
