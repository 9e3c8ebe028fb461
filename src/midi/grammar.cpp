#include "midi/grammar.h"

#include <algorithm>

#include "core/error.h"

namespace songscape {

using K = TokenKind;

bool Grammar::is_between_events() const {
  return state_ == State::bar || state_ == State::chord || state_ == State::note;
}

// Of PITCH and DRUM, while a note may begin.
Grammar::Values Grammar::notes(TokenKind kind) const {
  const bool is_begun = state_ == State::note || state_ == State::program;
  const bool may_begin = is_begun || ((state_ == State::position || state_ == State::chord) && program_ >= 0);
  if (!may_begin || (kind == K::drum) != (program_ == kDrumProgram)) return {};
  return {pitch_ + 1, 128};
}

Grammar::Values Grammar::values(TokenKind kind) const {
  const int size = token_range(kind).size;
  const Values all{0, size}, none{};
  const bool may_change = state_ == State::bar && n_bars_ > 1;
  switch (kind) {
    case K::pad:
      return state_ == State::done ? all : none;
    case K::bos:
      return state_ == State::start ? all : none;
    case K::any:
      return state_ == State::key ? all : none;
    case K::bar:
      return state_ == State::first_bar || is_between_events() ? all : none;
    case K::eos:
      return is_between_events() ? all : none;
    case K::time_signature:
      if (may_change && n_changes_ < 1) return {0, size, time_signature_};
      return state_ == State::time_signature ? all : none;
    case K::key:
      if (may_change && n_changes_ < 2) return {0, size, key_};
      return state_ == State::key ? all : none;
    case K::tempo:
      if (may_change && n_changes_ < 3) return {0, size, tempo_};
      return state_ == State::tempo ? all : none;
    case K::position:
      return is_between_events() ? Values{position_ + 1, time_signature_of(time_signature_).n_positions()} : none;
    case K::chord:
      return state_ == State::position ? Values{0, size, chord_} : none;
    case K::no_chord:
      return state_ == State::position && chord_ != -1 ? all : none;
    case K::program:
      if (state_ == State::note) return {program_ + 1, size};
      return state_ == State::position || state_ == State::chord ? Values{0, size, program_} : none;
    case K::pitch:
    case K::drum:
      return notes(kind);
    case K::velocity:
      return state_ == State::pitch || state_ == State::drum ? all : none;
    case K::duration:
      return state_ == State::velocity ? all : none;
    case K::mask:
      return none;
  }
  return none;
}

bool Grammar::allows(Token token) const {
  if (token >= kVocabularySize) return false;
  const Values may = values(kind_of(token));
  const int value = value_of(token);
  return value >= may.from && value < may.to && value != may.but;
}

void Grammar::allowed(std::span<uint8_t> mask) const {
  check(mask.size() == kVocabularySize, "a mask has a value for each token");
  std::fill(mask.begin(), mask.end(), uint8_t{0});
  for (size_t kind = 0; kind < kTokenRanges.size(); ++kind) {
    const Values may = values(static_cast<K>(kind));
    const auto first = mask.begin() + kTokenRanges[kind].first;
    if (may.from < may.to) std::fill(first + may.from, first + may.to, uint8_t{1});
    if (may.but >= 0) first[may.but] = 0;
  }
}

void Grammar::push(Token token) {
  check(allows(token), "a token is one that the grammar allows");
  const K kind = kind_of(token);
  const int value = value_of(token);
  switch (kind) {
    case K::bos:
      state_ = State::time_signature;
      break;
    case K::time_signature:
      time_signature_ = value;
      n_changes_ = 1;
      if (state_ == State::time_signature) state_ = State::key;
      break;
    case K::any:
    case K::key:
      key_ = kind == K::key ? value : -1;
      n_changes_ = 2;
      if (state_ == State::key) state_ = State::tempo;
      break;
    case K::tempo:
      tempo_ = value;
      n_changes_ = 3;
      if (state_ == State::tempo) state_ = State::first_bar;
      break;
    case K::bar:
      ++n_bars_;
      n_changes_ = 0;
      position_ = program_ = pitch_ = -1;
      state_ = State::bar;
      break;
    case K::position:
      position_ = value;
      pitch_ = -1;
      state_ = State::position;
      break;
    case K::chord:
    case K::no_chord:
      chord_ = kind == K::chord ? value : -1;
      state_ = State::chord;
      break;
    case K::program:
      program_ = value;
      pitch_ = -1;
      state_ = State::program;
      break;
    case K::pitch:
    case K::drum:
      pitch_ = value;
      state_ = kind == K::pitch ? State::pitch : State::drum;
      break;
    case K::velocity:
      state_ = state_ == State::drum ? State::note : State::velocity;
      break;
    case K::duration:
      state_ = State::note;
      break;
    case K::eos:
    case K::pad:
    case K::mask:
      state_ = State::done;
      break;
  }
}

std::vector<Token> Grammar::ending() const {
  Grammar rest = *this;
  std::vector<Token> out;
  // Of what may follow, the first in this order leads to the end by the shortest way.
  constexpr K kOrder[] = {K::eos,  K::velocity, K::duration, K::no_chord, K::chord,          K::pitch,
                          K::drum, K::bar,      K::any,      K::tempo,    K::time_signature, K::bos};
  while (!rest.is_complete()) {
    for (const K kind : kOrder) {
      const Values may = rest.values(kind);
      if (may.from >= may.to) continue;
      const int usual = kind == K::velocity         ? 20
                        : kind == K::duration       ? 5
                        : kind == K::time_signature ? kFourFour
                        : kind == K::tempo          ? 42
                                                    : may.from;
      out.push_back(to_token(kind, usual == may.but ? usual + 1 : usual));
      break;
    }
    rest.push(out.back());
  }
  return out;
}

std::string Grammar::wanted() const {
  std::vector<std::string> kinds;
  for (size_t kind = 0; kind < kTokenRanges.size(); ++kind) {
    const Values may = values(static_cast<K>(kind));
    if (may.to - may.from > (may.but >= may.from && may.but < may.to)) kinds.push_back(to_text(static_cast<K>(kind)));
  }
  std::string out;
  for (size_t i = 0; i < kinds.size(); ++i) out += (i == 0 ? "" : i + 1 == kinds.size() ? " or " : ", ") + kinds[i];
  return out;
}

}  // namespace songscape
