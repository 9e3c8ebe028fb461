#include "midi/harmony.h"

#include <algorithm>
#include <cmath>

namespace songscape {
namespace {

using Chroma12 = std::array<double, 12>;

// Krumhansl & Kessler (1982).
constexpr Chroma12 kMajorProfile = {6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88};
constexpr Chroma12 kMinorProfile = {6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17};

double correlation(const Chroma12& x, const Chroma12& profile, int tonic) {
  double mean_x = 0, mean_y = 0, xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < 12; ++i) mean_x += x[i] / 12, mean_y += profile[i] / 12;
  for (size_t i = 0; i < 12; ++i) {
    const double dx = x[(i + static_cast<size_t>(tonic)) % 12] - mean_x, dy = profile[i] - mean_y;
    xy += dx * dy, xx += dx * dx, yy += dy * dy;
  }
  return xx > 0 ? xy / std::sqrt(xx * yy) : 0;
}

constexpr int kNoChord = kNumChords;
constexpr double kInChord = 1.0, kOutOfChord = -1.2, kRoot = 0.35, kBassRoot = 0.8, kSilence = 0.2;
constexpr double kSevenths = 0.15;                     // a tone more must pay for itself
constexpr double kChange = 1.1, kChangeOffBeat = 1.9;  // on the first beat of a half bar, elsewhere

struct Beat {
  int bar, step, n_steps;
  Chroma12 sounding{};  // quarters
  int bass = -1;        // pitch class of the lowest note that begins on it or sounds through it
  int bass_pitch = 128;
};

std::vector<Beat> beats_of(const GridSong& song) {
  std::vector<Beat> beats;
  for (size_t bar = 0; bar < song.bars.size(); ++bar) {
    const int steps = time_signature_of(song.bars[bar].time_signature).steps();
    for (int step = 0; step < steps; step += kStepsPerQuarter)
      beats.push_back({static_cast<int>(bar), step, std::min(kStepsPerQuarter, steps - step), {}, -1, 128});
  }
  return beats;
}

void add_notes(std::vector<Beat>& beats, const GridSong& song) {
  const std::vector<int64_t> starts = bar_starts(song);
  std::vector<int64_t> beat_starts;
  for (const Beat& beat : beats) beat_starts.push_back(starts[static_cast<size_t>(beat.bar)] + beat.step);
  const std::vector<int64_t> onsets = note_starts(song);
  for (size_t i = 0; i < song.notes.size(); ++i) {
    const GridNote& note = song.notes[i];
    if (note.program == kDrumProgram) continue;
    const int64_t start = onsets[i];
    const int64_t end = start + note.duration;
    auto b =
        static_cast<size_t>(std::upper_bound(beat_starts.begin(), beat_starts.end(), start) - beat_starts.begin()) - 1;
    for (; b < beats.size() && beat_starts[b] < end; ++b) {
      Beat& beat = beats[b];
      const int64_t from = std::max(start, beat_starts[b]), to = std::min(end, beat_starts[b] + beat.n_steps);
      if (to <= from) continue;
      beat.sounding[static_cast<size_t>(note.pitch % 12)] += static_cast<double>(to - from) / kStepsPerQuarter;
      const bool is_bass = from - beat_starts[b] <= kStepsPerQuarter / 4;
      if (is_bass && note.pitch < beat.bass_pitch) beat.bass_pitch = note.pitch, beat.bass = note.pitch % 12;
    }
  }
}

// Evidence of a beat for each chord and for none.
std::array<double, kNumChords + 1> evidence_for_chords(const Beat& beat) {
  std::array<double, kNumChords + 1> out{};
  double total = 0;
  for (const double s : beat.sounding) total += s;
  if (total <= 0) {
    out[kNoChord] = kSilence;
    return out;
  }
  for (int chord = 0; chord < kNumChords; ++chord) {
    const unsigned tones = chord_tones(chord);
    double sum = 0;
    for (int p = 0; p < 12; ++p)
      sum += beat.sounding[static_cast<size_t>(p)] / total * (tones >> p & 1 ? kInChord : kOutOfChord);
    sum += kRoot * beat.sounding[static_cast<size_t>(root_of(chord))] / total;
    if (beat.bass == root_of(chord)) sum += kBassRoot;
    if (quality_of(chord) == ChordQuality::dominant7 || quality_of(chord) == ChordQuality::diminished) sum -= kSevenths;
    out[static_cast<size_t>(chord)] = sum;
  }
  out[kNoChord] = 0;
  return out;
}

std::vector<int> likeliest_chords(const std::vector<Beat>& beats) {
  constexpr size_t kStates = kNumChords + 1;
  std::vector<std::array<uint8_t, kStates>> from(beats.size());
  std::array<double, kStates> score{};
  for (size_t i = 0; i < beats.size(); ++i) {
    const auto evidence = evidence_for_chords(beats[i]);
    const double cost = beats[i].step % (2 * kStepsPerQuarter) == 0 ? kChange : kChangeOffBeat;
    const auto best = static_cast<size_t>(std::max_element(score.begin(), score.end()) - score.begin());
    std::array<double, kStates> next{};
    for (size_t state = 0; state < kStates; ++state) {
      const bool changes = score[best] - cost > score[state];
      from[i][state] = static_cast<uint8_t>(changes ? best : state);
      next[state] = (changes ? score[best] - cost : score[state]) + evidence[state];
    }
    score = next;
  }
  std::vector<int> out(beats.size());
  auto state = static_cast<size_t>(std::max_element(score.begin(), score.end()) - score.begin());
  for (size_t i = beats.size(); i-- > 0; state = from[i][state])
    out[i] = state == kNoChord ? -1 : static_cast<int>(state);
  return out;
}

}  // namespace

std::array<double, 12> pitch_class_durations(const GridSong& song) {
  std::array<double, 12> out{};
  for (const GridNote& note : song.notes)
    if (note.program != kDrumProgram) out[static_cast<size_t>(note.pitch % 12)] += note.duration;
  return out;
}

KeyEstimate estimate_key(const GridSong& song) {
  const Chroma12 durations = pitch_class_durations(song);
  if (std::all_of(durations.begin(), durations.end(), [](double d) { return d == 0; })) return {};
  std::array<double, kNumKeys> r{};
  for (int key = 0; key < kNumKeys; ++key)
    r[static_cast<size_t>(key)] =
        correlation(durations, is_minor_key(key) ? kMinorProfile : kMajorProfile, tonic_of(key));
  const auto best = std::max_element(r.begin(), r.end());
  double sum = 0;
  for (const double value : r) sum += std::exp(20 * (value - *best));
  return {static_cast<int>(best - r.begin()), 1 / sum};
}

ChordEstimate estimate_chords(const GridSong& song) {
  std::vector<Beat> beats = beats_of(song);
  add_notes(beats, song);
  const std::vector<int> chords = likeliest_chords(beats);
  ChordEstimate out;
  double in = 0, all = 0;
  for (size_t i = 0; i < beats.size(); ++i) {
    for (int p = 0; p < 12; ++p) {
      const double sounding = beats[i].sounding[static_cast<size_t>(p)];
      all += sounding;
      if (chords[i] >= 0 && chord_tones(chords[i]) >> p & 1) in += sounding;
    }
    if (out.chords.empty() || out.chords.back().chord != chords[i]) {
      const int per_position =
          time_signature_of(song.bars[static_cast<size_t>(beats[i].bar)].time_signature).steps_per_position();
      out.chords.push_back({beats[i].bar, beats[i].step / per_position, chords[i]});
    }
  }
  out.confidence = all > 0 ? in / all : 0;
  return out;
}

std::vector<BeatChord> chords_of_beats(const GridSong& song) {
  std::vector<BeatChord> out;
  size_t next = 0;
  int chord = -1;
  for (const Beat& beat : beats_of(song)) {
    const auto begins = [&](const GridChord& c) {
      return std::pair{c.bar, step_in_bar(song, c.bar, c.position)} <= std::pair{beat.bar, beat.step};
    };
    while (next < song.chords.size() && begins(song.chords[next])) chord = song.chords[next++].chord;
    out.push_back({beat.bar, beat.step, chord});
  }
  return out;
}

}  // namespace songscape
