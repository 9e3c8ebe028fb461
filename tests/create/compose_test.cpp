#include "create/compose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "create/composer.h"
#include "create/density.h"
#include "data/tiny_library.h"
#include "library/token_source.h"
#include "midi/attribute_names.h"
#include "midi/smf_reader.h"
#include "midi/tokens.h"
#include "run/train_run.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

// n_bars of n_notes melody notes each, with a bass note a bar.
GridSong steady_song(int n_bars, int n_notes, int pitch) {
  GridSong song;
  song.melody_program = 0;
  for (int bar = 0; bar < n_bars; ++bar) {
    song.bars.push_back({kFourFour, 42, pitch % 12});
    for (int i = 0; i < n_notes; ++i) {
      song.notes.push_back({bar, 96 / n_notes * i, 0, pitch + (bar + i) % 5, 20, 12});
      if (i == 0) song.notes.push_back({bar, 0, 32, 36, 20, 96});
    }
  }
  return song;
}

// Twelve songs of MIDI, a barely trained run on them, and one without latent variables.
struct MusicRuns {
  TemporaryFolder folder;
  fs::path library = folder.path() / "m.songscape", run, language_model;

  MusicRuns() {
    TinyLibrary tiny(library);
    for (int s = 0; s < 12; ++s) {
      const GridSong song = steady_song(s == 0 ? 7 : 4 + s % 3, 1 + s % 6, 55 + s);
      StoredTokens stored{0, {}, to_tokens(song)};
      for (size_t i = 0; i < stored.tokens.size(); ++i)
        if (stored.tokens[i] == to_token(TokenKind::bar)) stored.bar_starts.push_back(static_cast<uint32_t>(i));
      tiny.add_tokens(tiny.add_song("song" + std::to_string(100 + s) + ".mid"), stored);
    }
    tiny.publish({});
    run = train({});
    language_model = train({"language_model=true"});
  }

  fs::path train(std::vector<std::string> settings) const {
    TrainRequest request;
    request.model = "music_transformer";
    request.size = "compact";
    request.runs = folder.path() / "runs";
    request.source_path = library.string();
    for (const char* s :
         {"bars=2", "hop_bars=2", "max_tokens=96", "input_shape=[96]", "latent_dim=6", "train.epochs=1",
          "train.batch=8", "encoder.n_layers=1", "decoder.n_layers=1", "encoder.d_model=16", "decoder.d_model=16",
          "encoder.n_heads=2", "decoder.n_heads=2", "encoder.d_ff=16", "decoder.d_ff=16"})
      request.settings.set(s);
    for (const std::string& s : settings) request.settings.set(s);
    const TokenSource source(std::make_shared<const LibraryIndex>(library),
                             {.n_bars = 2, .hop_bars = 2, .chords = false, .max_tokens = 96});
    Split split;
    for (int64_t row = 0; row < source.n_rows(); ++row) (row % 4 == 3 ? split.validation : split.train).push_back(row);
    return train_run(request, source, split).run;
  }

  static const MusicRuns& shared() {
    static const MusicRuns made;
    return made;
  }
};

ComposeRequest compose_request(const fs::path& run = MusicRuns::shared().run) {
  static int n = 0;
  ComposeRequest request;
  request.run = run;
  request.output = MusicRuns::shared().folder.path() / ("music" + std::to_string(++n));
  return request;
}

std::string cell(const Table& table, size_t row, const std::string& name) {
  const CsvTable csv = parse_csv(table.to_csv(), ',', "table");
  return csv.rows.at(row).at(static_cast<size_t>(csv.find(name)));
}

// Every file is there, and the MIDI is read back without anything to mend.
void expect_whole(const ComposeRequest& request, const Table& table) {
  ASSERT_FALSE(table.rows.empty());
  EXPECT_EQ(read_csv(request.output / "compose.csv").rows.size(), table.rows.size());
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const fs::path file = request.output / cell(table, row, "file");
    for (const char* ending : {".wav", ".png", ".svg"})
      EXPECT_TRUE(fs::exists(fs::path(file).replace_extension(ending))) << file << ending;
    const ReadSmf read = read_smf(read_file(file));
    EXPECT_EQ(read.warnings, std::vector<std::string>()) << file;
    int64_t n_notes = 0;
    for (const MidiTrack& track : read.song.tracks) n_notes += std::ssize(track.notes);
    EXPECT_EQ(std::to_string(n_notes), cell(table, row, "notes")) << file;
  }
}

std::string refusal_of(const ComposeRequest& request) {
  try {
    compose(request);
    return "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage) << error.what();
    EXPECT_FALSE(fs::exists(request.output)) << "nothing is written";
    return error.what();
  }
}

TEST(Compose, EveryWayAtEveryTemperatureGivesFilesThatAreReadBackWhole) {
  for (const double temperature : {0., .5, 1., 2.})
    for (const char* way : {"prior", "song", "between", "continue"}) {
      SCOPED_TRACE(std::string(way) + " " + std::to_string(temperature));
      ComposeRequest request = compose_request();
      request.temperature = temperature;
      if (way == std::string("prior")) request.n_samples = 2, request.bars = 5;
      if (way == std::string("song")) request.song = "song100";
      if (way == std::string("between")) request.between = {"song101", "song105"}, request.n_samples = 2;
      if (way == std::string("continue")) request.continued = "song102", request.bars = 3;
      const Table table = compose(request);
      expect_whole(request, table);
    }
}

TEST(Compose, PiecesHaveTheBarsThatAreAskedFor) {
  ComposeRequest request = compose_request();
  request.n_samples = 1;
  request.temperature = .5;
  for (const int64_t bars : {1, 2, 7}) {
    request.bars = bars;
    request.output = compose_request().output;
    EXPECT_EQ(cell(compose(request), 0, "bars"), std::to_string(bars));
  }
  request = compose_request();
  request.continued = "song102.mid", request.bars = 3;
  const Table continued = compose(request);
  EXPECT_EQ(cell(continued, 0, "new_from_bar"), "3");
  EXPECT_EQ(cell(continued, 0, "bars"), "5");
  request = compose_request();
  request.between = {"song101", "song105"}, request.n_samples = 3;
  const Table between = compose(request);
  ASSERT_EQ(between.rows.size(), 4u);
  EXPECT_EQ(cell(between, 1, "weight"), "0.5");
  EXPECT_EQ(cell(between, 3, "file"), "walk.mid");
}

TEST(Compose, AContinuationBeginsWithTheSongsOwnBars) {
  ComposeRequest request = compose_request();
  request.continued = "song101", request.bars = 2;
  compose(request);
  const GridSong song = steady_song(5, 2, 56);
  const MidiSong made = read_smf(read_file(request.output / "continuation-01.mid")).song;
  const auto melody = std::ranges::find(made.tracks, 0, &MidiTrack::program);
  ASSERT_NE(melody, made.tracks.end());
  EXPECT_EQ(melody->notes[0].pitch, 56 + 3 % 5);
  EXPECT_EQ(melody->notes[1].pitch, 56 + 4 % 5);
}

TEST(Compose, WhatIsAskedIsWhatTheFileSays) {
  ComposeRequest request = compose_request();
  request.key = "F# minor", request.tempo = 90, request.time_signature = "3/4";
  request.n_samples = 3, request.bars = 4, request.temperature = 1.5;
  const Table table = compose(request);
  expect_whole(request, table);
  for (size_t row = 0; row < 3; ++row) {
    const MidiSong song = read_smf(read_file(request.output / cell(table, row, "file"))).song;
    ASSERT_EQ(song.keys.size(), 1u);
    EXPECT_EQ(to_key(song.keys[0].pitch_class, song.keys[0].is_minor), to_key(6, true));
    ASSERT_EQ(song.time_signatures.size(), 1u);
    EXPECT_EQ(song.time_signatures[0].numerator, 3);
    ASSERT_EQ(song.tempi.size(), 1u);
    EXPECT_NEAR(60e6 / song.tempi[0].microseconds_per_quarter, 90, 1.6);
    EXPECT_EQ(cell(table, row, "key"), "F# minor");
  }
}

TEST(Compose, ASeedGivesTheSameMusicOnAnyNumberOfThreads) {
  const auto bytes = [](uint64_t seed, int n_threads) {
    ComposeRequest request = compose_request();
    request.n_samples = 1, request.seed = seed, request.n_threads = n_threads;
    compose(request);
    return read_file(request.output / "prior-01.mid") + read_file(request.output / "prior-01.wav");
  };
  const std::string first = bytes(3, 1);
  EXPECT_EQ(bytes(3, 2), first);
  EXPECT_NE(bytes(4, 1), first);
}

TEST(Compose, ALanguageModelMakesPiecesAndGoesOnButHasNoLatentVariables) {
  const fs::path& run = MusicRuns::shared().language_model;
  ComposeRequest request = compose_request(run);
  request.n_samples = 1;
  expect_whole(request, compose(request));
  request = compose_request(run);
  request.continued = "song103", request.bars = 2;
  expect_whole(request, compose(request));
  request = compose_request(run);
  request.song = "song103";
  EXPECT_NE(refusal_of(request).find("language model"), std::string::npos);
  request = compose_request(run);
  request.between = {"song103", "song104"};
  EXPECT_NE(refusal_of(request).find("--between"), std::string::npos);
  request = compose_request(run);
  request.density = "low";
  EXPECT_NE(refusal_of(request).find("--density"), std::string::npos);
}

TEST(Compose, RefusesWhatThereIsNotAndNamesTheNearest) {
  const auto said = [](auto&& change) {
    ComposeRequest request = compose_request();
    change(request);
    return refusal_of(request);
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  EXPECT_PRED2(has, said([](auto& r) { r.key = "F# miner"; }), "did you mean 'F# minor'?");
  EXPECT_PRED2(has, said([](auto& r) { r.time_signature = "13/8"; }), "did you mean '3/8'?");
  EXPECT_PRED2(has, said([](auto& r) { r.tempo = 300; }), "30 to 240");
  EXPECT_PRED2(has, said([](auto& r) { r.density = "hihg"; }), "did you mean 'high'?");
  EXPECT_PRED2(has, said([](auto& r) { r.song = "song199"; }), "did you mean");
  EXPECT_PRED2(has, said([](auto& r) { r.song = "song100", r.continued = "song101"; }), "do not go together");
  EXPECT_PRED2(has, said([](auto& r) { r.continued = "song101", r.key = "C"; }), "goes on as the song is");
  EXPECT_PRED2(has, said([](auto& r) { r.song = "song100", r.n_samples = 3; }), "every sample is the same");
  EXPECT_PRED2(has, said([](auto& r) { r.between = {"song100", "song101"}, r.n_samples = 1; }), "at least two");
}

TEST(Density, ZMovesUntilTheRegressionTellsTheTarget) {
  MusicRun run(MusicRuns::shared().run, "");
  const DensityGuide low(run, parse_density("low")), high(run, parse_density("high")), number(run, 4.0);
  EXPECT_LT(low.target(), high.target());
  EXPECT_EQ(number.target(), 4.0);
  std::vector<float> z(6, 0.f);
  const double first = number.move(z);
  EXPECT_TRUE(first >= DensityGuide::kFarthest || number.move(z) < 1e-3) << "it is there already";
}

}  // namespace
}  // namespace songscape
