// What the symbolic models know of the vocabulary (midi/vocabulary.h), for tensors of token numbers.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <vector>

#include "nn/token_batch.h"

namespace songscape {

TokenNames music_token_names();

// Each row moved by a number of semitones drawn from −most … most, keys and chords with it, drums not; a row whose
// pitches would leave 0 … 127 stays.  Tempi moved likewise by steps of the vocabulary (midi/token_augment.h).
// x: [batch, max_tokens] int64, as are the results.
struct MusicChanges {
  int64_t semitones = 0, tempo_steps = 0;
};
at::Tensor changed_music(const at::Tensor& x, const MusicChanges& most, at::Generator& noise);

// What a piece says of itself before its first bar: time signature, key (−1 unknown), tempo, as classes; [batch, 3].
at::Tensor context_of_music(const at::Tensor& x);
std::vector<int64_t> music_context_sizes();

// How much each kind of token counts as a note's place and pitch: 1 for POSITION, PITCH, DRUM, PROGRAM and BAR, 0 for
// the others; [kVocabularySize] f32.
at::Tensor tokens_that_place_notes();

}  // namespace songscape
