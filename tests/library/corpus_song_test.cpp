// Songs of the built-in corpus as notes and as sound.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/hash.h"
#include "core/parallel.h"
#include "core/text.h"
#include "library/corpus_arrange.h"
#include "library/corpus_genres.h"
#include "library/corpus_languages.h"

namespace songscape {
namespace {

TEST(CorpusSong, EverySongsNotesAreInRangeAndEndWithIt) {
  const CorpusSpec spec{.n_songs = 450, .seed = 3};
  for (const SongPlan& plan : plan_corpus(spec)) {
    const CorpusSong song = arrange_song(plan, spec);
    const MidiSong& midi = song.arrangement.song;
    EXPECT_FALSE(to_smf(midi).empty());  // refuses notes out of range
    ASSERT_EQ(midi.tracks.size(), song.arrangement.parts.size());
    EXPECT_EQ(midi.tracks.back().name, "Voice");
    for (const MidiTrack& track : midi.tracks)
      for (const MidiNote& note : track.notes) EXPECT_LE(note.tick + note.duration, midi.end_tick) << plan.stem;
  }
}

TEST(CorpusSong, TheVoiceSingsAndLeavesGaps) {
  const CorpusSpec spec{.n_songs = 450};
  for (const SongPlan& plan : plan_corpus(spec)) {
    const CorpusSong song = arrange_song(plan, spec);
    const MidiSong& midi = song.arrangement.song;
    double sung_sec = 0, gap_sec = 0, last_end = -kVoiceTailSec;
    for (const MidiNote& note : midi.tracks.back().notes) {
      sung_sec += midi.tick_to_sec(note.duration);
      const double start = midi.tick_to_sec(note.tick), silence = start - last_end - kVoiceTailSec - kVoiceLeadSec;
      gap_sec += std::max(0.0, silence);
      last_end = midi.tick_to_sec(note.tick + note.duration);
    }
    EXPECT_GT(sung_sec, 7) << plan.stem;
    EXPECT_GT(gap_sec, 6) << plan.stem;
  }
}

TEST(CorpusSong, InstrumentsDoNotKnowTheLanguage) {
  const CorpusSpec spec{.n_songs = 225};
  for (SongPlan plan : plan_corpus(spec)) {
    const CorpusSong first = arrange_song(plan, spec);
    plan.language = (plan.language + 1) % kNumLanguages;
    const CorpusSong second = arrange_song(plan, spec);
    for (size_t t = 0; t + 1 < first.arrangement.song.tracks.size(); ++t) {
      const auto &a = first.arrangement.song.tracks[t].notes, &b = second.arrangement.song.tracks[t].notes;
      ASSERT_EQ(a.size(), b.size());
      EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), [](const MidiNote& x, const MidiNote& y) {
        return x.tick == y.tick && x.pitch == y.pitch && x.duration == y.duration && x.velocity == y.velocity;
      }));
    }
    EXPECT_NE(first.lines, second.lines);
  }
}

TEST(CorpusSong, DensityAddsNotesAndRegisterRaisesThem) {
  const CorpusSpec spec{.n_songs = 45};
  for (SongPlan plan : plan_corpus(spec)) {
    const auto describe = [&](double density, double centre_pitch) {
      plan.factors.density = density;
      plan.factors.centre_pitch = centre_pitch;
      const CorpusSong song = arrange_song(plan, spec);
      size_t n_notes = 0;
      double sum = 0;
      for (const MidiTrack& track : song.arrangement.song.tracks) n_notes += track.notes.size();
      const auto& voice = song.arrangement.song.tracks.back().notes;
      for (const MidiNote& note : voice) sum += note.pitch;
      return std::pair{n_notes, sum / static_cast<double>(voice.size())};
    };
    EXPECT_GT(describe(0.9, 60).first, describe(0.1, 60).first) << plan.stem;
    EXPECT_NEAR(describe(0.5, 68).second - describe(0.5, 56).second, 12, 4) << plan.stem;
  }
}

std::string pcm_hash(const std::vector<int16_t>& pcm) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(pcm)));
  return to_hex(hash.finish());
}

std::vector<std::string> pcm_hashes(const std::vector<int64_t>& numbers, int n_threads) {
  const CorpusSpec spec{.n_songs = 900, .seed = 1};
  const auto plans = plan_corpus(spec);
  std::vector<std::string> hashes(numbers.size());
  parallel_for(static_cast<int64_t>(numbers.size()), n_threads, [&](int64_t i) {
    const SongPlan& plan = plans[static_cast<size_t>(numbers[static_cast<size_t>(i)])];
    hashes[static_cast<size_t>(i)] = pcm_hash(render_song(plan, spec, arrange_song(plan, spec)));
  });
  return hashes;
}

// Version 1 is frozen: a change of one of these is a new version of the corpus (kCorpusVersion, docs/corpus.md).
TEST(CorpusSong, VersionOneSoundsTheSameForEverAtAnyNumberOfThreads) {
  ASSERT_EQ(kCorpusVersion, 1);
  const std::vector<int64_t> numbers = {0, 112, 227, 340, 566, 899};
  const std::vector<std::string> frozen = {
      "9f10cdfb7fbf495ef457db89d98870b5157906a0df1d9b324e15cd60ad1dc76b",
      "936d0e848d6803a0c5578b8b283bc8d902de7440b67cc04f14111376527d79b3",
      "cd6b35b5e86dc900e107e22b5c8b6e5afad6b5951ffd604491f3e330ef0977e3",
      "ccc9cf66ec332a8911c23826983d77becc5a3c4bc96e336658997dcaf4a115bd",
      "ac57535760cb6988dbadae97f867f9f1e6fcb09d5d42f5f3be8750b9be2a3932",
      "931c3bd65c452d0b5762423affb76650da13f090d322030e3e184813715e6964",
  };
  EXPECT_EQ(pcm_hashes(numbers, 1), frozen);
  EXPECT_EQ(pcm_hashes(numbers, 2), frozen);
}

}  // namespace
}  // namespace songscape
