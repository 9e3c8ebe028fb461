// When each phoneme of a sung line sounds, in seconds.
#pragma once

#include <span>
#include <vector>

#include "midi/voice.h"

namespace songscape {

struct PhonemeSegment {
  double start_sec, end_sec;
  const Phoneme* phoneme;
  size_t syllable;  // index in the line
};

// In order of time, never overlapping.  Vowels begin with their notes; consonants take time from the vowel before, or
// from the silence before a phrase; where a syllable is too short for its consonants they shrink.
std::vector<PhonemeSegment> voice_timeline(const MidiSong& song, std::span<const SungSyllable> line);

}  // namespace songscape
