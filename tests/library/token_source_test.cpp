#include "library/token_source.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "data/tiny_library.h"
#include "midi/tokens.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

// A melody note (program 0) a quarter, a bass note (program 32) a bar; 3/4 and another key from bar 4 on.
GridSong grid_song(int n_bars, int pitch) {
  GridSong song;
  song.melody_program = 0;
  for (int bar = 0; bar < n_bars; ++bar) {
    song.bars.push_back({bar < 4 ? kFourFour : 2, 42, bar < 4 ? 0 : 14});
    for (int beat = 0; beat < (bar < 4 ? 4 : 3); ++beat) {
      song.notes.push_back({bar, 24 * beat, 0, pitch + beat, 20, 24});
      if (beat == 0) song.notes.push_back({bar, 0, 32, 36, 20, 96});
    }
  }
  song.chords = {{0, 0, to_chord(0, ChordQuality::major)}, {2, 24, to_chord(7, ChordQuality::dominant7)}};
  if (n_bars < 3) song.chords.pop_back();
  return song;
}

StoredTokens stored(const GridSong& song) {
  StoredTokens out{song.melody_program, {}, to_tokens(song)};
  for (size_t i = 0; i < out.tokens.size(); ++i)
    if (out.tokens[i] == to_token(TokenKind::bar)) out.bar_starts.push_back(static_cast<uint32_t>(i));
  return out;
}

class TokenSourceTest : public testing::Test {
 protected:
  TokenSourceTest() {
    TinyLibrary tiny(library());
    tiny.add_tokens(tiny.add_song("a.mid"), stored(grid_song(6, 60)));
    tiny.add_clip(tiny.add_song("b.wav"), flat_clip(0, .5f));
    tiny.add_tokens(tiny.add_song("c.mid"), stored(grid_song(3, 70)));
    GridSong nearly_empty;
    nearly_empty.bars.resize(4);
    nearly_empty.notes = {{1, 0, 0, 60, 10, 24}};
    tiny.add_tokens(tiny.add_song("d.mid"), stored(nearly_empty));
    tiny.publish({});
    index_ = std::make_shared<const LibraryIndex>(library());
  }
  fs::path library() const { return folder_.path() / "x.songscape"; }

  // The row without its padding, which is checked.
  std::vector<Token> read(const TokenSource& source, int64_t row) const {
    std::vector<float> values(static_cast<size_t>(item_size(source)));
    int32_t n = 0;
    source.read({&row, 1}, values.data(), &n);
    for (size_t i = static_cast<size_t>(n); i < values.size(); ++i) EXPECT_EQ(values[i], 0);
    return {values.begin(), values.begin() + n};
  }

  TemporaryFolder folder_;
  std::shared_ptr<const LibraryIndex> index_;
};

TEST_F(TokenSourceTest, AWindowOfAWholeSongIsTheSong) {
  const TokenSource source(index_, {.n_bars = 8, .hop_bars = 8});
  ASSERT_EQ(source.n_rows(), 2);
  EXPECT_EQ(source.n_left_out(), 1);
  EXPECT_EQ(source.n_cut(), 0);
  EXPECT_EQ(read(source, 0), to_tokens(grid_song(6, 60)));
  EXPECT_EQ(read(source, 1), to_tokens(grid_song(3, 70)));
  EXPECT_EQ(source.song_of(1), 2);
  EXPECT_EQ(source.row_key(1), index_->song(2).sha256);
  EXPECT_EQ(source.row_name(0), "a.mid, bars 1 to 6");
  EXPECT_EQ(source.item_shape(), std::vector<int64_t>{512});
}

TEST_F(TokenSourceTest, AWindowBeginsWithWhatHoldsThere) {
  const TokenSource source(index_, {.n_bars = 2, .hop_bars = 2});
  ASSERT_EQ(source.n_rows(), 5);
  EXPECT_EQ(source.first_bar(2), 4);
  EXPECT_EQ(source.row_name(2), "a.mid, bars 5 to 6");
  const GridSong window = from_tokens(read(source, 2));
  EXPECT_EQ(window.bars, (std::vector<GridBar>(2, {2, 42, 14})));
  EXPECT_EQ(window.chords, (std::vector<GridChord>{{0, 0, to_chord(7, ChordQuality::dominant7)}}));
  EXPECT_EQ(window.notes.size(), 8u);
  const GridSong second = from_tokens(read(source, 1));
  EXPECT_EQ(second.chords, (std::vector<GridChord>{{0, 0, to_chord(0, ChordQuality::major)},
                                                   {0, 24, to_chord(7, ChordQuality::dominant7)}}));
  EXPECT_EQ(source.row_name(4), "c.mid, bars 3 to 3");
}

TEST_F(TokenSourceTest, WindowsOverlapByTheirHopUntilOneReachesTheEnd) {
  const TokenSource source(index_, {.n_bars = 4, .hop_bars = 1});
  ASSERT_EQ(source.n_rows(), 4);
  for (int64_t row = 0; row < 3; ++row) EXPECT_EQ(source.first_bar(row), row);
  EXPECT_EQ(source.rows_of(std::vector<int64_t>{2, 1}), std::vector<int64_t>{3});
  EXPECT_EQ(source.rows_of(std::vector<int64_t>{0, 3}), (std::vector<int64_t>{0, 1, 2}));
}

TEST_F(TokenSourceTest, TheMelodyAloneAndNoChords) {
  const TokenSource source(index_,
                           {.n_bars = 8, .hop_bars = 8, .tracks = TokenWindows::Tracks::melody, .chords = false});
  const GridSong window = from_tokens(read(source, 0));
  EXPECT_EQ(window.notes.size(), 22u);
  EXPECT_TRUE(window.chords.empty());
  for (const GridNote& note : window.notes) EXPECT_EQ(note.program, 0);
}

TEST_F(TokenSourceTest, ALongWindowEndsBehindItsLastNoteThatFits) {
  for (const int64_t most : {16, 17, 18, 19, 20, 40, 64}) {
    const TokenSource source(index_, {.n_bars = 8, .hop_bars = 8, .max_tokens = most});
    EXPECT_EQ(source.n_cut(), 2);
    const std::vector<Token> tokens = read(source, 0);
    EXPECT_LE(tokens.size(), static_cast<size_t>(most));
    EXPECT_GT(tokens.size(), static_cast<size_t>(most) - 8);
    const GridSong window = from_tokens(tokens), whole = grid_song(6, 60);
    EXPECT_TRUE(std::equal(window.notes.begin(), window.notes.end(), whole.notes.begin()));
  }
}

TEST_F(TokenSourceTest, ItsHashFollowsTheWindows) {
  const TokenSource a(index_, {.n_bars = 2, .hop_bars = 2}), b(index_, {.n_bars = 2, .hop_bars = 2}),
      c(index_, {.n_bars = 2, .hop_bars = 1});
  EXPECT_EQ(a.content_hash(), b.content_hash());
  EXPECT_NE(a.content_hash(), c.content_hash());
}

std::string fault_of(const std::shared_ptr<const LibraryIndex>& index) {
  try {
    TokenSource(index, {});
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged);
    return e.what();
  }
  return {};
}

TEST_F(TokenSourceTest, SaysWhatIsMissing) {
  make_tiny_library(folder_.path() / "audio");
  EXPECT_NE(fault_of(std::make_shared<const LibraryIndex>(folder_.path() / "audio")).find("no MIDI"),
            std::string::npos);
  TinyLibrary other(folder_.path() / "other");
  std::string payload = to_payload(stored(grid_song(2, 60)));
  payload[4] = 2;  // the vocabulary's version
  SongEntry& song = other.add_song("a.mid");
  other.add_payload(song, payload);
  other.publish({});
  const std::string told = fault_of(std::make_shared<const LibraryIndex>(folder_.path() / "other"));
  EXPECT_NE(told.find("another vocabulary"), std::string::npos) << told;
  EXPECT_NE(told.find("songscape ingest"), std::string::npos) << told;
}

}  // namespace
}  // namespace songscape
