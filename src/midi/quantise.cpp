#include "midi/quantise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "core/error.h"
#include "midi/harmony.h"
#include "midi/tempo_map.h"

namespace songscape {
namespace {

constexpr double kTempoHysteresis = 0.75;  // in steps of the vocabulary's tempi

// Bars of a BeatGrid by step, made as far as they are asked for.
class Bars {
 public:
  explicit Bars(const BeatGrid& beats) : beats_(beats) {}

  struct Place {
    int bar, position;
  };
  Place nearest(double step) {
    const size_t bar = bar_at(std::max(step, 0.0));
    const TimeSignature& signature = time_signature_of(signatures_[bar]);
    const double within = std::max(step, 0.0) - static_cast<double>(starts_[bar]);
    const int position = static_cast<int>(std::lround(within / signature.steps_per_position()));
    if (position < signature.n_positions()) return {static_cast<int>(bar), position};
    bar_at(static_cast<double>(starts_[bar + 1]));
    return {static_cast<int>(bar) + 1, 0};
  }
  int64_t step(Place place) const {
    const auto bar = static_cast<size_t>(place.bar);
    return starts_[bar] + place.position * time_signature_of(signatures_[bar]).steps_per_position();
  }
  size_t bar_at(double step) {
    while (static_cast<double>(starts_.back()) <= step) add();
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), step,
                                        [](double s, int64_t start) { return s < static_cast<double>(start); });
    return static_cast<size_t>(after - starts_.begin()) - 1;
  }
  int signature(size_t bar) const { return signatures_[bar]; }
  int64_t start(size_t bar) const { return starts_[bar]; }

 private:
  void add() {
    if (signatures_.size() == kMaxBars)
      fail(ExitCode::damaged, {.what = "a MIDI song is too long",
                               .where = {},
                               .seen = {},
                               .wanted = "at most " + std::to_string(kMaxBars) + " bars",
                               .fix = {}});
    signatures_.push_back(beats_.bars[std::min(signatures_.size(), beats_.bars.size() - 1)]);
    starts_.push_back(starts_.back() + time_signature_of(signatures_.back()).steps());
  }

  const BeatGrid& beats_;
  std::vector<int> signatures_;
  std::vector<int64_t> starts_ = {0};  // one more than signatures
};

GridNote to_grid(const MidiNote& note, int program, const BeatGrid& beats, Bars& bars) {
  const double start = beats.to_step(static_cast<double>(note.tick));
  const double end = beats.to_step(static_cast<double>(note.tick + note.duration));
  const auto [bar, position] = bars.nearest(start);
  const int duration = program == kDrumProgram ? kDrumSteps : duration_of(nearest_duration(end - start));
  return {bar, position, program, note.pitch, velocity_bin(note.velocity), duration};
}

auto place_of(const GridNote& note) { return std::tie(note.bar, note.position, note.program, note.pitch); }

// In order, and of notes at one place a single one.
void sort_and_merge(std::vector<GridNote>& notes) {
  std::sort(notes.begin(), notes.end());
  size_t n = 0;
  for (const GridNote& note : notes) {
    if (n > 0 && place_of(notes[n - 1]) == place_of(note)) {
      notes[n - 1].velocity = std::max(notes[n - 1].velocity, note.velocity);
      notes[n - 1].duration = std::max(notes[n - 1].duration, note.duration);
    } else {
      notes[n++] = note;
    }
  }
  notes.resize(n);
}

// A note ends where its pitch begins again on its program.
void end_before_repeats(std::vector<GridNote>& notes, const Bars& bars) {
  std::map<std::pair<int, int>, int64_t> next_start;
  for (size_t i = notes.size(); i-- > 0;) {
    GridNote& note = notes[i];
    if (note.program == kDrumProgram) continue;
    const int64_t start = bars.step({note.bar, note.position});
    const auto [next, is_last] = next_start.try_emplace({note.program, note.pitch}, start);
    if (!is_last && next->second - start < note.duration)
      note.duration = duration_of(longest_duration(static_cast<int>(next->second - start)));
    next->second = start;
  }
}

std::vector<GridNote> to_grid(const MidiSong& song, const BeatGrid& beats, Bars& bars) {
  const std::vector<int> programs = assign_programs(song);
  std::vector<GridNote> notes;
  for (size_t t = 0; t < song.tracks.size(); ++t)
    for (const MidiNote& note : song.tracks[t].notes) notes.push_back(to_grid(note, programs[t], beats, bars));
  sort_and_merge(notes);
  end_before_repeats(notes, bars);
  return notes;
}

// As many bars as notes sound in.
size_t count_bars(const std::vector<GridNote>& notes, Bars& bars) {
  size_t last = bars.bar_at(0);
  for (const GridNote& note : notes)
    last = std::max({last, static_cast<size_t>(note.bar),
                     bars.bar_at(static_cast<double>(bars.step({note.bar, note.position}) +
                                                     (note.program == kDrumProgram ? 1 : note.duration) - 1))});
  return last + 1;
}

// Quarters a minute between two ticks.
double mean_tempo(const TempoMap& tempi, double from, double to, int ticks_per_quarter) {
  const auto first = static_cast<int64_t>(std::max(0.0, std::round(from)));
  const auto last = std::max(first + 1, static_cast<int64_t>(std::round(to)));
  const double sec = tempi.sec(last) - tempi.sec(first);
  return static_cast<double>(last - first) / ticks_per_quarter * 60 / std::max(sec, 1e-9);
}

std::vector<GridBar> to_bars(const MidiSong& song, const BeatGrid& beats, const Bars& bars, size_t n_bars) {
  const TempoMap tempi(song);
  const double step = std::log(tempo_of(1) / tempo_of(0));
  std::vector<GridBar> out;
  for (size_t i = 0; i < n_bars; ++i) {
    const double from = beats.to_tick(static_cast<double>(bars.start(i)));
    const double to = beats.to_tick(static_cast<double>(bars.start(i + 1)));
    const double tempo = mean_tempo(tempi, from, to, song.ticks_per_quarter);
    const bool stays = i > 0 && std::fabs(std::log(tempo / tempo_of(out.back().tempo))) < kTempoHysteresis * step;
    out.push_back({bars.signature(i), stays ? out.back().tempo : nearest_tempo(tempo), -1});
  }
  return out;
}

// Keys of the file, each from the bar on that begins nearest to it.
void add_keys_of_file(GridSong& out, const MidiSong& song, const BeatGrid& beats, Bars& bars) {
  for (const MidiKey& key : song.keys) {
    const double step = std::max(0.0, beats.to_step(static_cast<double>(key.tick)));
    if (step > static_cast<double>(bars.start(out.bars.size()))) break;
    size_t bar = bars.bar_at(step);
    if (step - static_cast<double>(bars.start(bar)) > static_cast<double>(bars.start(bar + 1)) - step) ++bar;
    for (; bar < out.bars.size(); ++bar) out.bars[bar].key = to_key(key.pitch_class, key.is_minor);
  }
}

bool is_named(const std::string& name, std::string_view word) {
  return std::search(name.begin(), name.end(), word.begin(), word.end(),
                     [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; }) != name.end();
}

// Share of the track's notes that begin while no other sounds; mean pitch.
std::pair<double, double> solo_share_and_pitch(const MidiTrack& track) {
  std::vector<MidiNote> notes = track.notes;
  std::sort(notes.begin(), notes.end(), [](const MidiNote& a, const MidiNote& b) { return a.tick < b.tick; });
  int64_t end = -1;
  double alone = 0, pitch = 0;
  for (size_t i = 0; i < notes.size(); ++i) {
    const bool is_chord = i + 1 < notes.size() && notes[i + 1].tick == notes[i].tick;
    alone += !is_chord && notes[i].tick + notes[i].duration / 4 >= end ? 1 : 0;
    end = std::max(end, notes[i].tick + notes[i].duration);
    pitch += notes[i].pitch;
  }
  const auto n = static_cast<double>(notes.size());
  return {alone / n, pitch / n};
}

}  // namespace

std::vector<int> assign_programs(const MidiSong& song) {
  std::array<bool, 128> is_taken{};
  std::vector<int> out;
  for (const MidiTrack& track : song.tracks) {
    int program = track.notes.empty() ? -1 : track.is_drums() ? kDrumProgram : track.program;
    if (program >= 0 && program < kDrumProgram) {
      const int family = program / 8 * 8;
      for (int i = 0; i < 136; ++i) {
        // First the rest of its own family, then its own from the start, then those behind it.
        const int candidate = i < 8 ? family + (program - family + i) % 8 : (family + i) % 128;
        if (is_taken[static_cast<size_t>(candidate)]) continue;
        program = candidate;
        break;
      }
      is_taken[static_cast<size_t>(program)] = true;
    }
    out.push_back(program);
  }
  return out;
}

int find_melody(const MidiSong& song) {
  for (const char* word : {"melody", "vocal", "voice", "lead"})
    for (size_t t = 0; t < song.tracks.size(); ++t)
      if (!song.tracks[t].notes.empty() && !song.tracks[t].is_drums() && is_named(song.tracks[t].name, word))
        return static_cast<int>(t);
  int best = -1;
  double highest = 0;
  for (size_t t = 0; t < song.tracks.size(); ++t) {
    if (song.tracks[t].notes.empty() || song.tracks[t].is_drums()) continue;
    const auto [alone, pitch] = solo_share_and_pitch(song.tracks[t]);
    if (alone >= 0.8 && pitch > highest) best = static_cast<int>(t), highest = pitch;
  }
  return best;
}

GridSong quantise(const MidiSong& song, QuantiseOptions options) {
  return quantise(song, options.trust_file ? beats_of_file(song) : find_beats(song), options);
}

GridSong quantise(const MidiSong& song, const BeatGrid& beats, QuantiseOptions options) {
  Bars bars(beats);
  GridSong out;
  out.notes = to_grid(song, beats, bars);
  out.bars = to_bars(song, beats, bars, count_bars(out.notes, bars));
  const int melody = find_melody(song);
  if (melody >= 0) out.melody_program = assign_programs(song)[static_cast<size_t>(melody)];
  if (options.trust_file)
    add_keys_of_file(out, song, beats, bars);
  else if (const KeyEstimate key = estimate_key(out); key.key >= 0)
    for (GridBar& bar : out.bars) bar.key = key.key;
  if (options.chords) out.chords = estimate_chords(out).chords;
  return out;
}

MidiSong to_midi(const GridSong& song) {
  check_grid_song(song);
  constexpr int kTicksPerStep = 20;
  const std::vector<int64_t> starts = bar_starts(song), onsets = note_starts(song);
  MidiSong out;
  out.ticks_per_quarter = kTicksPerStep * kStepsPerQuarter;
  GridBar before{-1, -1, -1};
  for (size_t i = 0; i < song.bars.size(); ++i) {
    const GridBar& bar = song.bars[i];
    const int64_t tick = starts[i] * kTicksPerStep;
    const TimeSignature& signature = time_signature_of(bar.time_signature);
    if (bar.time_signature != before.time_signature)
      out.time_signatures.push_back({tick, signature.numerator, signature.denominator});
    if (bar.tempo != before.tempo)
      out.tempi.push_back({tick, static_cast<int>(std::lround(60e6 / tempo_of(bar.tempo)))});
    if (bar.key != before.key) out.keys.push_back({tick, tonic_of(bar.key), is_minor_key(bar.key)});
    before = bar;
  }
  std::map<int, MidiTrack> tracks;
  for (const GridNote& note : song.notes) tracks[note.program].notes.push_back({});
  int channel = 0;
  for (auto& [program, track] : tracks) {
    track.notes.clear();
    track.name = program == song.melody_program ? "Melody" : "";
    track.program = program == kDrumProgram ? 0 : program;
    track.channel = program == kDrumProgram ? 9 : channel;
    if (program != kDrumProgram) channel = (channel == 8 ? 10 : channel + 1) % 16;
  }
  std::map<std::pair<int, int>, int64_t> next_start;
  out.end_tick = starts.back() * kTicksPerStep;
  for (size_t i = song.notes.size(); i-- > 0;) {
    const GridNote& note = song.notes[i];
    const int64_t start = onsets[i];
    const auto [next, is_last] = next_start.try_emplace({note.program, note.pitch}, start);
    int64_t duration = note.duration;
    if (!is_last) duration = std::min(duration, next->second - start);
    next->second = start;
    const MidiNote written{start * kTicksPerStep, duration * kTicksPerStep, note.pitch, velocity_of(note.velocity)};
    tracks[note.program].notes.push_back(written);
    out.end_tick = std::max(out.end_tick, written.tick + written.duration);
  }
  for (auto& [program, track] : tracks) {
    std::reverse(track.notes.begin(), track.notes.end());
    out.tracks.push_back(std::move(track));
  }
  return out;
}

}  // namespace songscape
