// How often beats, bars, keys and chords of MIDI songs are found (midi/beat_alignment.h, midi/harmony.h):
//   ninja bench_symbolic && build/bench_symbolic [POP909]
// The built-in corpus tells the truth: its songs as they are, begun anywhere between ticks and bars, played unevenly,
// without drums, with jumps of phase.  Of pop909 it prints how onsets gather about 8ths and 16ths before and after, and
// 24 downbeats and 22 keys of its annotators (music-x-lab/POP909-Dataset, MIT) beside ours.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <numbers>
#include <vector>

#include "core/file.h"
#include "core/random.h"
#include "library/corpus_arrange.h"
#include "library/corpus_form.h"
#include "library/corpus_harmony.h"
#include "midi/beat_alignment.h"
#include "midi/beat_tracking.h"
#include "midi/harmony.h"
#include "midi/quantise.h"
#include "midi/smf_reader.h"
#include "midi/tempo_map.h"

namespace songscape {
namespace {

namespace fs = std::filesystem;

const CorpusSpec kCorpus{.n_songs = 450, .seed = 909, .duration_sec = 60};

struct Variant {
  const char* name;
  bool is_shifted, has_drums;
  double jitter;  // of onsets, standard deviation in quarters
  int n_jumps;
  bool says_metre;
};
const std::vector<Variant> kVariants = {
    {"as it is", false, true, 0, 0, true},       {"begun anywhere", true, true, 0, 0, false},
    {"without drums", true, false, 0, 0, false}, {"jitter .02", true, false, .02, 0, false},
    {"jitter .04", true, false, .04, 0, false},  {"2 jumps", true, false, .01, 2, false}};

struct Performance {
  MidiSong song;
  std::vector<double> downbeats;  // ticks
};

Performance perform(const MidiSong& song, const Variant& variant, Random& random) {
  Performance out{song, {}};
  const double tpq = song.ticks_per_quarter;
  const double bar = tpq * song.time_signatures[0].numerator * 4 / song.time_signatures[0].denominator;
  const double shift = variant.is_shifted ? random.uniform(0, bar) : 0;
  std::vector<std::pair<double, double>> jumps;
  for (int i = 0; i < variant.n_jumps; ++i)
    jumps.emplace_back(static_cast<double>(song.end_tick) * (i + 1 + random.uniform(-.3, .3)) / (variant.n_jumps + 1),
                       tpq * random.uniform(.1, .4));
  const auto moved = [&](double tick) {
    double to = tick + shift;
    for (const auto& [at, by] : jumps) to += tick >= at ? by : 0;
    return to;
  };
  for (double tick = 0; tick < static_cast<double>(song.end_tick); tick += bar) out.downbeats.push_back(moved(tick));
  out.song.end_tick = static_cast<int64_t>(moved(static_cast<double>(song.end_tick)) + bar);
  if (!variant.says_metre) out.song.time_signatures.clear();
  std::vector<MidiTrack> tracks;
  for (MidiTrack& track : out.song.tracks) {
    if (track.is_drums() && !variant.has_drums) continue;
    for (MidiNote& note : track.notes) {
      const double tick = moved(static_cast<double>(note.tick)) + random.normal() * variant.jitter * tpq;
      note.tick = std::max<int64_t>(0, std::llround(tick));
    }
    std::sort(track.notes.begin(), track.notes.end(),
              [](const MidiNote& a, const MidiNote& b) { return a.tick < b.tick; });
    tracks.push_back(track);
  }
  out.song.tracks = tracks;
  return out;
}

struct Found {
  double beats = 0, downbeats = 0, off_beats = 0;  // shares
};

Found judge(const BeatGrid& grid, const std::vector<double>& downbeats) {
  Found found;
  std::map<int64_t, bool> begins;
  int64_t step = 0;
  for (size_t i = 0; step <= static_cast<int64_t>(grid.to_step(downbeats.back())) + 200; ++i) {
    begins[step] = true;
    step += time_signature_of(grid.bars[std::min(i, grid.bars.size() - 1)]).steps();
  }
  for (const double tick : downbeats) {
    const double at = grid.to_step(tick) / kStepsPerQuarter, off = at - std::round(at);
    const bool is_beat = std::fabs(off) < 1.0 / 16;
    found.beats += is_beat;
    found.off_beats += std::fabs(std::fabs(off) - .5) < 1.0 / 16;
    found.downbeats += is_beat && begins.count(std::llround(at) * kStepsPerQuarter);
  }
  const auto n = static_cast<double>(downbeats.size());
  return {found.beats / n, found.downbeats / n, found.off_beats / n};
}

void measure_beats(const std::vector<SongPlan>& plans) {
  std::printf("%-16s %6s %8s %9s %9s   confidence 0-.2-.4-.6-.8-1: bars right (songs)\n", "beats", "beats", "off by ½",
              "downbeats", "of file");
  for (const Variant& variant : kVariants) {
    Found sum;
    double of_file = 0, n = 0;
    std::vector<double> right(5), count(5);
    for (const SongPlan& plan : plans) {
      const MidiSong song = arrange_song(plan, kCorpus).arrangement.song;
      if (song.time_signatures[0].denominator != 4) continue;
      Random random(1, stream_id("performance", static_cast<uint64_t>(plan.number)));
      const Performance played = perform(song, variant, random);
      const BeatGrid grid = find_beats(played.song);
      const Found found = judge(grid, played.downbeats);
      sum.beats += found.beats, sum.downbeats += found.downbeats, sum.off_beats += found.off_beats;
      of_file += grid.is_of_file;
      const auto bin = static_cast<size_t>(std::min(4.0, grid.bar_confidence * 5));
      right[bin] += found.downbeats, count[bin] += 1, n += 1;
    }
    std::printf("%-16s %6.3f %8.3f %9.3f %9.3f  ", variant.name, sum.beats / n, sum.off_beats / n, sum.downbeats / n,
                of_file / n);
    for (size_t i = 0; i < 5; ++i) std::printf(" %.2f (%.0f)", right[i] / std::max(1.0, count[i]), count[i]);
    std::printf("\n");
  }
}

int truth_of(const Chord& chord) {
  if (chord.tones.size() < 3) return -1;
  const auto has = [&](int above) {
    return std::find(chord.tones.begin(), chord.tones.end(), (chord.root + above) % 12) != chord.tones.end();
  };
  if (has(4)) return to_chord(chord.root, has(10) ? ChordQuality::dominant7 : ChordQuality::major);
  return to_chord(chord.root, has(6) ? ChordQuality::diminished : ChordQuality::minor);
}

void measure_harmony(const std::vector<SongPlan>& plans) {
  double keys = 0, relatives = 0, fifths = 0, n = 0, roots = 0, chords = 0, n_chords = 0, n_beats = 0;
  std::vector<double> right(5), count(5);
  for (const SongPlan& plan : plans) {
    const CorpusSong made = arrange_song(plan, kCorpus);
    const MidiSong& song = made.arrangement.song;
    const GridSong grid = quantise(song);
    const KeyEstimate key = estimate_key(grid);
    const int truth = to_key(plan.factors.key, plan.factors.is_minor);
    keys += key.key == truth;
    relatives += key.key != truth && key_tones(key.key) == key_tones(truth);
    fifths +=
        is_minor_key(key.key) == is_minor_key(truth) && (tonic_of(key.key) - tonic_of(truth) + 24) % 12 % 2 == 1 &&
        ((tonic_of(key.key) - tonic_of(truth) + 12) % 12 == 5 || (tonic_of(key.key) - tonic_of(truth) + 12) % 12 == 7);
    const auto bin = static_cast<size_t>(std::min(4.0, key.confidence * 5));
    right[bin] += key.key == truth, count[bin] += 1, n += 1;
    Random random(kCorpus.seed, stream_id("corpus backing", static_cast<uint64_t>(plan.number)));
    MidiSong frame = song;
    frame.tracks.clear();
    const Form form = draw_form(frame, random);
    const auto progression = draw_progression(corpus_genres()[static_cast<size_t>(plan.genre)], plan.factors, random);
    for (const BeatChord& beat : chords_of_beats(grid)) {
      if (static_cast<size_t>(beat.bar) >= form.bars.size()) continue;
      const Chord& is = progression[static_cast<size_t>(beat.bar) % progression.size()];
      roots += beat.chord >= 0 && root_of(beat.chord) == is.root;
      n_beats += 1;
      if (truth_of(is) < 0) continue;
      chords += beat.chord == truth_of(is);
      n_chords += 1;
    }
  }
  std::printf("\nkeys of the corpus: right %.3f, relative %.3f, a fifth off %.3f; by confidence", keys / n,
              relatives / n, fifths / n);
  for (size_t i = 0; i < 5; ++i) std::printf(" %.2f (%.0f)", right[i] / std::max(1.0, count[i]), count[i]);
  std::printf("\nchords of its beats: root %.3f; root and quality, where there are thirds, %.3f\n", roots / n_beats,
              chords / n_chords);
}

struct Downbeat {
  int song;
  double sec;
};
const std::vector<Downbeat> kDownbeats = {
    {2, 103.018326},   {2, 163.018326},   {14, 52.896272},   {14, 151.163792},  {50, 162.545552},  {50, 184.6994},
    {150, 162.336387}, {150, 206.508051}, {250, 84.00944},   {250, 200.1998},   {350, 166.099056}, {350, 215.622868},
    {450, 145.773555}, {450, 201.663911}, {550, 106.123068}, {550, 159.456268}, {650, 153.175346}, {650, 204.114026},
    {750, 115.751218}, {750, 163.75117},  {850, 128.275941}, {850, 180.381159}, {302, 147.62471},  {302, 202.481798}};
const std::map<int, int> kKeys = {{2, 10},   {10, 7},   {14, 12},  {50, 7},  {100, 23}, {150, 0},  {200, 20}, {250, 2},
                                  {300, 13}, {302, 17}, {350, 21}, {400, 7}, {450, 2},  {500, 13}, {550, 20}, {600, 10},
                                  {650, 3},  {700, 1},  {750, 23}, {800, 3}, {850, 3},  {900, 5}};

MidiSong read_song(const fs::path& folder, int number) {
  char name[16];
  std::snprintf(name, sizeof name, "%03d.mid", number);
  return read_smf(read_file(folder / name)).song;
}

double concentration(const std::vector<double>& places, double period) {
  std::complex<double> sum;
  for (const double at : places) sum += std::polar(1.0, 2 * std::numbers::pi * at / period);
  return places.empty() ? 0 : sum.real() / static_cast<double>(places.size());
}

void measure_pop909(const fs::path& folder) {
  std::vector<std::vector<double>> figures(6);
  std::map<int, int> metres;
  double n_bars_right = 0, n_beats_right = 0, keys_right = 0, of_file = 0, bars = 0, odd_bars = 0;
  for (int number = 1; number <= 909; ++number) {
    const MidiSong song = read_song(folder, number);
    const BeatGrid grid = find_beats(song);
    of_file += grid.is_of_file;
    const GridSong on_grid = quantise(song, grid);
    std::map<int, int> of_song;
    for (const GridBar& bar : on_grid.bars) ++of_song[bar.time_signature];
    const auto usual = std::max_element(of_song.begin(), of_song.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
    ++metres[usual->first];
    bars += static_cast<double>(on_grid.bars.size());
    odd_bars += static_cast<double>(on_grid.bars.size()) - usual->second;
    std::vector<double> before, after;
    for (const MidiTrack& track : song.tracks)
      for (const MidiNote& note : track.notes) {
        before.push_back(static_cast<double>(note.tick) / song.ticks_per_quarter);
        after.push_back(grid.to_step(static_cast<double>(note.tick)) / kStepsPerQuarter);
      }
    size_t f = 0;
    for (const double period : {.25, .5, 1.0}) {
      figures[f++].push_back(concentration(before, period));
      figures[f++].push_back(concentration(after, period));
    }
    const TempoMap tempi(song);
    for (const auto& [which, sec] : kDownbeats) {
      if (which != number) continue;
      int64_t tick = 0;
      while (tempi.sec(tick) < sec) ++tick;
      const Found found = judge(grid, {static_cast<double>(tick)});
      n_beats_right += found.beats, n_bars_right += found.downbeats;
      std::printf(
          "%03d %8.3f s: %s%s, %.3f of a quarter off; confidence %.2f, %.2f\n", which, sec,
          found.beats > 0       ? "beat"
          : found.off_beats > 0 ? "off by ½"
                                : "no beat",
          found.downbeats > 0 ? ", downbeat" : "",
          [&] {
            const double at = grid.to_step(static_cast<double>(tick)) / kStepsPerQuarter;
            return at - std::round(at);
          }(),
          grid.beat_confidence, grid.bar_confidence);
    }
    if (const auto known = kKeys.find(number); known != kKeys.end()) {
      const KeyEstimate key = estimate_key(on_grid);
      keys_right += key.key == known->second;
      std::printf("%03d: %s (%.2f), annotated %s\n", number, key_name(key.key).c_str(), key.confidence,
                  key_name(known->second).c_str());
    }
  }
  std::printf("\npop909: %.0f songs on the file's beats; bars unlike most of their song's %.4f; metres", of_file,
              odd_bars / bars);
  for (const auto& [metre, n] : metres)
    std::printf(" %d/%d %d", time_signature_of(metre).numerator, time_signature_of(metre).denominator, n);
  const char* names[] = {"16ths before", "16ths after",     "8ths before",
                         "8ths after",   "quarters before", "quarters after"};
  std::printf("\nmean cosine of onsets' phase: quantiles .1 .25 .5 .75 .9\n");
  for (size_t f = 0; f < figures.size(); ++f) {
    std::sort(figures[f].begin(), figures[f].end());
    std::printf("%-16s", names[f]);
    for (const double q : {.1, .25, .5, .75, .9})
      std::printf(" %6.3f", figures[f][static_cast<size_t>(q * static_cast<double>(figures[f].size() - 1))]);
    std::printf("\n");
  }
  std::printf("annotated downbeats: %.0f of %zu on a beat, %.0f on a downbeat; keys %.0f of %zu\n", n_beats_right,
              kDownbeats.size(), n_bars_right, keys_right, kKeys.size());
}

int run(int argc, char** argv) {
  if (argc > 2 || (argc == 2 && !fs::is_directory(argv[1]))) {
    std::fprintf(stderr, "usage: bench_symbolic [POP909]\n");
    return 2;
  }
  const std::vector<SongPlan> plans = plan_corpus(kCorpus);
  measure_beats(plans);
  measure_harmony(plans);
  if (argc == 2) measure_pop909(argv[1]);
  return 0;
}

}  // namespace
}  // namespace songscape

int main(int argc, char** argv) try { return songscape::run(argc, argv); } catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
