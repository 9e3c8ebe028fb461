#include "create/generate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/csv.h"
#include "core/error.h"
#include "create/created_run.h"
#include "create/latent_space.h"
#include "data/npy.h"
#include "run/small_song_run.h"

namespace songscape {
namespace {

// A folder of its own for each output.
fs::path fresh(const std::string& name) {
  static int n = 0;
  return CreatedRun::shared().folder.path() / (name + std::to_string(++n));
}

GenerateRequest generate_request(const fs::path& run = CreatedRun::shared().run) {
  GenerateRequest request;
  request.run = run;
  request.output = fresh("out");
  return request;
}

std::string column(const Table& table, size_t row, const std::string& name) {
  const CsvTable csv = parse_csv(table.to_csv(), ',', "table");
  return csv.rows.at(row).at(static_cast<size_t>(csv.find(name)));
}

// What is said when it is refused; empty: it is not.
std::string refusal(const GenerateRequest& request) {
  try {
    generate(request);
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage) << error.what();
    EXPECT_FALSE(fs::exists(request.output)) << "nothing is written";
    return error.what();
  }
}

TEST(Generate, SamplesOfThePriorAreSoundPictureAndArray) {
  GenerateRequest request = generate_request();
  request.n_samples = 2;
  const Table table = generate(request);
  ASSERT_EQ(table.rows.size(), 2u);
  for (const char* name : {"prior-01", "prior-02", "overview"})
    for (const char* ending : {".png", ".svg"}) EXPECT_TRUE(fs::exists(request.output / (std::string(name) + ending)));
  EXPECT_EQ(fs::file_size(request.output / "prior-01.wav"), 44 + 2 * 661504u + 0u) << "16-bit mono of 1292 hops";
  EXPECT_EQ(NpyFile(request.output / "prior-01.npy").header().shape, (std::vector<int64_t>{128, 1293}));
  EXPECT_EQ(NpyFile(request.output / "z.npy").header().shape, (std::vector<int64_t>{2, 6}));
  EXPECT_EQ(read_csv(request.output / "generation.csv").rows.size(), 2u);
  EXPECT_EQ(column(table, 0, "level_known"), "true");
}

TEST(Generate, ASeedGivesTheSameFilesAndAnotherSeedOthers) {
  GenerateRequest request = generate_request();
  request.n_samples = 1;
  const auto bytes = [&](uint64_t seed, int n_threads) {
    request.seed = seed, request.n_threads = n_threads, request.output = fresh("out");
    generate(request);
    return read_file(request.output / "prior-01.wav");
  };
  const std::string first = bytes(7, 1);
  EXPECT_EQ(bytes(7, 2), first);
  EXPECT_NE(bytes(8, 1), first);
}

TEST(Generate, ASongComesWithItsOwnSoundAndLastsAsLong) {
  GenerateRequest request = generate_request();
  request.song = "song100";
  const Table table = generate(request);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(column(table, 0, "source"), "the song itself");
  EXPECT_EQ(column(table, 1, "song"), "folder/song100.wav");
  EXPECT_EQ(NpyFile(request.output / "reconstruction.npy").header().shape, (std::vector<int64_t>{128, 300}));
  EXPECT_NEAR(std::stod(column(table, 0, "seconds")), 299 * 512 / 22050.0, 1e-3);
  const Matrix original = read_npy_matrix(request.output / "original.npy");
  std::vector<float> mel(kMelValues);
  LibraryIndex(CreatedRun::shared().library).read_mel(0, mel);
  for (int64_t b = 0; b < 128; ++b) ASSERT_EQ(original(b, 299), mel[static_cast<size_t>(b * 1293 + 299)]);
}

TEST(Generate, BetweenTwoSongsEndsAtTheirPlacesAndStepsEvenly) {
  GenerateRequest request = generate_request();
  request.between = {"folder/song101.wav", "song105.wav"};
  EXPECT_EQ(generate(request).rows.size(), 10u);
  const Matrix z = read_npy_matrix(request.output / "z.npy");
  RunData data = open_run_data(request.run);
  const Matrix ends = encode_places(data, std::vector<int64_t>{1, 5}).mean;
  for (int64_t d = 0; d < z.n_cols; ++d) {
    EXPECT_NEAR(z(0, d), ends(0, d), 1e-5);
    EXPECT_NEAR(z(9, d), ends(1, d), 1e-5);
    for (int64_t i = 1; i < 9; ++i) EXPECT_NEAR(z(i + 1, d) - z(i, d), (ends(1, d) - ends(0, d)) / 9, 1e-5);
  }
}

TEST(Generate, AnAxisMovesOneDimensionByStandardDeviations) {
  GenerateRequest request = generate_request();
  request.song = "song103";
  request.traverse = 2;
  EXPECT_EQ(generate(request).rows.size(), 7u);
  const Matrix z = read_npy_matrix(request.output / "z.npy");
  RunData data = open_run_data(request.run);
  const AggregatePosterior all = aggregate_posterior(data);
  for (int64_t i = 0; i < 7; ++i)
    for (int64_t d = 0; d < z.n_cols; ++d)
      EXPECT_NEAR(z(i, d), d == 2 ? all.mean[2] + static_cast<double>(i - 3) * all.deviation[2] : z(0, d), 1e-4);
}

TEST(Generate, AnArrayGetsPicturesAndArraysButNoSound) {
  GenerateRequest request = generate_request(CreatedRun::shared().array_run);
  request.between = {"3", "59"};
  request.n_samples = 3;
  const Table table = generate(request);
  EXPECT_EQ(column(table, 0, "song"), "row 3");
  EXPECT_EQ(column(table, 0, "level_db"), "");
  EXPECT_FALSE(fs::exists(request.output / "between-01.wav"));
  EXPECT_TRUE(fs::exists(request.output / "between-01.png"));
  EXPECT_EQ(NpyFile(request.output / "between-03.npy").header().shape, (std::vector<int64_t>{4, 4}));
  request.output = fresh("out");
  request.between = {"3", "60"};
  EXPECT_NE(refusal(request).find("0 to 59"), std::string::npos);
}

TEST(Generate, ARunOfSongsWithWordsIsRefused) {
  const fs::path run = train_on_songs(CreatedRun::shared().library, fresh("runs"),
                                      {"train.epochs=1", "train.batch=16", "latent_dim=2", "hidden_dim=4"});
  EXPECT_NE(refusal(generate_request(run)).find("needs a model of spectrograms"), std::string::npos);
}

TEST(Generate, ALibraryWithoutLevelSaysThatTheLevelIsNotKnown) {
  GenerateRequest request = generate_request();
  request.library = CreatedRun::shared().clip_referenced.string();
  request.song = "song104";
  testing::internal::CaptureStderr();
  const Table table = generate(request);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("keeps no loudness"), std::string::npos);
  EXPECT_EQ(column(table, 1, "level_known"), "false");
}

TEST(Generate, RefusesWhatTheModelHasNotAndSaysWhatItHas) {
  const auto said = [](auto&& change) {
    GenerateRequest request = generate_request();
    change(request);
    return refusal(request);
  };
  EXPECT_NE(said([](auto& r) { r.class_name = "high"; }).find("without a condition"), std::string::npos);
  EXPECT_NE(said([](auto& r) { r.component = 0; }).find("no components"), std::string::npos);
  EXPECT_NE(said([](auto& r) { r.traverse = 6; }).find("0 to 5"), std::string::npos);
  EXPECT_NE(said([](auto& r) { r.song = "song100.wave"; }).find("did you mean 'song100.wav'?"), std::string::npos);
  EXPECT_NE(said([](auto& r) {
              r.between = {"song100", "song101"}, r.traverse = 1;
            }).find("do not go together"),
            std::string::npos);
  EXPECT_NE(said([](auto& r) {
              r.between = {"song100", "song101"}, r.n_samples = 1;
            }).find("at least two"),
            std::string::npos);
  EXPECT_NE(said([](auto& r) { r.song = "song100", r.n_samples = 5; }).find("once"), std::string::npos);
}

TEST(Generate, LeavesAFolderWithContentAlone) {
  GenerateRequest request = generate_request();
  make_folder(request.output);
  publish_file(request.output / "prior-01.wav", "mine");
  EXPECT_THROW(generate(request), Error);
  EXPECT_EQ(read_file(request.output / "prior-01.wav"), "mine");
  EXPECT_FALSE(fs::exists(request.output / "z.npy"));
}

}  // namespace
}  // namespace songscape
