// Every proof on short trainings over a library whose songs differ by class and by factor.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/csv.h"
#include "core/error.h"
#include "core/random.h"
#include "data/library_source.h"
#include "data/tiny_library.h"
#include "proof/judge.h"
#include "proof/prove.h"
#include "run/small_song_run.h"
#include "run/train_run.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

constexpr int kSongs = 110, kClasses = 2;

// Each class sounds in half of the bands; level follows the factor "loudness".
void make_library(const fs::path& library) {
  TinyLibrary tiny(library);
  ColumnEntry genre{"genre", ColumnKind::label, {"high", "low"}, {}, {}};
  ColumnEntry loudness{"loudness", ColumnKind::factor, {}, {}, {}},
      register_{"register", ColumnKind::factor, {}, {}, {}};
  for (int s = 0; s < kSongs; ++s) {
    Random random(1, stream_id("song", static_cast<uint64_t>(s)));
    StoredClip clip = flat_clip(0, .1f);
    clip.n_valid_frames = 1293;
    const double level = random.uniform(.4, .8);
    for (int64_t i = 0; i < 128 * 1293; ++i) {
      const bool sounds = i / 1293 / 64 == s % kClasses && i % 1293 % 43 < 20;
      clip.mel[static_cast<size_t>(i)] =
          half_from_float(static_cast<float>((sounds ? level : .1) + .02 * random.uniform()));
    }
    SongEntry& song = tiny.add_song(s);
    tiny.add_clip(song, clip);
    tiny.add_lyrics(song, s % kClasses ? "river stone water" : "fire ember smoke");
    genre.codes.push_back(s % kClasses);
    loudness.values.push_back(level);
    register_.values.push_back(7);  // constant: excluded with its reason
  }
  tiny.publish({genre, loudness, register_});
}

class ProofsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    library_ = (folder_->path() / "tiny.songscape").string();
    make_library(library_);
    plain_ = train("basic_vae", {"widths=[16]"}, {});
    conditional_ = train("cvae", {"channels=[4,8]"}, condition());
  }
  static void TearDownTestSuite() { delete folder_; }

  static Condition condition() {
    Condition c{"genre", {"high", "low"}, {}};
    for (int s = 0; s < kSongs; ++s) c.codes.push_back(s % kClasses);
    return c;
  }

  static fs::path train(const std::string& model, const std::vector<std::string>& settings,
                        std::optional<Condition> condition) {
    const auto index = std::make_shared<const LibraryIndex>(library_);
    TrainRequest request;
    request.model = model;
    request.size = "compact";
    request.runs = folder_->path() / "runs";
    request.source_path = library_;
    request.condition = std::move(condition);
    for (const char* s : {"epochs=2", "batch=16", "latent_dim=8", "threads=1", "frame_pool=16"})
      request.settings.set(s);
    for (const std::string& s : settings) request.settings.set(s);
    return train_run(request, LibrarySource(index), clips_of_split(*index, split_songs(*index))).run;
  }

  static ProveOutcome prove_test(const std::string& test, const fs::path& run) {
    ProveRequest request;
    request.test = test;
    request.run = run;
    return prove(request);
  }

  static std::set<std::string> proofs_of(const Table& measures) {
    std::set<std::string> names;
    for (const auto& row : measures.rows) names.insert(std::get<std::string>(row[0]));
    return names;
  }

  static void expect_refused(ProveRequest request, const std::string& part) {
    try {
      prove(request);
      FAIL() << "accepted " << request.test;
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::usage) << e.what();
      EXPECT_NE(std::string(e.what()).find(part), std::string::npos) << e.what();
    }
  }

  static TemporaryFolder* folder_;
  static std::string library_;
  static fs::path plain_, conditional_;
};
TemporaryFolder* ProofsTest::folder_ = nullptr;
std::string ProofsTest::library_;
fs::path ProofsTest::plain_, ProofsTest::conditional_;

TEST_F(ProofsTest, AllRunsWhatAppliesAndSaysWhatItLeavesOut) {
  const ProveOutcome outcome = prove_test("all", plain_);
  EXPECT_EQ(proofs_of(outcome.measures),
            (std::set<std::string>{"smoothness", "reconstruction", "disentanglement", "traversal", "separation",
                                   "generate", "clustering_comparison"}));
  std::set<std::string> left_out;
  for (const auto& [proof, reason] : outcome.left_out) {
    left_out.insert(proof);
    EXPECT_FALSE(reason.empty());
  }
  EXPECT_EQ(left_out, (std::set<std::string>{"filters", "gmm_components", "music", "soft_clustering"}));
  for (const fs::path& file : outcome.files) EXPECT_GT(fs::file_size(file), 20u) << file;
  for (const char* file : {"basic_vae_smoothness.png", "basic_vae_smoothness.svg", "basic_vae_smoothness.csv",
                           "basic_vae_separation_genre.png", "proofs.csv"})
    EXPECT_TRUE(fs::exists(plain_ / file)) << file;
  EXPECT_EQ(read_csv(plain_ / "proofs.csv").rows.size(), outcome.measures.rows.size());
}

TEST_F(ProofsTest, ARunOfSongsWithWordsIsProvedByWhatNeedsNoSpectrograms) {
  const fs::path run = train_on_songs(library_, folder_->path() / "runs",
                                      {"train.epochs=1", "train.batch=16", "latent_dim=4", "hidden_dim=8", "n_text=4"});
  const ProveOutcome outcome = prove_test("all", run);
  EXPECT_EQ(proofs_of(outcome.measures),
            (std::set<std::string>{"disentanglement", "separation", "clustering_comparison"}));
  for (const auto& [proof, reason] : outcome.left_out)
    if (proof == "smoothness" || proof == "reconstruction" || proof == "traversal" || proof == "generate") {
      EXPECT_NE(reason.find("spectrograms"), std::string::npos) << proof;
    }
  const fs::path told = train_on_songs(
      library_, folder_->path() / "runs",
      {"train.epochs=1", "train.batch=16", "latent_dim=4", "hidden_dim=8", "n_text=4", "conditional=true"}, "genre");
  EXPECT_EQ(proofs_of(prove_test("all", told).measures), proofs_of(outcome.measures));
  ProveRequest other;
  other.test = "reconstruction";
  other.run = plain_;
  other.compare = run;
  expect_refused(other, "spectrograms");
}

TEST_F(ProofsTest, AConstantFactorIsExcludedWithItsReason) {
  const ProveOutcome outcome = prove_test("disentanglement", plain_);
  bool is_seen = false;
  for (const auto& row : outcome.measures.rows)
    if (std::get<std::string>(row[1]) == "mig of register") {
      is_seen = true;
      EXPECT_EQ(std::get<std::string>(row[6]), "not measured");
      EXPECT_NE(std::get<std::string>(row[7]).find("one value"), std::string::npos);
    }
  EXPECT_TRUE(is_seen);
}

TEST_F(ProofsTest, AConditionalModelIsShownInThreeRegimes) {
  std::set<std::string> names;
  for (const auto& row : prove_test("separation", conditional_).measures.rows)
    names.insert(std::get<std::string>(row[1]));
  for (const char* name : {"genre: ari label given", "genre: ari label shuffled", "genre: ari label inferred",
                           "genre: accuracy of inferred label"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST_F(ProofsTest, TheJudgeHearsRealClipsAndIsKept) {
  ProveRequest request;
  request.test = "generate";
  request.run = conditional_;
  request.n_samples = 3;
  double accuracy = 0;
  for (const auto& row : prove(request).measures.rows)
    if (std::get<std::string>(row[1]) == "genre: judge accuracy on held-out clips") accuracy = std::get<double>(row[2]);
  EXPECT_GE(accuracy, .85);
  const fs::path kept = judge_path(open_proof(conditional_, "", {}), "genre");
  ASSERT_TRUE(fs::exists(kept));
  const auto before = fs::last_write_time(kept);
  prove(request);
  EXPECT_EQ(fs::last_write_time(kept), before);
}

TEST_F(ProofsTest, WhatCannotBeIsRefusedWithAReason) {
  const auto request = [](const char* test, const fs::path& run) {
    ProveRequest r;
    r.test = test;
    r.run = run;
    return r;
  };
  expect_refused(request("filters", plain_), "no convolution");
  expect_refused(request("soft_clustering", plain_), "no mixture");
  expect_refused(request("smothness", plain_), "did you mean 'smoothness'?");
  ProveRequest r = request("traversal", plain_);
  r.dimension = 8;
  expect_refused(r, "0 to 7");
  r = request("separation", plain_);
  r.condition = "gnre";
  expect_refused(r, "did you mean 'genre'?");
  r = request("generate", conditional_);
  r.class_name = "hig";
  expect_refused(r, "did you mean 'high'?");
  r = request("generate", plain_);
  r.class_name = "high";
  expect_refused(r, "not conditional");
  r = request("smoothness", plain_);
  r.compare = conditional_;
  expect_refused(r, "reconstruction");
}

}  // namespace
}  // namespace songscape
