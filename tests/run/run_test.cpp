// A run from its training to its report, on a library whose songs differ by class.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/csv.h"
#include "core/error.h"
#include "core/random.h"
#include "data/library_source.h"
#include "data/npy.h"
#include "data/tiny_library.h"
#include "library/catalogue.h"
#include "run/cluster_playlists.h"
#include "run/encode.h"
#include "run/export.h"
#include "run/find_run.h"
#include "run/grouping.h"
#include "run/grouping_files.h"
#include "run/map.h"
#include "run/run_report.h"
#include "run/song_space.h"
#include "run/train_run.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

constexpr int kSongs = 30, kClasses = 3;

// Each class sounds in a third of the bands of its own; songs of a class differ in level and noise.
StoredClip class_clip(int song, uint32_t number) {
  StoredClip clip = flat_clip(number, 0.1f);
  clip.n_valid_frames = 1293;
  Random random(1, stream_id("clip", static_cast<uint64_t>(song), number));
  const int band = song % kClasses * 40;
  const double level = random.uniform(.5, .8);
  for (int64_t b = 0; b < 128; ++b)
    for (int64_t f = 0; f < 1293; ++f) {
      const double x = (b >= band && b < band + 40 ? level : .1) + .02 * random.uniform();
      clip.mel[static_cast<size_t>(b * 1293 + f)] = half_from_float(static_cast<float>(x));
    }
  for (size_t i = 0; i < clip.features.size(); ++i)
    clip.features[i] = static_cast<float>(song % kClasses + .1 * random.normal());
  return clip;
}

// Songs first … first + n − 1 of one endless row of songs.
void make_library(const fs::path& library, int first = 0, int n = kSongs) {
  TinyLibrary tiny(library, "2");
  ColumnEntry genre{"genre", ColumnKind::label, {"high", "low", "mid"}, {}, {}};
  for (int s = first; s < first + n; ++s) {
    SongEntry& song = tiny.add_song(s);
    song.title = "<b>Song</b> " + std::to_string(s);
    song.group = s;
    for (uint32_t c = 0; c < 2; ++c) tiny.add_clip(song, class_clip(s, c));
    genre.codes.push_back(s % kClasses);
  }
  tiny.publish({genre});
}

// One library and one trained run for all tests of this file.
class RunTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    library_ = (folder_->path() / "tiny.songscape").string();
    make_library(library_);
    const auto index = std::make_shared<const LibraryIndex>(library_);
    TrainRequest request{.model = "basic_vae",
                         .size = "compact",
                         .name = {},
                         .settings = {},
                         .runs = folder_->path() / "runs",
                         .resume = {},
                         .source_path = library_,
                         .is_dry_run = false};
    for (const char* s : {"train.epochs=6", "train.batch=8", "latent_dim=8", "train.seed=3"}) request.settings.set(s);
    run_ = train_run(request, LibrarySource(index), clips_of_split(*index, split_songs(*index))).run;
  }
  static void TearDownTestSuite() { delete folder_; }

  static TemporaryFolder* folder_;
  static std::string library_;
  static fs::path run_;
};
TemporaryFolder* RunTest::folder_ = nullptr;
std::string RunTest::library_;
fs::path RunTest::run_;

TEST_F(RunTest, IsFoundByFolderNameAndModel) {
  const fs::path runs = folder_->path() / "runs";
  EXPECT_EQ(find_run(run_.string(), runs), run_);
  EXPECT_EQ(find_run(run_.filename().string(), runs), run_);
  EXPECT_EQ(find_run("basic_vae", runs), run_);
  make_folder(runs / "damaged");
  publish_file(runs / "damaged" / "config.toml", "model = \"conv_vae\"\n");
  publish_file(runs / "damaged" / "status.json", "{}");
  ASSERT_EQ(list_runs(runs).size(), 1u);
  fs::remove_all(runs / "damaged");
  EXPECT_EQ(list_runs(runs)[0].model, "basic_vae");
  try {
    find_run("basic_va", runs);
    FAIL() << "found";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
    EXPECT_NE(std::string(e.what()).find("did you mean 'basic_vae'?"), std::string::npos) << e.what();
  }
}

TEST_F(RunTest, EncodesEverySongOnceInTheLibrarysOrder) {
  const SongLatents latents = encode_run(run_);
  ASSERT_EQ(latents.songs.n_rows, kSongs);
  EXPECT_EQ(latents.songs.n_cols, 8);
  EXPECT_EQ(latents.paths.front(), "song100.wav");
  EXPECT_EQ(latents.rows_in("train").size(), 24u);
  EXPECT_EQ(latents.rows_in("validation").size(), 6u);
  const Matrix stored = read_npy_matrix(run_ / "latent_features.npy");
  EXPECT_EQ(stored.values, latents.songs.values);
  // A song is the mean of its clips.
  for (int64_t j = 0; j < 8; ++j)
    EXPECT_NEAR(latents.songs(5, j), (latents.clips(10, j) + latents.clips(11, j)) / 2, 1e-6);
  // What was written is read back, not made again.
  EXPECT_EQ(latents_of(run_).clips.values, latents.clips.values);
}

TEST_F(RunTest, GroupsSongsBesideEveryControl) {
  const Grouping g = group_run({.run = run_,
                                .library = {},
                                .algorithms = {"kmeans", "ward", "gmm"},
                                .k = "label",
                                .label = {},
                                .seed = 1,
                                .n_threads = 2});
  EXPECT_EQ(g.label, "genre");
  std::set<std::string> features;
  for (const GroupingRow& r : g.rows) {
    features.insert(r.features);
    EXPECT_EQ(r.n_songs, r.fitted_on == "all" ? kSongs : 6);
    if (r.features == "39 features") {
      EXPECT_NEAR(r.ari, 1, 1e-9) << r.algorithm << " " << r.fitted_on;
    }
    if (r.features == "shuffled labels" && r.fitted_on == "all") {
      EXPECT_LT(std::abs(r.ari), .2);
    }
  }
  EXPECT_EQ(features, (std::set<std::string>{"vae latents", "raw mel", "pca", "mel mean+std", "39 features",
                                             "39 + mel mean+std", "random encoder", "shuffled labels"}));
  EXPECT_EQ(g.rows.size(), 8u * 3 * 2);
  ASSERT_EQ(g.comparisons.size(), 6u);
  for (const ControlComparison& c : g.comparisons) EXPECT_NEAR(c.control_ari, 1, 1e-9);
  ASSERT_EQ(g.excerpts.size(), 7u);
  for (const ExcerptRow& e : g.excerpts) EXPECT_NEAR(e.chance, 1.0 / 59, 1e-9);
  for (const char* file :
       {"clustering_metrics.csv", "control_comparison.csv", "cluster_labels_kmeans.npy", "cluster_labels_ward.npy",
        "cluster_labels_gmm.npy", "genre_labels.npy", "genre_labels.csv", "excerpt_retrieval.csv"})
    EXPECT_TRUE(fs::exists(run_ / file)) << file;
  EXPECT_EQ(read_csv(run_ / "clustering_metrics.csv").rows.size(), g.rows.size());
}

const SongGroups& find_groups(const GroupedSongs& all, const std::string& features, const std::string& fitted_on) {
  for (const SongGroups& g : all.groups)
    if (g.features == features && g.fitted_on == fitted_on) return g;
  throw std::runtime_error("no groups of " + features);
}

TEST_F(RunTest, JudgesAnotherLibrarysSongsByWhatItsOwnSongsTaught) {
  const std::string other = (folder_->path() / "second.songscape").string();
  make_library(other, 40, 21);
  const GroupingRequest request{
      .run = run_, .library = other, .algorithms = {"kmeans"}, .k = "label", .label = {}, .seed = 1, .n_threads = 2};
  const Grouping g = group_run(request);
  for (const GroupingRow& r : g.rows) EXPECT_EQ(r.n_songs, 21) << r.features << " " << r.fitted_on;
  EXPECT_EQ(g.rows.size(), 8u * 2);
  const SongLabel genre = song_labels(LibraryIndex(other)).front();
  for (const char* features : {"39 features", "raw mel", "mel mean+std"})
    EXPECT_NEAR(ari_of_groups(find_groups(g, features, "train"), genre), 1, 1e-9) << features;
  EXPECT_TRUE(fs::exists(run_ / "on-second" / "cluster_assignments.csv"));
  // What was written is read back, not made again.
  fs::remove(run_ / "on-second" / "control_comparison.csv");
  const GroupedSongs stored = grouped_songs_of(request);
  EXPECT_FALSE(fs::exists(run_ / "on-second" / "control_comparison.csv"));
  ASSERT_EQ(stored.groups.size(), g.groups.size());
  EXPECT_EQ(stored.rows.size(), g.rows.size());
  for (size_t i = 0; i < stored.groups.size(); ++i) {
    EXPECT_EQ(stored.groups[i].features, g.groups[i].features);
    EXPECT_EQ(stored.groups[i].is_control, g.groups[i].is_control);
    EXPECT_EQ(stored.groups[i].songs, g.groups[i].songs);
    EXPECT_EQ(stored.groups[i].clusters, g.groups[i].clusters);
  }
}

TEST_F(RunTest, AssignsHeldOutSongsWithoutRegardToTheirCompany) {
  const std::string many = (folder_->path() / "many.songscape").string();
  const std::string few = (folder_->path() / "few.songscape").string();
  make_library(many, 40, 24);
  make_library(few, 40, 7);
  GroupingRequest request{
      .run = run_, .library = many, .algorithms = {"kmeans", "ward"}, .k = "6", .label = {}, .seed = 1, .n_threads = 2};
  const Grouping of_many = group_run(request);
  request.library = few;
  const Grouping of_few = group_run(request);
  ASSERT_EQ(of_many.groups.size(), of_few.groups.size());
  for (size_t i = 0; i < of_few.groups.size(); ++i) {
    const SongGroups &a = of_many.groups[i], &b = of_few.groups[i];
    if (a.fitted_on != "train") continue;
    ASSERT_EQ(b.clusters.size(), 7u);
    for (size_t s = 0; s < 7; ++s) EXPECT_EQ(a.clusters[s], b.clusters[s]) << a.features << " " << a.algorithm;
  }
}

TEST_F(RunTest, LeavesSongsItTrainedOnOutOfThoseHeldOutInAnotherLibrary) {
  const std::string mixed = (folder_->path() / "mixed.songscape").string();
  make_library(mixed, 20, 20);  // songs 20 … 29 are the run's own
  const SongLatents latents = latents_of(run_, mixed);
  const auto n_trained = static_cast<int64_t>(latents.rows_in("train").size());
  ASSERT_GT(n_trained, 0);
  const Grouping g = group_run(
      {.run = run_, .library = mixed, .algorithms = {"kmeans"}, .k = "3", .label = {}, .seed = 1, .n_threads = 2});
  for (const GroupingRow& r : g.rows) EXPECT_EQ(r.n_songs, r.fitted_on == "all" ? 20 : 20 - n_trained);
}

TEST_F(RunTest, RefusesLabelsAndNumbersOfClustersThatCannotBe) {
  for (const auto& [k, label] : {std::pair{"0", ""}, {"-1", ""}, {"x", ""}, {"auto", "gnre"}}) {
    try {
      group_run(
          {.run = run_, .library = {}, .algorithms = {"kmeans"}, .k = k, .label = label, .seed = 1, .n_threads = 1});
      FAIL() << "accepted " << k << " " << label;
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::usage) << e.what();
    }
  }
}

TEST_F(RunTest, WritesEveryFileOfAReport) {
  const fs::path page =
      report_run({.run = run_, .library = {}, .label = {}, .k = "auto", .seed = 1, .n_threads = 2}).page;
  EXPECT_EQ(page, run_ / "report.html");
  for (const std::string name :
       {"training_curves", "reconstruction_examples", "cluster_selection", "confusion_matrix", "distributions",
        "latent_visualization/tsne_visualization", "latent_visualization/umap_visualization"})
    for (const char* ending : {".png", ".svg"})
      EXPECT_GT(fs::file_size(run_ / (name + ending)), 500u) << name << ending;
  for (const char* file : {"tsne_2d.npy", "umap_2d.npy", "map_quality.csv", "best_model.safetensors",
                           "model_final.safetensors", "training_history.csv"})
    EXPECT_TRUE(fs::exists(run_ / file)) << file;
  const std::string html = read_file(page);
  EXPECT_EQ(html.find("<b>Song"), std::string::npos);
  for (const char* elsewhere : {"src=\"http", "href=\"http", "url(http", "<script"})
    EXPECT_EQ(html.find(elsewhere), std::string::npos) << elsewhere;
}

TEST_F(RunTest, KnowsTheSongsOfAnotherLibraryAsNew) {
  const std::string other = (folder_->path() / "other.songscape").string();
  make_tiny_library(other);
  const SongLatents latents = encode_run(run_, other);
  EXPECT_EQ(latents.rows_in("new").size(), 3u);
  EXPECT_TRUE(fs::exists(run_ / "on-other" / "latent_features.npy"));
}

TEST_F(RunTest, ExportsOneRowOrderWithThePathsBeside) {
  const fs::path out = folder_->path();
  const ExportResult mel = export_data({.what = "mel", .library = library_, .run = {}, .output = out / "mel.npy"});
  EXPECT_EQ(mel.n_rows, 2 * kSongs);
  EXPECT_EQ(NpyFile(mel.file).header().shape, (std::vector<int64_t>{2 * kSongs, 128, 1293}));
  EXPECT_EQ(read_csv(mel.paths_file).rows[3], (std::vector<std::string>{"3", "song101.wav", "1", "1"}));
  const ExportResult features =
      export_data({.what = "features", .library = library_, .run = {}, .output = out / "f.csv"});
  EXPECT_EQ(read_csv(features.file).rows.size(), 2u * kSongs);
  const ExportResult labels =
      export_data({.what = "labels", .library = library_, .run = {}, .output = out / "labels.csv"});
  EXPECT_EQ(read_csv(labels.file).rows[0], (std::vector<std::string>{"song100.wav", "high"}));
  const ExportResult latents = export_data({.what = "latents", .library = {}, .run = run_, .output = out / "z.npy"});
  EXPECT_EQ(read_npy_matrix(latents.file).n_rows, kSongs);
  EXPECT_EQ(export_data({.what = "history", .library = {}, .run = run_, .output = out / "h.npy"}).n_rows, 6);
  for (const auto& [what, file] : {std::pair{"mel", "m.csv"}, {"mel", "m.txt"}, {"nothing", "m.npy"}})
    EXPECT_THROW(export_data({.what = what, .library = library_, .run = {}, .output = out / file}), Error)
        << what << file;
  EXPECT_THROW(export_data({.what = "mel", .library = library_, .run = {}, .output = fs::path(library_) / "x.npy"}),
               Error);
}

TEST_F(RunTest, ItsLatentsFindSongsOfTheSameClass) {
  const SongSpace space = open_song_space(run_);
  int64_t n_same = 0;
  for (const FoundSong& f : space.similar(4, 5)) n_same += f.song % kClasses == 4 % kClasses;
  EXPECT_GE(n_same, 4);
  EXPECT_EQ(space.path(0, 1, 6).size(), 6u);
}

TEST_F(RunTest, ItsClustersBecomePlaylists) {
  Catalogue::open_for_writing(library_, {{"root", "/music"}});
  const fs::path out = folder_->path() / "lists";
  fs::remove(run_ / "grouping.json");
  const auto write = [&](const std::string& algorithm) {
    return write_cluster_playlists(
        {.run = run_, .library = {}, .output = out, .algorithm = algorithm, .path_prefix = {}});
  };
  EXPECT_THROW(write(""), Error);
  const Grouping g = group_run(
      {.run = run_, .library = {}, .algorithms = {"kmeans", "ward"}, .k = "3", .label = {}, .seed = 1, .n_threads = 2});
  EXPECT_THROW(write("gmm"), Error);
  EXPECT_FALSE(fs::exists(out));
  const WrittenPlaylists written = write("");
  EXPECT_TRUE(written.is_whole);
  ASSERT_EQ(written.table.rows.size(), 3u);
  int64_t n_listed = 0;
  for (const auto& row : written.table.rows) {
    const std::string text = read_file(std::get<std::string>(row[0]));
    EXPECT_TRUE(text.starts_with("#EXTM3U\n#PLAYLIST:" + std::get<std::string>(row[3]) + "\n")) << text;
    for (size_t at = 0; (at = text.find("#EXTINF:60,<b>Song</b> ", at)) != std::string::npos; ++at) ++n_listed;
  }
  EXPECT_EQ(n_listed, kSongs);
  EXPECT_THROW(write(""), Error) << "the folder is not empty";
  EXPECT_EQ(read_csv(run_ / "neighbour_labels.csv").rows.size(), 7u);
  publish_file(run_ / "grouping.json", "{\"weights\": \"of another\"}");
  EXPECT_THROW(read_last_grouping(run_, {}), Error);
}

}  // namespace
}  // namespace songscape
