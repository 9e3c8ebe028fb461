#include "library/corpus_backing.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "library/corpus_pattern.h"
#include "midi/drum_kit.h"

namespace songscape {
namespace {

constexpr int kSoft = 52, kOptional = 68, kNormal = 90, kAccent = 112;

struct Hit {
  Drum drum;
  int velocity;
  bool is_optional = false;
};

// What a character of a drum pattern asks for; nothing for '.'.
std::optional<Hit> read_hit(char c, Drum drum) {
  switch (c) {
    case 'X':
      return Hit{drum, kAccent};
    case 'x':
      return Hit{drum, kNormal};
    case 'g':
      return Hit{drum, kSoft};
    case 'o':
      return Hit{Drum::open_hat, kNormal};
    case 'L':
      return Hit{Drum::low_hand, kAccent};
    case 'H':
      return Hit{Drum::high_hand, kAccent};
    case 'l':
      return Hit{Drum::low_hand, kOptional};
    case 'h':
      return Hit{Drum::high_hand, kOptional};
    case '-':
      return Hit{drum, kOptional, true};
    case '_':
      return Hit{Drum::low_hand, kOptional, true};
    default:
      return std::nullopt;
  }
}

void write_drum(const BackingPlan& plan, std::string_view pattern, Drum drum, Random& random,
                std::vector<MidiNote>& out) {
  const DrumKit& kit = find_drum_kit(plan.genre.kit);
  const PatternReader steps(plan, pattern, random);
  for (size_t bar = 0; bar < plan.form.bars.size(); ++bar) {
    if (!plan.form.bars[bar].has_drums) continue;
    for (int64_t s = 0; s < steps.n_steps(); ++s) {
      const auto hit = read_hit(steps.at(s), drum);
      if (!hit || (hit->is_optional && !steps.plays_optional(s, random))) continue;
      const int pitch = kit.sounds[static_cast<size_t>(hit->drum)].pitch;
      add_note(out, plan.song,
               {steps.tick(bar, s), steps.ticks_per_step() / 2, pitch, played_velocity(hit->velocity, random)});
    }
  }
}

// Semitones above the bar's root; −1 where the pattern is silent.
int bass_interval(char c, const Chord& chord) {
  const auto above = [&](int tone) { return ((tone - chord.root) % 12 + 12) % 12; };
  switch (c) {
    case 'R':
    case '-':
      return 0;
    case '5':
      return 7;
    case '3':
      return chord.tones.size() > 2 ? above(chord.tones[1]) : 7;
    case '8':
      return 12;
    case '7':
      return 10;
    default:
      return -1;
  }
}

}  // namespace

std::vector<MidiNote> write_drums(const BackingPlan& plan, Random& random) {
  const Groove& groove = plan.genre.groove;
  std::vector<MidiNote> notes;
  write_drum(plan, groove.kick, Drum::kick, random, notes);
  write_drum(plan, groove.snare, Drum::snare, random, notes);
  write_drum(plan, groove.hat, Drum::hat, random, notes);
  write_drum(plan, groove.hands, Drum::high_hand, random, notes);
  return notes;
}

std::vector<MidiNote> write_bass(const BackingPlan& plan, Random& random) {
  const PatternReader steps(plan, plan.genre.groove.bass, random);
  // The bass follows the register a little way: it must stay a bass.
  const int low = 28 + static_cast<int>(std::floor((plan.factors.centre_pitch - 55) / 3));
  std::vector<MidiNote> notes;
  for (size_t bar = 0; bar < plan.form.bars.size(); ++bar) {
    if (!plan.form.bars[bar].has_bass) continue;
    for (int64_t s = 0; s < steps.n_steps(); ++s) {
      const int interval = bass_interval(steps.at(s), plan.chord(bar));
      const bool is_optional = steps.at(s) == '-';
      if (interval < 0 || (is_optional && !steps.plays_optional(s, random))) continue;
      const int pitch = pitch_in_octave(plan.chord(bar).root, low) + interval;
      const int64_t duration = steps.held_steps(s) * steps.ticks_per_step() * 9 / 10;
      add_note(notes, plan.song,
               {steps.tick(bar, s), duration, pitch,
                played_velocity(is_optional ? kOptional
                                : s == 0    ? 104
                                            : kNormal,
                                random)});
    }
  }
  return notes;
}

std::vector<MidiNote> write_chords(const BackingPlan& plan, Random& random) {
  const std::string_view pattern = plan.genre.groove.chords;
  const PatternReader steps(plan, pattern, random);
  const bool is_broken = pattern.find_first_of("0123") != std::string_view::npos;
  std::vector<MidiNote> notes;
  for (size_t bar = 0; bar < plan.form.bars.size(); ++bar) {
    if (!plan.form.bars[bar].has_chords) continue;
    const std::vector<int> pitches = voiced(plan.chord(bar), plan.factors.centre_pitch - 2);
    for (int64_t s = 0; s < steps.n_steps(); ++s) {
      const char c = steps.at(s);
      const bool is_optional = c == '-';
      if (c == '.' || c == '=' || (is_optional && !steps.plays_optional(s, random))) continue;
      const int velocity = played_velocity(is_optional ? kOptional : c == 'X' ? kAccent : kNormal, random);
      const int64_t held = is_broken ? 2 : steps.held_steps(s);
      const int64_t duration = held * steps.ticks_per_step() * 9 / 10;
      for (size_t i = 0; i < pitches.size(); ++i) {
        const size_t wanted = is_optional ? static_cast<size_t>(s) : static_cast<size_t>(c - '0');
        if (is_broken && i != wanted % pitches.size()) continue;
        add_note(notes, plan.song, {steps.tick(bar, s), duration, pitches[i], velocity});
      }
    }
  }
  return notes;
}

std::vector<MidiNote> write_pad(const BackingPlan& plan) {
  std::vector<MidiNote> notes;
  for (size_t bar = 0; bar < plan.form.bars.size(); ++bar)
    for (const int pitch : voiced(plan.chord(bar), plan.factors.centre_pitch + 3))
      add_note(notes, plan.song, {plan.form.bars[bar].tick, plan.form.ticks_per_bar - 20, pitch, 84});
  return notes;
}

std::vector<MidiNote> write_lead(const BackingPlan& plan, Random& random) {
  const std::string steps_of_bar(plan.genre.groove.kick.size(), '-');
  const PatternReader steps(plan, steps_of_bar, random);
  MelodyWalk melody(scale_tones(plan.genre.scale, plan.factors), plan.factors.centre_pitch + plan.genre.lead_octave);
  const int64_t step = steps.ticks_per_step(), steps_per_beat = steps.n_steps() / plan.genre.groove.beats_per_bar;
  std::vector<MidiNote> notes;
  for (size_t bar = 0; bar < plan.form.bars.size(); ++bar) {
    for (int64_t s = 0; s < steps.n_steps(); ++s) {
      const int64_t tick = steps.tick(bar, s);
      const bool is_sung = std::any_of(plan.form.sung.begin(), plan.form.sung.end(),
                                       [&](const Window& w) { return tick >= w.tick - 2 * step && tick < w.end(); });
      const bool is_beat = s % steps_per_beat == 0;
      if (is_sung || !(s == 0 || (is_beat && random.uniform() < 0.5) || steps.plays_optional(s, random))) continue;
      const int pitch = melody.next(0, is_beat ? &plan.chord(bar) : nullptr, random);
      if (!notes.empty()) notes.back().duration = std::min(notes.back().duration, tick - notes.back().tick);
      add_note(notes, plan.song, {tick, 5 * step, pitch, played_velocity(is_beat ? 100 : 84, random)});
    }
  }
  return notes;
}

}  // namespace songscape
