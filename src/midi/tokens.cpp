#include "midi/tokens.h"

#include <algorithm>
#include <string>

#include "core/error.h"
#include "midi/grammar.h"

namespace songscape {
namespace {

using K = TokenKind;

class Encoder {
 public:
  Encoder(const GridSong& song, TokenOptions options) : song_(song), options_(options) {}

  std::vector<Token> encode() {
    const GridBar& first = song_.bars.front();
    put(K::bos);
    put(K::time_signature, first.time_signature);
    if (first.key < 0)
      put(K::any);
    else
      put(K::key, first.key);
    put(K::tempo, first.tempo);
    for (size_t bar = 0; bar < song_.bars.size(); ++bar) put_bar(static_cast<int>(bar));
    put(K::eos);
    return std::move(out_);
  }

 private:
  void put(TokenKind kind, int value = 0) { out_.push_back(to_token(kind, value)); }

  void put_bar(int bar) {
    put(K::bar);
    const GridBar& now = song_.bars[static_cast<size_t>(bar)];
    const GridBar& before = song_.bars[static_cast<size_t>(bar > 0 ? bar - 1 : 0)];
    if (now.time_signature != before.time_signature) put(K::time_signature, now.time_signature);
    if (now.key != before.key) put(K::key, now.key);
    if (now.tempo != before.tempo) put(K::tempo, now.tempo);
    program_ = -1;
    while (true) {
      const int position = next_position(bar);
      if (position < 0) return;
      put_event(bar, position);
    }
  }

  bool has_chord(int bar) const {
    return options_.chords && next_chord_ < song_.chords.size() && song_.chords[next_chord_].bar == bar;
  }
  bool has_note(int bar) const { return next_note_ < song_.notes.size() && song_.notes[next_note_].bar == bar; }

  int next_position(int bar) const {
    const int chord = has_chord(bar) ? song_.chords[next_chord_].position : -1;
    const int note = has_note(bar) ? song_.notes[next_note_].position : -1;
    return chord < 0 ? note : note < 0 ? chord : std::min(chord, note);
  }

  void put_event(int bar, int position) {
    put(K::position, position);
    if (has_chord(bar) && song_.chords[next_chord_].position == position) {
      const int chord = song_.chords[next_chord_++].chord;
      put(chord < 0 ? K::no_chord : K::chord, std::max(chord, 0));
    }
    for (; has_note(bar) && song_.notes[next_note_].position == position; ++next_note_)
      put_note(song_.notes[next_note_]);
  }

  void put_note(const GridNote& note) {
    if (note.program != program_) put(K::program, program_ = note.program);
    put(note.program == kDrumProgram ? K::drum : K::pitch, note.pitch);
    put(K::velocity, note.velocity);
    if (note.program != kDrumProgram) put(K::duration, longest_duration(note.duration));
  }

  const GridSong& song_;
  const TokenOptions options_;
  std::vector<Token> out_;
  size_t next_note_ = 0, next_chord_ = 0;
  int program_ = -1;
};

class Decoder {
 public:
  void take(Token token, size_t place) {
    if (!grammar_.allows(token))
      fail(ExitCode::damaged, {.what = "the tokens make no piece of music",
                               .where = "token " + std::to_string(place),
                               .seen = to_text(token),
                               .wanted = grammar_.wanted(),
                               .fix = {}});
    grammar_.push(token);
    add(kind_of(token), value_of(token));
  }
  GridSong finish(size_t n_tokens) {
    if (!grammar_.is_complete())
      fail(ExitCode::damaged, {.what = "the tokens end before their piece does",
                               .where = "token " + std::to_string(n_tokens),
                               .seen = "nothing",
                               .wanted = grammar_.wanted(),
                               .fix = {}});
    return std::move(song_);
  }

 private:
  GridBar now() const { return {grammar_.time_signature(), grammar_.tempo(), grammar_.key()}; }
  int bar() const { return grammar_.n_bars() - 1; }

  void add(TokenKind kind, int value) {
    switch (kind) {
      case K::bar:
        if (song_.bars.size() == kMaxBars)
          fail(ExitCode::damaged, {.what = "the tokens hold too many bars",
                                   .where = {},
                                   .seen = {},
                                   .wanted = "at most " + std::to_string(kMaxBars),
                                   .fix = {}});
        song_.bars.push_back(now());
        break;
      case K::time_signature:
      case K::key:
      case K::tempo:
        if (!song_.bars.empty()) song_.bars.back() = now();
        break;
      case K::chord:
      case K::no_chord:
        song_.chords.push_back({bar(), grammar_.position(), kind == K::chord ? value : -1});
        break;
      case K::pitch:
      case K::drum:
        song_.notes.push_back({bar(), grammar_.position(), grammar_.program(), value, 0, kDrumSteps});
        break;
      case K::velocity:
        song_.notes.back().velocity = value;
        break;
      case K::duration:
        song_.notes.back().duration = duration_of(value);
        break;
      default:
        break;
    }
  }

  Grammar grammar_;
  GridSong song_;
};

}  // namespace

std::vector<Token> to_tokens(const GridSong& song, TokenOptions options) {
  check_grid_song(song);
  return Encoder(song, options).encode();
}

GridSong from_tokens(std::span<const Token> tokens) {
  Decoder decoder;
  for (size_t i = 0; i < tokens.size(); ++i) decoder.take(tokens[i], i);
  return decoder.finish(tokens.size());
}

}  // namespace songscape
