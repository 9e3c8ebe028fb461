#include "midi/bar_tracking.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace songscape {
namespace {

// A bar that is longer or shorter than the others; less where the beats themselves are.
constexpr double kBreakCost = 8, kBreakCostAtJump = 2;
constexpr double kHalfBar = 0.3;  // of a downbeat's evidence, what the middle of a bar of four has

using Chroma = std::array<double, 12>;

double distance(const Chroma& a, const Chroma& b) {
  double dot = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < 12; ++i) dot += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
  return aa > 0 && bb > 0 ? 1 - dot / std::sqrt(aa * bb) : 0;
}

struct BeatFeatures {
  std::vector<double> bass, length, drums;  // of what begins on each beat
  std::vector<Chroma> chroma;               // of what sounds from it to the next
};

size_t beat_at(const std::vector<double>& beats, double tick) {
  const auto after = std::upper_bound(beats.begin(), beats.end(), tick);
  return after == beats.begin() ? 0 : static_cast<size_t>(after - beats.begin()) - 1;
}

void add_note(BeatFeatures& f, const std::vector<double>& beats, const MidiNote& note, double quarter) {
  const auto start = static_cast<double>(note.tick), end = start + static_cast<double>(note.duration);
  const size_t nearest = std::min(beat_at(beats, start + quarter / 2), beats.size() - 1);
  if (std::fabs(beats[nearest] - start) < quarter / 10) {
    const double quarters = static_cast<double>(note.duration) / quarter;
    f.length[nearest] += std::min(quarters, 4.0);
    if (note.pitch < 53) f.bass[nearest] += 0.5 + 0.5 * std::min(quarters, 4.0);
  }
  const auto pitch_class = static_cast<size_t>(note.pitch % 12);
  for (size_t b = beat_at(beats, start); b < beats.size() && beats[b] < end; ++b) {
    const double until = b + 1 < beats.size() ? beats[b + 1] : beats[b] + quarter;
    f.chroma[b][pitch_class] += std::max(0.0, std::min(end, until) - std::max(start, beats[b]));
  }
}

void add_hit(BeatFeatures& f, const std::vector<double>& beats, const MidiNote& note, double quarter) {
  const auto start = static_cast<double>(note.tick);
  const size_t nearest = beat_at(beats, start + quarter / 2);
  if (std::fabs(beats[nearest] - start) >= quarter / 10) return;
  const bool is_kick = note.pitch == 35 || note.pitch == 36, is_snare = note.pitch >= 37 && note.pitch <= 40;
  const bool is_crash = note.pitch == 49 || note.pitch == 57;
  f.drums[nearest] += is_kick ? 1 : is_snare ? -1 : is_crash ? 2 : 0;
}

void add_standardised(std::vector<double>& to, const std::vector<double>& values, double weight) {
  double mean = 0, square = 0;
  for (const double v : values) mean += v, square += v * v;
  const auto n = static_cast<double>(values.size());
  mean /= n;
  const double deviation = std::sqrt(std::max(0.0, square / n - mean * mean));
  if (deviation < 1e-9) return;
  for (size_t i = 0; i < to.size(); ++i) to[i] += weight * std::clamp((values[i] - mean) / deviation, -2.5, 2.5);
}

// How new the harmony of the two beats from each place on is against the two before.
std::vector<double> novelty(const std::vector<Chroma>& chroma, size_t reach) {
  std::vector<double> out(chroma.size());
  for (size_t b = 1; b < chroma.size(); ++b) {
    Chroma before{}, after{};
    for (size_t i = 0; i < 12; ++i) {
      for (size_t j = b - std::min(b, reach); j < b; ++j) before[i] += chroma[j][i];
      for (size_t j = b; j < std::min(b + reach, chroma.size()); ++j) after[i] += chroma[j][i];
    }
    out[b] = distance(before, after);
  }
  return out;
}

// `places_per_beat` of the places are a beat.
std::vector<double> downbeat_evidence(const MidiSong& song, const std::vector<double>& beats, size_t places_per_beat) {
  const size_t n = beats.size();
  BeatFeatures f{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n), std::vector<Chroma>(n)};
  for (const MidiTrack& track : song.tracks)
    for (const MidiNote& note : track.notes)
      (track.is_drums() ? add_hit : add_note)(f, beats, note, song.ticks_per_quarter);
  std::vector<double> out(n);
  add_standardised(out, f.bass, 0.8);
  add_standardised(out, f.length, 0.5);
  add_standardised(out, novelty(f.chroma, 2 * places_per_beat), 1);
  add_standardised(out, f.drums, 0.7);
  return out;
}

BarPath best_bars(const std::vector<double>& evidence, const std::vector<double>& beats, int beats_per_bar) {
  const auto m = static_cast<size_t>(beats_per_bar);
  const size_t n = evidence.size();
  const auto emission = [&](size_t beat, size_t place) {
    return place == 0 ? evidence[beat] : m == 4 && place == 2 ? kHalfBar * evidence[beat] : 0;
  };
  std::vector<std::vector<uint8_t>> from(n, std::vector<uint8_t>(m));
  std::vector<double> score(m), next(m);
  for (size_t p = 0; p < m; ++p) score[p] = emission(0, p);
  for (size_t b = 1; b < n; ++b) {
    const double last = beats[b] - beats[b - 1], usual = (beats.back() - beats.front()) / static_cast<double>(n - 1);
    const double cost = std::fabs(last - usual) > usual / 8 ? kBreakCostAtJump : kBreakCost;
    for (size_t p = 0; p < m; ++p) {
      size_t before = (p + m - 1) % m;
      double best = score[before];
      // Only to a downbeat: the bar before it is cut or drawn out.
      for (size_t q = 0; p == 0 && q < m; ++q)
        if (score[q] - cost > best) best = score[q] - cost, before = q;
      next[p] = best + emission(b, p);
      from[b][p] = static_cast<uint8_t>(before);
    }
    score = next;
  }
  BarPath path{beats_per_bar, {}, 0};
  auto place = static_cast<size_t>(std::max_element(score.begin(), score.end()) - score.begin());
  path.margin = score[place];
  std::vector<size_t> places(n);
  for (size_t b = n; b-- > 0; place = from[b][place]) places[b] = place;
  for (size_t b = 0; b < n; ++b)
    if (places[b] == 0) path.downbeats.push_back(b);
  // A song shorter than a bar.
  if (path.downbeats.empty()) path.downbeats.push_back(0);
  return path;
}

// The evidence for one place in the bar throughout.
double rotation_score(const std::vector<double>& evidence, size_t m, size_t rotation) {
  double sum = 0;
  for (size_t b = rotation; b < evidence.size(); b += m) sum += evidence[b];
  if (m == 4)
    for (size_t b = (rotation + 2) % 4; b < evidence.size(); b += m) sum += kHalfBar * evidence[b];
  return sum;
}

}  // namespace

BarPath track_bars(const MidiSong& song, const std::vector<double>& beats) {
  const std::vector<double> evidence = downbeat_evidence(song, beats, 1);
  BarPath four = best_bars(evidence, beats, 4), three = best_bars(evidence, beats, 3);
  const auto per_bar = [&](const BarPath& path) {
    return path.margin / std::sqrt(static_cast<double>(evidence.size()) / path.beats_per_bar);
  };
  BarPath& best = per_bar(three) > 1.15 * per_bar(four) + 1 ? three : four;
  const auto m = static_cast<size_t>(best.beats_per_bar);
  double other = -1e300, first = -1e300;
  for (size_t rotation = 0; rotation < m; ++rotation) {
    const double score = rotation_score(evidence, m, rotation);
    other = std::max(other, std::min(score, first));
    first = std::max(first, score);
  }
  best.margin = (first - other) / std::sqrt(static_cast<double>(evidence.size()) / static_cast<double>(m));
  return best;
}

double evidence_for_half_a_beat_later(const MidiSong& song, const std::vector<double>& beats) {
  std::vector<double> halves;
  for (size_t i = 0; i + 1 < beats.size(); ++i) {
    halves.push_back(beats[i]);
    halves.push_back((beats[i] + beats[i + 1]) / 2);
  }
  const std::vector<double> evidence = downbeat_evidence(song, halves, 2);
  double score[2];
  for (size_t later = 0; later < 2; ++later) {
    std::vector<double> of_beats, places;
    for (size_t i = later; i < halves.size(); i += 2) of_beats.push_back(evidence[i]), places.push_back(halves[i]);
    score[later] = places.size() < 2
                       ? 0
                       : best_bars(of_beats, places, 4).margin / std::sqrt(static_cast<double>(places.size()) / 4);
  }
  return score[1] - score[0];
}

}  // namespace songscape
