// The instruments' notes of a song of the built-in corpus.  Nothing here knows the language.
#pragma once

#include <vector>

#include "core/random.h"
#include "library/corpus_form.h"
#include "library/corpus_harmony.h"

namespace songscape {

struct BackingPlan {
  const Genre& genre;
  const Factors& factors;
  const MidiSong& song;  // tempo, metre and length; no tracks yet
  const Form& form;
  const std::vector<Chord>& progression;

  const Chord& chord(size_t bar) const { return progression[bar % progression.size()]; }
};

std::vector<MidiNote> write_drums(const BackingPlan& plan, Random& random);
std::vector<MidiNote> write_bass(const BackingPlan& plan, Random& random);
std::vector<MidiNote> write_chords(const BackingPlan& plan, Random& random);
std::vector<MidiNote> write_pad(const BackingPlan& plan);
// In the voice's gaps.
std::vector<MidiNote> write_lead(const BackingPlan& plan, Random& random);

}  // namespace songscape
