#include "library/corpus_song_line.h"

#include <algorithm>
#include <cmath>

#include "library/corpus_verse.h"

namespace songscape {
namespace {

constexpr int64_t kGridTicks = 60;  // an eighth of a beat: the shortest syllable

double weight_of(const PhraseSyllable& s, bool is_last, const Prosody& prosody, Random& random) {
  double weight = random.uniform(0.85, 1.15);
  if (s.sound.is_stressed) weight *= prosody.stressed_weight;
  if (s.sound.is_long) weight *= prosody.long_weight;
  if (!s.sound.coda.empty()) weight *= prosody.closed_weight;
  return is_last ? weight * prosody.final_weight : weight;
}

// Starts of the syllables in ticks of the grid from 0, and at the back the phrase's length.
std::vector<int64_t> set_in_time(const std::vector<double>& weights, int64_t n_cells) {
  double sum = 0, before = 0;
  for (const double w : weights) sum += w;
  std::vector<int64_t> starts;
  const auto n = static_cast<int64_t>(weights.size());
  for (int64_t i = 0; i < n; ++i) {
    const auto wanted = static_cast<int64_t>(std::floor(before / sum * static_cast<double>(n_cells) + 0.5));
    const int64_t earliest = starts.empty() ? 0 : starts.back() + 1;
    starts.push_back(std::clamp(wanted, earliest, n_cells - (n - i)));
    before += weights[static_cast<size_t>(i)];
  }
  starts.push_back(n_cells);
  return starts;
}

// Piecewise linear along the phrase, t from 0 to 1.
double contour_at(const Prosody& prosody, double t) {
  const double x = t * 4.0;
  const auto i = std::min<size_t>(3, static_cast<size_t>(x));
  return prosody.contour[i] + (x - static_cast<double>(i)) * (prosody.contour[i + 1] - prosody.contour[i]);
}

std::array<double, 3> bend_of(const PhraseSyllable& s, bool is_last, const Prosody& prosody) {
  return is_last ? prosody.final_bend : s.sound.is_stressed ? prosody.stressed_bend : prosody.plain_bend;
}

class Setter {
 public:
  Setter(const SongLinePlan& plan, Random& random)
      : plan_(plan), random_(random), melody_(scale_tones(plan.genre.scale, plan.factors), plan.factors.centre_pitch) {}

  void set(const Window& window, const std::vector<PhraseSyllable>& phrase, SongLine& out) {
    const Prosody& prosody = plan_.language.prosody;
    std::vector<double> weights;
    for (size_t i = 0; i < phrase.size(); ++i)
      weights.push_back(weight_of(phrase[i], i + 1 == phrase.size(), prosody, random_));
    const std::vector<int64_t> starts = set_in_time(weights, window.duration / kGridTicks);
    int n_words = 0;
    for (size_t i = 0; i < phrase.size(); ++i) {
      const int64_t tick = window.tick + starts[i] * kGridTicks, duration = (starts[i + 1] - starts[i]) * kGridTicks;
      if (!phrase[i].word.empty()) {
        out.lyrics.push_back({tick, phrase[i].word});
        ++n_words;
      }
      const double along = static_cast<double>(i) / static_cast<double>(phrase.size());
      const double zigzag = (n_words % 2 ? -0.5 : 0.5) * prosody.zigzag_semitones;
      const bool is_last = i + 1 == phrase.size();
      const int pitch = melody_.next(contour_at(prosody, along) + zigzag, chord_at(tick, duration), random_);
      out.syllables.push_back({tick, duration, pitch, phrase[i].sound, bend_of(phrase[i], is_last, prosody)});
      ornament(out.syllables.back());
    }
  }

 private:
  // Chord tones for syllables of half a beat and more.
  const Chord* chord_at(int64_t tick, int64_t duration) const {
    const auto bar = static_cast<size_t>(tick / plan_.form.ticks_per_bar);
    return duration >= plan_.song.ticks_per_quarter / 2 ? &plan_.progression[bar % plan_.progression.size()] : nullptr;
  }

  // On a long note, a turn to the neighbour above in its middle.
  void ornament(SungSyllable& sung) {
    const bool is_long = plan_.song.tick_to_sec(sung.duration) > 0.25;
    if (is_long && random_.uniform() < plan_.language.prosody.ornament_rate)
      sung.bend[1] += plan_.language.prosody.ornament_semitones;
  }

  const SongLinePlan& plan_;
  Random& random_;
  MelodyWalk melody_;
};

}  // namespace

SongLine write_song_line(const SongLinePlan& plan, Random& random) {
  SongLine line;
  Setter setter(plan, random);
  for (const Window& window : plan.form.sung) {
    const double rate = plan.language.prosody.syllables_per_sec * random.uniform(0.9, 1.1);
    const auto wanted = static_cast<int64_t>(std::lround(rate * plan.song.tick_to_sec(window.duration)));
    const int64_t most = window.duration / kGridTicks;
    const Verse verse =
        write_verse(*plan.language.vocabulary, plan.theme, std::clamp<int64_t>(wanted, 1, most), random);
    setter.set(window, verse.syllables, line);
    line.lines.push_back(verse.text);
  }
  return line;
}

Singer draw_singer(const Language& language, Random random) {
  Singer singer;
  singer.formant_scale = random.uniform(0.88, 1.18);
  singer.vibrato_hz = language.prosody.vibrato_hz * random.uniform(0.9, 1.1);
  singer.vibrato_cents = language.prosody.vibrato_cents * random.uniform(0.6, 1.4);
  singer.glide_sec = language.prosody.glide_sec;
  singer.breath = random.uniform(0.02, 0.12);
  singer.effort = random.uniform(0.15, 0.85);
  return singer;
}

}  // namespace songscape
