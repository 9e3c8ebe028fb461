#include "proof/music_figures.h"

#include <array>

#include "midi/harmonic_metrics.h"
#include "midi/pitch_metrics.h"
#include "midi/polyphony_metrics.h"
#include "midi/repetition_metrics.h"
#include "midi/rhythm_metrics.h"

namespace songscape {
namespace {

constexpr std::array<std::string_view, 24> kNames = {"longest run of notes",
                                                     "longest run of tokens",
                                                     "distinct-1 of tokens",
                                                     "distinct-2 of tokens",
                                                     "distinct-4 of tokens",
                                                     "distinct-1 of pitches",
                                                     "distinct-2 of pitches",
                                                     "distinct-4 of pitches",
                                                     "notes a bar",
                                                     "scale consistency",
                                                     "harmonic validity",
                                                     "notes in the chord",
                                                     "notes in the key",
                                                     "rhythmic coherence, beat",
                                                     "rhythmic coherence, bar",
                                                     "groove",
                                                     "groove as MusPy counts it",
                                                     "polyphony",
                                                     "polyphony rate",
                                                     "empty beats",
                                                     "pitch class entropy",
                                                     "pitches",
                                                     "pitch range",
                                                     "longest run of bars"};

}  // namespace

std::span<const std::string_view> music_figure_names() { return kNames; }

std::vector<double> music_figures(const GridSong& song) {
  const LongestRuns runs = longest_runs(song);
  const std::vector<int> tokens = token_sequence(song), pitches = pitch_sequence(song);
  const HarmonicValidity harmony = estimated_harmonic_validity(song);
  const RhythmicCoherence rhythm = rhythmic_coherence(song);
  const Polyphony voices = polyphony(song);
  return {static_cast<double>(runs.notes),
          static_cast<double>(runs.tokens),
          distinct_n(tokens, 1),
          distinct_n(tokens, 2),
          distinct_n(tokens, 4),
          distinct_n(pitches, 1),
          distinct_n(pitches, 2),
          distinct_n(pitches, 4),
          static_cast<double>(song.notes.size()) / static_cast<double>(song.bars.size()),
          scale_consistency(song),
          harmony.in_either,
          harmony.in_chord,
          harmony.in_key,
          rhythm.beat,
          rhythm.bar,
          groove_consistency(song),
          muspy_groove_consistency(song),
          voices.mean,
          voices.rate,
          empty_beat_rate(song),
          pitch_class_entropy(song),
          static_cast<double>(n_pitches(song)),
          static_cast<double>(pitch_range(song)),
          static_cast<double>(runs.bars)};
}

}  // namespace songscape
