// Chords and scales of the built-in corpus.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "library/corpus_genres.h"
#include "library/corpus_plan.h"

namespace songscape {

struct Chord {
  int root = 0;            // pitch class
  std::vector<int> tones;  // pitch classes, root first
};

// One chord a bar, repeated; which of the harmony's progressions is drawn.
std::vector<Chord> draw_progression(const Genre& genre, const Factors& factors, Random& random);

// The chord's tones in the octave about `centre_pitch`, rising.
std::vector<int> voiced(const Chord& chord, double centre_pitch);

// Pitch classes of melodies, tonic first; the third is the mode's in every scale.
std::vector<int> scale_tones(Scale scale, const Factors& factors);

// The pitch of class `pitch_class` in low … low + 11.
int pitch_in_octave(int pitch_class, int low);

// A melody that wanders over a scale: near its last note, near its centre, on chord tones where asked.
class MelodyWalk {
 public:
  MelodyWalk(std::vector<int> scale, double centre_pitch)
      : scale_(std::move(scale)), centre_pitch_(centre_pitch), last_(centre_pitch) {}
  // `offset` moves the centre for this note, in semitones.
  int next(double offset, const Chord* chord, Random& random);

 private:
  std::vector<int> scale_;
  double centre_pitch_, last_;
};

}  // namespace songscape
