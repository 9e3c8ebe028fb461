#include "library/token_source.h"

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "core/parallel.h"
#include "core/text.h"
#include "midi/grid_parts.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

constexpr size_t kLeastNotes = 2;

[[noreturn]] void refuse_tokens(std::string what, const LibraryIndex& index, std::string fix) {
  fail(ExitCode::damaged, {.what = std::move(what),
                           .where = escape_for_terminal(index.path().string()),
                           .seen = {},
                           .wanted = {},
                           .fix = std::move(fix)});
}

// Ends the piece behind its last note within `max_tokens`; false where it has none there.
bool cut_to(std::vector<Token>& tokens, size_t max_tokens) {
  size_t end = 0;  // behind that note
  for (size_t i = 1; i + 2 <= max_tokens; ++i) {
    const TokenKind kind = kind_of(tokens[i]);
    const bool ends_drum = kind == TokenKind::velocity && kind_of(tokens[i - 1]) == TokenKind::drum;
    if (kind == TokenKind::duration || ends_drum) end = i + 1;
  }
  tokens.resize(end);
  tokens.push_back(to_token(TokenKind::eos));
  return end > 0;
}

std::string options_text(const TokenWindows& w) {
  return std::to_string(w.n_bars) + " " + std::to_string(w.hop_bars) + " " +
         std::to_string(static_cast<int>(w.tracks)) + " " + std::to_string(w.chords) + " " +
         std::to_string(w.max_tokens);
}

}  // namespace

TokenSource::TokenSource(std::shared_ptr<const LibraryIndex> index, const TokenWindows& windows)
    : index_(std::move(index)), windows_(windows) {
  check(windows.n_bars > 0 && windows.hop_bars > 0 && windows.max_tokens >= 16, "windows have bars and tokens");
  if (index_->n_midi() == 0)
    refuse_tokens("the library holds no MIDI", *index_,
                  "use a library of MIDI files: songscape ingest DIR --library L");
  std::vector<SongRows> songs(static_cast<size_t>(index_->n_songs()));
  parallel_for(index_->n_songs(), worker_threads(), [&](int64_t song) {
    if (index_->song(song).has_tokens) songs[static_cast<size_t>(song)] = rows_of_song(song);
  });
  for (SongRows& song : songs) {
    n_left_out_ += song.n_left_out;
    for (Row& row : song.rows) {
      n_cut_ += row.is_cut;
      rows_.push_back(std::move(row));
    }
  }
  if (rows_.empty())
    refuse_tokens("no song of the library has bars with two notes", *index_, "use another library, or all tracks");
  content_hash_ = sha256_hex(index_->content_hash() + " " + options_text(windows_));
}

TokenSource::SongRows TokenSource::rows_of_song(int64_t song) const {
  const StoredTokens stored = index_->read_tokens(song);
  GridSong grid = from_tokens(stored.tokens);
  if (windows_.tracks == TokenWindows::Tracks::melody)
    std::erase_if(grid.notes, [&](const GridNote& note) { return note.program != stored.melody_program; });
  const auto n_bars = static_cast<int>(grid.bars.size());
  SongRows out;
  for (int first = 0, end = 0; end < n_bars; first += windows_.hop_bars) {
    if (first >= n_bars) break;
    end = std::min(n_bars, first + windows_.n_bars);
    const GridSong window = cut_bars(grid, first, end - first);
    std::vector<Token> tokens = to_tokens(window, {.chords = windows_.chords});
    const auto most = static_cast<size_t>(windows_.max_tokens);
    const bool is_cut = tokens.size() > most;
    if (window.notes.size() < kLeastNotes || (is_cut && !cut_to(tokens, most)))
      ++out.n_left_out;
    else
      out.rows.push_back({song, first, end - first, is_cut, std::move(tokens)});
  }
  return out;
}

const TokenSource::Row& TokenSource::at(int64_t row) const {
  check(row >= 0 && row < n_rows(), "the row exists");
  return rows_[static_cast<size_t>(row)];
}

void TokenSource::read(std::span<const int64_t> rows, float* out, int32_t* n_valid_frames) const {
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::vector<uint16_t>& tokens = at(rows[i]).tokens;
    float* row = out + static_cast<int64_t>(i) * windows_.max_tokens;
    std::fill(std::copy(tokens.begin(), tokens.end(), row), row + windows_.max_tokens,
              static_cast<float>(to_token(TokenKind::pad)));
    n_valid_frames[i] = static_cast<int32_t>(tokens.size());
  }
}

std::string TokenSource::row_name(int64_t row) const {
  const Row& r = at(row);
  return escape_for_terminal(index_->song(r.song).path) + ", bars " + std::to_string(r.first_bar + 1) + " to " +
         std::to_string(r.first_bar + r.n_bars);
}

std::string TokenSource::row_key(int64_t row) const { return index_->song(at(row).song).sha256; }

std::vector<int64_t> TokenSource::rows_of(std::span<const int64_t> songs) const {
  std::vector<int64_t> wanted(songs.begin(), songs.end()), out;
  std::ranges::sort(wanted);
  for (int64_t row = 0; row < n_rows(); ++row)
    if (std::ranges::binary_search(wanted, at(row).song)) out.push_back(row);
  return out;
}

}  // namespace songscape
