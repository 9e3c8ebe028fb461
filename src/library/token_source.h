// A library's MIDI songs as rows of tokens: windows of some bars each, cut out of every song.  It lies here and not in
// data/ since only this layer sees both the library and the vocabulary's grammar (midi/grammar.h).
//
// A window is a piece of its own: BOS, the time signature, key and tempo of its first bar, its bars, EOS, then PAD.  A
// chord that holds when it begins stands at its beginning; a note that outlasts it keeps its length.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "data/library_index.h"

namespace songscape {

struct TokenWindows {
  enum class Tracks { all, melody };  // melody: the notes of that track alone, of songs that have one
  int n_bars = 4;                     // of a window; the last one of a song may have less
  int hop_bars = 4;                   // from one window's first bar to the next one's
  Tracks tracks = Tracks::all;
  bool chords = true;
  int64_t max_tokens = 512;  // of a row, at least 16; a longer window ends behind its last note that fits
};

// Holds its rows in memory, two bytes a token.
class TokenSource final : public BatchSource {
 public:
  // Error `damaged` where the library has no MIDI, or its MIDI no window of two notes, or its tokens are not whole.
  TokenSource(std::shared_ptr<const LibraryIndex> index, const TokenWindows& windows);

  int64_t n_rows() const override { return static_cast<int64_t>(rows_.size()); }
  std::vector<int64_t> item_shape() const override { return {windows_.max_tokens}; }
  // Token numbers, whole; n_valid_frames is the number of tokens without PAD.
  void read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const override;
  std::string row_name(int64_t row) const override;  // "pop/a.mid, bars 5 to 8", from 1, escaped
  std::string row_key(int64_t row) const override;
  std::string content_hash() const override { return content_hash_; }

  int64_t song_of(int64_t row) const { return at(row).song; }  // of the index; rows stand by song, then bar
  int first_bar(int64_t row) const { return at(row).first_bar; }
  std::span<const uint16_t> tokens(int64_t row) const { return at(row).tokens; }
  // The rows of these songs, ascending.
  std::vector<int64_t> rows_of(std::span<const int64_t> songs) const;

  int64_t n_cut() const { return n_cut_; }            // windows that max_tokens ended early
  int64_t n_left_out() const { return n_left_out_; }  // windows of fewer than two notes
  const LibraryIndex& index() const { return *index_; }

 private:
  struct Row {
    int64_t song;
    int first_bar, n_bars;
    bool is_cut;
    std::vector<uint16_t> tokens;
  };
  struct SongRows {
    std::vector<Row> rows;
    int64_t n_left_out = 0;
  };
  const Row& at(int64_t row) const;
  SongRows rows_of_song(int64_t song) const;

  std::shared_ptr<const LibraryIndex> index_;
  TokenWindows windows_;
  std::vector<Row> rows_;
  int64_t n_cut_ = 0, n_left_out_ = 0;
  std::string content_hash_;
};

}  // namespace songscape
