// One cycle of a tone, summed from its partials below half the sample rate, in bands half an octave wide: two versions
// side by side, as struck (bright) and as it rings on (dark), between which a note fades.
#pragma once

#include <array>
#include <vector>

namespace songscape {

// A resonance of an instrument's body, in absolute frequency: what makes it one instrument at every pitch.
struct BodyResonance {
  double hz = 1000, width_hz = 300, gain = 0;  // partials near hz are multiplied by up to 1 + gain
};

struct Timbre {
  int bright_slope = 2, dark_slope = 4;  // partial k has amplitude k^(−slope / 2)
  double even_gain = 1;                  // of even partials: 0 is a hollow, clarinet-like tone
  std::array<BodyResonance, 2> body{};
  std::array<double, 4> drawbars{};  // added to partials 1, 2, 4, 8
};

class Wavetable {
 public:
  static constexpr int kLength = 1024;
  struct Sample {
    float bright, dark;
  };

  explicit Wavetable(const Timbre& timbre);
  // kLength + 1 samples (the last repeats the first) of mean square 1 (bright), without alias up to f0_hz.
  const Sample* band(double f0_hz) const;

 private:
  static constexpr int kBands = 16;
  std::vector<Sample> samples_;
};

}  // namespace songscape
