// Runs of songs with sound and words, from training to the report.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/csv.h"
#include "core/error.h"
#include "core/random.h"
#include "data/npy.h"
#include "data/tiny_library.h"
#include "run/encode.h"
#include "run/grouping.h"
#include "run/retrieval.h"
#include "run/run_report.h"
#include "run/small_song_run.h"
#include "run/song_training.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

constexpr int kPartSongs = 40, kPartClasses = 2;
const char* const kPartWords[kPartClasses] = {"river stone water bridge", "fire ember smoke ashes"};

// Sound and words both tell the class; every fifth song has no words, every seventh no sound.
void make_library_of_parts(const fs::path& library) {
  TinyLibrary tiny(library);
  ColumnEntry genre{"genre", ColumnKind::label, {"fire", "water"}, {}, {}};
  for (int s = 0; s < kPartSongs; ++s) {
    SongEntry& song = tiny.add_song(s);
    song.title = "Song " + std::to_string(s);
    if (s % 7 != 0) {
      StoredClip clip = flat_clip(0, 0.1f);
      Random random(1, stream_id("clip", static_cast<uint64_t>(s)));
      for (float& f : clip.features) f = static_cast<float>(s % kPartClasses + .1 * random.normal());
      tiny.add_clip(song, clip);
    }
    if (s % 5 != 0) tiny.add_lyrics(song, std::string(kPartWords[s % kPartClasses]) + " song " + std::to_string(s % 4));
    genre.codes.push_back(s % kPartClasses);
  }
  tiny.publish({genre});
}

class SongRunTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    library_ = (folder_->path() / "tiny.songscape").string();
    make_library_of_parts(library_);
    run_ = train({"train.epochs=30", "train.batch=8", "latent_dim=4", "hidden_dim=16", "n_text=8"});
  }
  static void TearDownTestSuite() { delete folder_; }

  static fs::path train(const std::vector<std::string>& settings) {
    return train_on_songs(library_, folder_->path() / "runs", settings);
  }
  static GroupingRow row(const std::vector<GroupingRow>& rows, const std::string& features) {
    const auto it = std::ranges::find_if(
        rows, [&](const GroupingRow& r) { return r.features == features && r.fitted_on == "all"; });
    return it == rows.end() ? GroupingRow{} : *it;
  }

  static TemporaryFolder* folder_;
  static std::string library_;
  static fs::path run_;
};
TemporaryFolder* SongRunTest::folder_ = nullptr;
std::string SongRunTest::library_;
fs::path SongRunTest::run_;

TEST_F(SongRunTest, ARowHoldsBothPartsAndSaysWhichAreThere) {
  const auto index = std::make_shared<const LibraryIndex>(library_);
  const Matrix text = text_rows(*index, text_features_of_run(run_));
  const SongSource source(index, SongSource::Audio::features, text);
  EXPECT_EQ(source.item_shape(), (std::vector<int64_t>{39 + 8 + 2}));
  std::vector<float> rows(3 * 49);
  std::vector<int32_t> n_valid(3);
  source.read(std::vector<int64_t>{0, 7, 11}, rows.data(), n_valid.data());
  const auto at = [&](int64_t i, int64_t j) { return rows[static_cast<size_t>(i * 49 + j)]; };
  EXPECT_EQ(at(0, 47), 0);  // neither
  EXPECT_EQ(at(0, 48), 0);
  EXPECT_EQ(at(1, 47), 0);  // words alone
  EXPECT_EQ(at(1, 48), 1);
  EXPECT_EQ(at(2, 47), 1);  // both
  EXPECT_EQ(at(2, 48), 1);
  for (int64_t j = 0; j < 8; ++j) EXPECT_EQ(at(2, 39 + j), text(11, j));
  EXPECT_EQ(at(1, 0), 0);
}

TEST_F(SongRunTest, ContentHashesTellTheSourcesApart) {
  const auto index = std::make_shared<const LibraryIndex>(library_);
  const Matrix text = text_rows(*index, text_features_of_run(run_));
  Matrix other = text;
  other(11, 0) += 1;
  const auto hash = [&](SongSource::Audio audio, const Matrix& t) {
    return SongSource(index, audio, t).content_hash();
  };
  EXPECT_NE(hash(SongSource::Audio::features, text), hash(SongSource::Audio::features, other));
  EXPECT_NE(hash(SongSource::Audio::features, text), hash(SongSource::Audio::mel, text));
}

TEST_F(SongRunTest, EncodesEverySongWhateverItLacks) {
  const SongLatents latents = encode_run(run_);
  EXPECT_EQ(latents.songs.n_rows, kPartSongs);
  EXPECT_EQ(latents.clips.n_rows, 0);
  // A song without any part lies at the prior.
  for (int64_t j = 0; j < 4; ++j) EXPECT_NEAR(latents.songs(0, j), 0, 1e-5);
  EXPECT_EQ(latents_of(run_).songs.values, latents.songs.values);
}

TEST_F(SongRunTest, GroupsStandBesideEachPartAloneAndLyricsOfOthers) {
  const Grouping grouping = group_run({.run = run_, .library = {}, .algorithms = {"kmeans"}, .k = "2", .label = {}});
  for (const char* features : {"39 features", "text features", "39 + text features", "pca", "random encoder",
                               "latents by sound alone", "latents by lyrics alone", "latents by others' lyrics"})
    EXPECT_EQ(row(grouping.rows, features).n_songs, kPartSongs) << features;
  EXPECT_GT(row(grouping.rows, "vae latents").ari, .5);
}

TEST_F(SongRunTest, ReportsTermsOfSoundAndWordsAndHowLyricsAreFound) {
  const std::vector<RetrievalRow> found = retrieve(run_);
  ASSERT_EQ(found.size(), 2u);
  for (const RetrievalRow& r : found) {
    EXPECT_GE(r.n_songs, 2);
    EXPECT_LE(r.recall_1, r.recall_5);
    EXPECT_LE(r.recall_5, r.recall_10);
    EXPECT_GE(r.median_rank, 1);
    EXPECT_LE(r.median_rank, static_cast<double>(r.n_songs));
  }
  report_run({.run = run_, .library = {}, .label = {}, .k = "2"});
  for (const char* file : {"training_curves.png", "reconstruction_examples.png", "confusion_matrix.png",
                           "distributions.png", "retrieval.csv", "clustering_metrics.csv", "report.html"})
    EXPECT_TRUE(fs::exists(run_ / file)) << file;
  const CsvTable history = read_csv(run_ / "training_history.csv");
  for (const char* column : {"train_audio", "train_text", "train_kl", "validation_audio", "validation_text"})
    EXPECT_GE(history.find(column), 0) << column;
}

TEST_F(SongRunTest, TrainsOnMelsAndByEveryFusion) {
  for (const char* fusion : {"fusion=mixture", "fusion=concat"}) {
    const fs::path run = train({"train.epochs=1", "hidden_dim=8", "n_text=8", fusion});
    EXPECT_EQ(encode_run(run).songs.n_rows, kPartSongs);
  }
  const fs::path run = train({"train.epochs=1", "hidden_dim=8", "n_text=8", "audio=mel"});
  EXPECT_EQ(encode_run(run).songs.n_rows, kPartSongs);
}

TEST_F(SongRunTest, TrainsAndGroupsWhereNoSongOrOneHasLyrics) {
  for (const int n_with_lyrics : {0, 1}) {
    const fs::path library = folder_->path() / ("few" + std::to_string(n_with_lyrics) + ".songscape");
    TinyLibrary tiny(library);
    for (int s = 0; s < 12; ++s) {
      SongEntry& song = tiny.add_song(s);
      tiny.add_clip(song, flat_clip(0, static_cast<float>(s / 4)));  // four of a kind
      if (s < n_with_lyrics) tiny.add_lyrics(song, "river stone water bridge");
    }
    tiny.publish({});
    const fs::path run = train_on_songs(library, folder_->path() / "few_runs",
                                        {"train.epochs=1", "train.batch=4", "latent_dim=2", "hidden_dim=4"});
    const Grouping grouping =
        group_run({.run = run, .library = {}, .algorithms = {"kmeans", "ward"}, .k = "2", .label = {}});
    EXPECT_EQ(row(grouping.rows, "vae latents").n_songs, 12);
    // Without words, what the sound tells alone is what the latents tell.
    EXPECT_EQ(row(grouping.rows, "latents by sound alone").n_songs, n_with_lyrics > 0 ? 12 : 0);
    EXPECT_TRUE(retrieve(run).empty());
  }
}

TEST_F(SongRunTest, ChangedTextFeaturesAreRefused) {
  const fs::path run = train({"train.epochs=1", "hidden_dim=8", "n_text=8", "train.seed=9"});
  fs::resize_file(run / "text_features.safetensors", fs::file_size(run / "text_features.safetensors") - 1);
  EXPECT_THROW(encode_run(run), Error);
}

}  // namespace
}  // namespace songscape
