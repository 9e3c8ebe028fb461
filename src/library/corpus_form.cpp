#include "library/corpus_form.h"

#include <algorithm>

namespace songscape {
namespace {

constexpr double kPhraseShare = 0.68;    // of its bars, sung
constexpr double kShortestGapSec = 1.1;  // between phrases, less what consonants and tails take

// Bars of a phrase with its gap: as many as last three to six seconds.
int64_t bars_per_phrase(double bar_sec) { return bar_sec >= 2.8 ? 1 : bar_sec >= 1.4 ? 2 : 4; }

Window draw_phrase(const MidiSong& song, int64_t start, int64_t length, Random& random) {
  const int64_t beat = song.ticks_per_quarter;
  const int64_t upbeat = random.below(3) * beat / 2;
  const double tick_sec = song.tick_to_sec(1);
  const auto gap = static_cast<int64_t>(kShortestGapSec / tick_sec);
  const auto sung = static_cast<int64_t>(static_cast<double>(length) * kPhraseShare);
  const int64_t duration = std::min(sung, length - gap) / (beat / 2) * (beat / 2);
  return {start + upbeat, std::max(duration, beat)};
}

}  // namespace

Form draw_form(const MidiSong& song, Random& random) {
  Form form;
  form.ticks_per_bar = int64_t{song.ticks_per_quarter} * song.time_signatures.front().numerator;
  const auto n_bars = (song.end_tick + form.ticks_per_bar - 1) / form.ticks_per_bar;
  for (int64_t b = 0; b < n_bars; ++b) form.bars.push_back({b * form.ticks_per_bar});
  const int64_t beat = song.ticks_per_quarter;
  const double bar_sec = song.tick_to_sec(form.ticks_per_bar);
  const int64_t phrase = bars_per_phrase(bar_sec);
  const int64_t intro = std::max<int64_t>(1, phrase / 2 + random.below(2) * phrase / 2);

  const int64_t sparse = random.below(4);  // what the introduction leaves out
  for (int64_t b = 0; b < std::min(intro, n_bars); ++b) {
    Bar& bar = form.bars[static_cast<size_t>(b)];
    bar.has_drums = sparse != 1 && sparse != 3;
    bar.has_bass = sparse != 2 && sparse != 3;
  }
  int64_t until_break = 2 + random.below(2);
  for (int64_t b = intro; b < n_bars; b += phrase) {
    const bool is_break = until_break-- == 0;
    if (is_break) {
      until_break = 3 + random.below(2);
      const int64_t left_out = random.below(4);
      for (int64_t i = b; i < std::min(b + phrase, n_bars); ++i) {
        form.bars[static_cast<size_t>(i)].has_drums = left_out != 1;
        form.bars[static_cast<size_t>(i)].has_chords = left_out != 2;
      }
      continue;
    }
    Window sung = draw_phrase(song, b * form.ticks_per_bar, phrase * form.ticks_per_bar, random);
    sung.duration = std::min(sung.duration, (song.end_tick - sung.tick) / beat * beat);  // the last one is cut short
    if (sung.duration >= 2 * beat) form.sung.push_back(sung);
  }
  return form;
}

}  // namespace songscape
