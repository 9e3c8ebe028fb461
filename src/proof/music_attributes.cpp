#include "proof/music_attributes.h"

#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "midi/harmony.h"
#include "midi/pitch_metrics.h"
#include "midi/polyphony_metrics.h"
#include "midi/rhythm_metrics.h"

namespace songscape {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr int kSixteenth = kStepsPerQuarter / 4;

struct Moments {
  double n = 0, sum = 0, squares = 0;
  void add(double v) { n += 1, sum += v, squares += v * v; }
  double mean() const { return n > 0 ? sum / n : kNone; }
  double deviation() const { return n > 0 ? std::sqrt(std::max(0.0, squares / n - mean() * mean())) : kNone; }
};

int first_chord(const GridSong& song) {
  for (const GridChord& c : song.chords.empty() ? estimate_chords(song).chords : song.chords)
    if (c.chord >= 0) return c.chord;
  return -1;
}

}  // namespace

const std::vector<MusicAttribute>& music_attributes() {
  using enum FactorKind;
  static const std::vector<MusicAttribute> all{{"tempo", "global"},
                                               {"mode", "global", discrete},
                                               {"tonic", "global", discrete},
                                               {"time signature", "global", discrete},
                                               {"note length", "global"},
                                               {"pitch class entropy", "global"},
                                               {"empty beats", "global"},
                                               {"first chord's root", "local", discrete},
                                               {"first chord's quality", "local", discrete},
                                               {"timing", "fine"},
                                               {"timing spread", "fine"},
                                               {"velocity", "fine"},
                                               {"velocity spread", "fine"},
                                               {"density", ""},
                                               {"register", ""},
                                               {"pitch range", ""},
                                               {"polyphony", ""},
                                               {"drums", ""}};
  return all;
}

std::vector<double> attribute_values(const GridSong& song) {
  const GridBar first = song.bars.empty() ? GridBar{} : song.bars.front();
  Moments timing, velocity, pitch, length;
  double n_drums = 0;
  for (const GridNote& note : song.notes) {
    const int step = step_in_bar(song, note.bar, note.position);
    timing.add((step + kSixteenth / 2) % kSixteenth - kSixteenth / 2);
    velocity.add(velocity_of(note.velocity));
    if (note.program == kDrumProgram) {
      n_drums += 1;
    } else {
      pitch.add(note.pitch);
      length.add(note.duration);
    }
  }
  const auto n = static_cast<double>(song.notes.size());
  const int chord = first_chord(song);
  const bool has_pitch = pitch.n > 0;
  return {tempo_of(first.tempo),
          first.key < 0 ? kNone : static_cast<double>(is_minor_key(first.key)),
          first.key < 0 ? kNone : tonic_of(first.key),
          static_cast<double>(first.time_signature),
          length.mean(),
          pitch_class_entropy(song),
          empty_beat_rate(song),
          chord < 0 ? kNone : root_of(chord),
          chord < 0 ? kNone : static_cast<double>(quality_of(chord)),
          timing.mean(),
          timing.deviation(),
          velocity.mean(),
          velocity.deviation(),
          n / static_cast<double>(std::max<size_t>(1, song.bars.size())),
          pitch.mean(),
          has_pitch ? static_cast<double>(pitch_range(song)) : kNone,
          polyphony(song).mean,
          n > 0 ? n_drums / n : kNone};
}

std::vector<Factor> music_factors(std::span<const GridSong> music) {
  std::vector<std::vector<double>> of_piece(music.size());
  parallel_for(std::ssize(music), worker_threads(),
               [&](int64_t i) { of_piece[static_cast<size_t>(i)] = attribute_values(music[static_cast<size_t>(i)]); });
  std::vector<Factor> factors;
  for (const MusicAttribute& a : music_attributes()) factors.push_back({a.name, a.kind, {}});
  for (size_t a = 0; a < factors.size(); ++a)
    for (const auto& values : of_piece) factors[a].values.push_back(values[a]);
  return factors;
}

}  // namespace songscape
