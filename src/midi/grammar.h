// Which tokens may follow: a state machine over the grammar of docs/vocabulary.md.
//
//   piece  := BOS TIME_SIGNATURE (KEY|ANY) TEMPO bar+ EOS PAD*
//   bar    := BAR [TIME_SIGNATURE] [KEY] [TEMPO] event*     each only where it changes, never in the first bar
//   event  := POSITION [CHORD|NO_CHORD] group*              a chord or a group at least; positions ascend in a bar,
//                                                           chords only where they change
//   group  := [PROGRAM] note+                               PROGRAM in a bar's first group and where it changes;
//                                                           programs ascend in an event
//   note   := PITCH VELOCITY DURATION | DRUM VELOCITY       pitches ascend in a group; DRUM under program 128 only
//
// A song on the grid has exactly one sequence, and every sequence one song.
#pragma once

#include <span>
#include <vector>

#include "midi/vocabulary.h"

namespace songscape {

class Grammar {
 public:
  bool allows(Token token) const;
  void allowed(std::span<uint8_t> mask) const;  // kVocabularySize values, 1 where `allows`; at least one of them
  void push(Token token);                       // one that is allowed
  bool is_complete() const { return state_ == State::done; }
  // A shortest sequence that completes the piece from here: for a generator whose space ends.
  std::vector<Token> ending() const;
  // The kinds that may follow, for people: "POSITION, BAR or EOS".
  std::string wanted() const;

  int n_bars() const { return n_bars_; }
  int time_signature() const { return time_signature_; }
  int tempo() const { return tempo_; }
  int key() const { return key_; }            // −1 unknown
  int position() const { return position_; }  // −1 before the bar's first
  int program() const { return program_; }    // in force; −1 before the bar's first

 private:
  enum class State {
    start,
    time_signature,
    key,
    tempo,
    first_bar,
    bar,  // after BAR and what changes there
    position,
    chord,
    program,
    pitch,
    drum,
    velocity,
    note,  // after a whole note
    done
  };
  // Values of `kind` that may follow: from, to (not included), less one that is left out.
  struct Values {
    int from = 0, to = 0, but = -1;
  };
  Values values(TokenKind kind) const;
  Values notes(TokenKind kind) const;
  bool is_between_events() const;

  State state_ = State::start;
  int n_bars_ = 0, time_signature_ = -1, tempo_ = -1, key_ = -1;
  int n_changes_ = 0;  // of this bar: 1 after its time signature, 2 after its key, 3 after its tempo
  int position_ = -1, program_ = -1, pitch_ = -1, chord_ = -2;  // chord: −1 none, −2 not said yet
};

}  // namespace songscape
