// MIDI songs to the grid of the vocabulary, and back.  What is lost (docs/vocabulary.md):
//   - onsets go to the nearest position, durations to the nearest of the vocabulary's, velocities to 32 bins;
//   - of equal pitches of a program at one position the louder and longer is left, and a note ends where its pitch
//     begins again;
//   - tempi are those of bars, in steps of 3.36 %, and stay while the bar's own is within three quarters of a step;
//   - drums have no lengths; lyrics, controllers and names are left out.
#pragma once

#include "midi/beat_alignment.h"
#include "midi/grid_song.h"
#include "midi/smf.h"

namespace songscape {

struct QuantiseOptions {
  bool trust_file = false;  // beats, time signatures and key as the file says, whatever its notes say
  bool chords = true;
};

// Error `damaged` for a song of more than kMaxBars bars.  A song without notes is one empty bar.
GridSong quantise(const MidiSong& song, QuantiseOptions options = {});
// The same with beats that are known already.
GridSong quantise(const MidiSong& song, const BeatGrid& beats, QuantiseOptions options = {});

// A track's program on the grid, one a track of the song; −1 for a track without notes.  The channel of drums is 128; a
// program that an earlier track has is replaced by the next free one of its family of 8, then of the families behind
// it.
std::vector<int> assign_programs(const MidiSong& song);

// Index of the track that is the melody, by its name (melody, vocal, voice, lead) or else as the highest of those that
// mostly sound one note at a time; −1 without one.
int find_melody(const MidiSong& song);

// 480 ticks a quarter, a track for each program.  quantise(to_midi(x), {.trust_file = true}) has the notes of x, if x
// came from quantise().
MidiSong to_midi(const GridSong& song);

}  // namespace songscape
