// Notes as bars: time to the right, pitch upwards, a colour a part, loud notes in full colour, soft ones pale; lines at
// bars and beats.  Drums lie in rows of their own below, one for each drum.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/figure.h"

namespace songscape {

struct RollNote {
  double start = 0, duration = 1;  // quarters
  int pitch = 60;
  int part = 0;         // of PianoRoll::parts
  double strength = 1;  // 0 … 1
};

struct RollPart {
  std::string name = {};
  bool is_drums = false;
};

struct RollBar {
  double start = 0;  // quarters
  double beat = 1;   // from one beat to the next
};

struct PianoRoll {
  std::string title = {}, caption = {};
  std::vector<RollNote> notes = {};
  std::vector<RollPart> parts = {};  // those of most notes have colours; more than kColouredParts are grey
  std::vector<RollBar> bars = {};    // ascending
  double end = 4;                    // quarters, of the last bar
};
inline constexpr size_t kColouredParts = 9;

Figure draw_piano_roll(const PianoRoll& roll);

}  // namespace songscape
