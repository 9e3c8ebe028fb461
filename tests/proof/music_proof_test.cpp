// The music proof, and what else is made of runs that read MIDI, on short trainings over small libraries.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "proof/prove.h"
#include "proof/small_music_run.h"
#include "run/encode.h"
#include "run/grouping.h"
#include "run/map.h"
#include "run/run_report.h"
#include "run/song_space.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

constexpr int kMusicSongs = 30;

class MusicProofTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    make_music_library(library(), kMusicSongs, 8);
    run_ = train_on_music(library(), folder_->path() / "runs");
  }
  static void TearDownTestSuite() { delete folder_; }
  static fs::path library() { return folder_->path() / "music.songscape"; }

  static ProveOutcome proved(const fs::path& run, const std::string& library = {}) {
    ProveRequest request;
    request.test = "music";
    request.run = run;
    request.library = library;
    request.n_samples = 12;
    request.runs = folder_->path() / "runs";
    return prove(request);
  }

  static std::vector<Cell> row_of(const ProveOutcome& outcome, const std::string& measure) {
    for (const auto& row : outcome.measures.rows)
      if (std::get<std::string>(row[1]) == measure) return row;
    return {};
  }
  static double value_of(const ProveOutcome& outcome, const std::string& measure) {
    const auto row = row_of(outcome, measure);
    if (row.empty()) ADD_FAILURE() << "no measure " << measure;
    return row.empty() ? 0 : std::get<double>(row[2]);
  }
  static std::string verdict_of(const ProveOutcome& outcome, const std::string& measure) {
    const auto row = row_of(outcome, measure);
    return row.empty() ? "no such measure" : std::get<std::string>(row[6]);
  }
  static bool has(const ProveOutcome& outcome, const std::string& part) {
    return std::ranges::any_of(outcome.measures.rows, [&](const auto& row) {
      return std::get<std::string>(row[1]).find(part) != std::string::npos;
    });
  }

  static TemporaryFolder* folder_;
  static fs::path run_;
};
TemporaryFolder* MusicProofTest::folder_ = nullptr;
fs::path MusicProofTest::run_;

TEST_F(MusicProofTest, TellsOfSamplesLatentsAndMoves) {
  const ProveOutcome outcome = proved(run_);
  EXPECT_EQ(value_of(outcome, "samples that are whole MIDI files"), 1);
  EXPECT_EQ(verdict_of(outcome, "samples that are whole MIDI files"), "met");
  for (const char* t : {"T 0", "T 0.5", "T 1"})
    for (const char* figure : {"longest run of notes, ", "longest run of tokens, ", "distinct-2 of tokens, "})
      EXPECT_FALSE(verdict_of(outcome, std::string(figure) + t).empty()) << figure << t;
  EXPECT_FALSE(verdict_of(outcome, "overlap of pitch and onset features").empty());
  const double judge = value_of(outcome, "a judge tells them from held-out music, T 1");
  EXPECT_TRUE(judge >= 0 && judge <= 1) << judge;
  // 6 of the piece and 2 of each of 2 bars: at .1 nats each no total of .6.
  EXPECT_EQ(verdict_of(outcome, "total KL, nats"), "refuted");
  EXPECT_EQ(verdict_of(outcome, "reconstruction against the documents' 6.7 nats a token"), "refuted");
  for (const char* measure : {"active dimensions", "mig", "sap", "dimensions with a KL of 0.1 to 1.0 nats"})
    EXPECT_FALSE(verdict_of(outcome, measure).empty()) << measure;
  EXPECT_EQ(verdict_of(outcome, "drums told from z"), "not measured");  // there are none
  EXPECT_TRUE(has(outcome, "tempo told from z"));
  EXPECT_TRUE(has(outcome, "density follows its direction"));
  EXPECT_TRUE(has(outcome, "note overlap of neighbours along a line"));
  for (const char* name : {"figures.csv", "overlaps.csv", "pitch_classes.csv", "novelty.csv", "latents.csv",
                           "probes.csv", "axes.csv", "traversal.csv", "interpolation.csv", "kinds.csv",
                           "distributions.png", "kl.png", "probes.png", "traversal.png", "kinds.png"})
    EXPECT_TRUE(fs::exists(run_ / ("music_transformer_music_" + std::string(name)))) << name;
}

TEST_F(MusicProofTest, IsEqualASecondTime) {
  EXPECT_EQ(proved(run_).measures.to_csv(), proved(run_).measures.to_csv());
}

TEST_F(MusicProofTest, OneWindowOfAnotherLibraryIsEnough) {
  TinyLibrary tiny(folder_->path() / "new.songscape");
  GridSong song = small_song(40, 2, /*has_drums=*/true);
  StoredTokens stored{0, {}, to_tokens(song)};
  for (size_t i = 0; i < stored.tokens.size(); ++i)
    if (stored.tokens[i] == to_token(TokenKind::bar)) stored.bar_starts.push_back(static_cast<uint32_t>(i));
  tiny.add_tokens(tiny.add_song("new.mid"), stored);
  tiny.publish({});
  const ProveOutcome outcome = proved(run_, (folder_->path() / "new.songscape").string());
  EXPECT_EQ(value_of(outcome, "samples that are whole MIDI files"), 1);
  EXPECT_EQ(verdict_of(outcome, "tempo told from z"), "not measured");
  EXPECT_EQ(verdict_of(outcome, "a judge tells them from held-out music, T 1"), "not measured");
}

TEST_F(MusicProofTest, ALanguageModelHasSamplesAlone) {
  const fs::path run = train_on_music(library(), folder_->path() / "alone", "language_model");
  const ProveOutcome outcome = proved(run);
  EXPECT_TRUE(has(outcome, "nats a token, a language model"));
  EXPECT_EQ(value_of(outcome, "samples that are whole MIDI files"), 1);
  EXPECT_FALSE(has(outcome, "active dimensions"));
  EXPECT_FALSE(has(outcome, "note F1"));
  try {
    encode_run(run);
    FAIL() << "encoded";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    EXPECT_NE(std::string(e.what()).find("a language model has no latent variables"), std::string::npos) << e.what();
  }
}

TEST_F(MusicProofTest, AllLeavesOutWhatWindowsCannotTell) {
  ProveRequest request;
  request.test = "all";
  request.run = run_;
  request.n_samples = 10;
  const ProveOutcome outcome = prove(request);
  std::set<std::string> left_out;
  for (const auto& [proof, reason] : outcome.left_out) {
    left_out.insert(proof);
    EXPECT_FALSE(reason.empty()) << proof;
  }
  for (const char* proof : {"smoothness", "filters", "reconstruction", "disentanglement", "traversal", "separation",
                            "generate", "gmm_components", "soft_clustering"})
    EXPECT_TRUE(left_out.contains(proof)) << proof;
  EXPECT_FALSE(left_out.contains("music"));
}

TEST_F(MusicProofTest, ASongsLatentsAreTheMeanOverItsWindows) {
  const SongLatents l = encode_run(run_);
  ASSERT_EQ(l.songs.n_rows, kMusicSongs);
  ASSERT_EQ(l.clips.n_rows, std::ssize(l.song_of_clip));
  ASSERT_GT(l.clips.n_rows, kMusicSongs);
  double sum = 0, n = 0;
  for (int64_t i = 0; i < l.clips.n_rows; ++i)
    if (l.song_of_clip[static_cast<size_t>(i)] == 3) sum += l.clips(i, 0), n += 1;
  EXPECT_NEAR(l.songs(3, 0), sum / n, 1e-5);
  const SongLatents again = latents_of(run_);
  EXPECT_EQ(again.song_of_clip, l.song_of_clip);
  EXPECT_EQ(again.songs.values, l.songs.values);
}

TEST_F(MusicProofTest, GroupsStandBesideControlsOfMidi) {
  const Grouping grouping =
      group_run({.run = run_, .library = {}, .algorithms = {"kmeans"}, .k = "2", .label = "mode"});
  std::set<std::string> features;
  for (const GroupingRow& row : grouping.rows) features.insert(row.features);
  for (const char* name : {"vae latents", "pitch classes", "set features", "pitch classes + set features", "pca",
                           "random encoder", "shuffled labels"})
    EXPECT_TRUE(features.contains(name)) << name;
}

TEST_F(MusicProofTest, SongsAreFoundMappedAndReported) {
  const SongSpace space = open_song_space(run_);
  EXPECT_EQ(space.similar(space.find("song104"), 5).size(), 5u);
  EXPECT_EQ(map_run({.run = run_, .library = {}}).positions.n_rows, kMusicSongs);
  const RunReport report = report_run({.run = run_, .library = {}, .label = {}, .k = "2"});
  EXPECT_TRUE(fs::exists(report.page));
  EXPECT_TRUE(fs::exists(run_ / "latent_visualization" / "umap_attributes.png"));
}

}  // namespace
}  // namespace songscape
