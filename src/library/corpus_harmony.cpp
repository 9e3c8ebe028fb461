#include "library/corpus_harmony.h"

#include <algorithm>
#include <cmath>

#include "midi/portable_math.h"

namespace songscape {
namespace {

constexpr std::array<int, 7> kMajor = {0, 2, 4, 5, 7, 9, 11}, kMinor = {0, 2, 3, 5, 7, 8, 10};

// Degrees of the scale, one a bar.
struct Progressions {
  std::array<std::string_view, 3> major, minor;
};

Progressions progressions_of(Harmony harmony) {
  switch (harmony) {
    case Harmony::pop:
      return {{"1564", "1645", "6415"}, {"1637", "1673", "1473"}};
    case Harmony::rock:
      return {{"1454", "1415", "1544"}, {"1767", "1637", "1417"}};
    case Harmony::blues:
      return {{"111144115411", "141144115415", "1114"}, {"111144116511", "141144116511", "1114"}};
    case Harmony::jazz:
      return {{"2511", "1625", "3625"}, {"2511", "1425", "1625"}};
    case Harmony::modal:
      return {{"1111", "1212", "1414"}, {"1717", "1171", "1414"}};
    case Harmony::folk:
      return {{"1145", "1415", "1541"}, {"1147", "1457", "1741"}};
    case Harmony::latin:
      return {{"1455", "1454", "2514"}, {"1455", "1765", "1451"}};
    case Harmony::vamp:
      return {{"1111", "1144", "1414"}, {"1111", "1177", "1414"}};
  }
  return {};
}

Chord chord_on(int degree, const Genre& genre, const Factors& factors) {
  const auto& steps = factors.is_minor ? kMinor : kMajor;
  const auto tone = [&](int i) { return (factors.key + steps[static_cast<size_t>((degree + i) % 7)]) % 12; };
  Chord chord{tone(0), {tone(0)}};
  if (genre.chord_size > 2) chord.tones.push_back(tone(2));
  chord.tones.push_back(tone(4));
  if (genre.chord_size > 3) chord.tones.push_back(tone(6));
  // The dominant of a minor key has a leading note where the harmony asks for one.
  const bool leads = genre.harmony == Harmony::jazz || genre.harmony == Harmony::latin;
  if (leads && factors.is_minor && degree == 4 && genre.chord_size > 2) chord.tones[1] = (chord.root + 4) % 12;
  return chord;
}

}  // namespace

std::vector<Chord> draw_progression(const Genre& genre, const Factors& factors, Random& random) {
  const Progressions all = progressions_of(genre.harmony);
  const std::string_view degrees = (factors.is_minor ? all.minor : all.major)[static_cast<size_t>(random.below(3))];
  std::vector<Chord> chords;
  for (const char degree : degrees) chords.push_back(chord_on(degree - '1', genre, factors));
  return chords;
}

int pitch_in_octave(int pitch_class, int low) { return low + ((pitch_class - low) % 12 + 12) % 12; }

std::vector<int> voiced(const Chord& chord, double centre_pitch) {
  const int low = static_cast<int>(std::floor(centre_pitch)) - 6;
  std::vector<int> pitches;
  for (const int tone : chord.tones) pitches.push_back(pitch_in_octave(tone, low));
  if (chord.tones.size() == 2) pitches.push_back(pitches[0] + 12);
  std::sort(pitches.begin(), pitches.end());
  return pitches;
}

std::vector<int> scale_tones(Scale scale, const Factors& factors) {
  std::vector<int> steps;
  switch (scale) {
    case Scale::plain:
      steps.assign(factors.is_minor ? kMinor.begin() : kMajor.begin(), factors.is_minor ? kMinor.end() : kMajor.end());
      break;
    case Scale::pentatonic:
      steps = factors.is_minor ? std::vector{0, 3, 5, 7, 10} : std::vector{0, 2, 4, 7, 9};
      break;
    case Scale::blues:
      steps = factors.is_minor ? std::vector{0, 3, 5, 6, 7, 10} : std::vector{0, 2, 3, 4, 7, 9};
      break;
    case Scale::hijaz:
      steps = factors.is_minor ? std::vector{0, 2, 3, 6, 7, 8, 11} : std::vector{0, 1, 4, 5, 7, 8, 10};
      break;
  }
  for (int& step : steps) step = (step + factors.key) % 12;
  return steps;
}

int MelodyWalk::next(double offset, const Chord* chord, Random& random) {
  const double centre = centre_pitch_ + offset;
  std::vector<int> pitches;
  std::vector<double> weights;
  double sum = 0;
  for (int pitch = static_cast<int>(centre_pitch_) - 10; pitch <= static_cast<int>(centre_pitch_) + 10; ++pitch) {
    if (std::find(scale_.begin(), scale_.end(), pitch % 12) == scale_.end()) continue;
    const double step = (pitch - last_) / 3.0, away = (pitch - centre) / 4.5;
    double weight = portable::exp2(-step * step - away * away);
    if (std::fabs(step) < 0.1) weight *= 0.4;
    if (chord && std::find(chord->tones.begin(), chord->tones.end(), pitch % 12) != chord->tones.end()) weight *= 4;
    pitches.push_back(pitch);
    weights.push_back(weight);
    sum += weight;
  }
  double left = random.uniform() * sum;
  size_t i = 0;
  while (i + 1 < pitches.size() && left >= weights[i]) left -= weights[i++];
  last_ = pitches[i];
  return pitches[i];
}

}  // namespace songscape
