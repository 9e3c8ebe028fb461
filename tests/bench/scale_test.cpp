#include "bench/scale.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "bench/fake_worker.h"
#include "bench/scale_jobs.h"
#include "bench/scale_library.h"
#include "core/error.h"
#include "data/library_index.h"
#include "library/fake_music.h"
#include "library/verify.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class ScaleTest : public testing::Test {
 protected:
  ScaleTest() {
    m_.write_tones(3);
    m_.write("metadata.csv", "path,mood,energy\ntone 0.wav,glad,1\ntone 1.wav,sad,2\ntone 2.wav,glad,3\n");
    m_.ingest();
  }
  fs::path made() const { return m_.folder() / "made.songscape"; }
  FakeMusic m_;
};

TEST_F(ScaleTest, ALibraryIsMadeOfTheSongsOfAnotherAndIsWhole) {
  const std::string hash_before = LibraryIndex(m_.library()).content_hash();
  ScaleLibrary maker(m_.library(), made());
  maker.write_records(4);
  maker.write_songs(150);
  const LibraryIndex index(made());
  ASSERT_EQ(index.n_songs(), 150);
  ASSERT_EQ(index.n_clips(), 150);
  std::set<std::string> names;
  std::set<std::vector<float>> mels;
  for (int64_t i = 0; i < 150; ++i) {
    names.insert(index.song(i).sha256);
    std::vector<float> mel(kMelValues);
    index.read_mel(index.song(i).first_clip, mel);
    mels.insert(mel);
  }
  EXPECT_EQ(names.size(), 150u);
  EXPECT_EQ(mels.size(), 3u);
  ASSERT_NE(index.find_column("mood"), nullptr);
  EXPECT_EQ(index.find_column("mood")->classes.size(), 2u);
  EXPECT_EQ(index.find_column("energy")->kind, ColumnKind::factor);
  EXPECT_EQ(LibraryIndex(m_.library()).content_hash(), hash_before);
}

TEST_F(ScaleTest, EverySongWithARecordOfItsOwnIsALibraryWithoutDamage) {
  ScaleLibrary maker(m_.library(), made());
  maker.write_records(7);
  maker.write_songs(7);
  const VerifyReport report = verify_library(made());
  for (const Damage& d : report.damages) ADD_FAILURE() << d.where << ": " << d.what;
  EXPECT_EQ(report.n_unreferenced, 0);
}

TEST_F(ScaleTest, EveryJobDoesItsWork) {
  const TemporaryFolder folder, worker;
  for (const ScaleJob& job : scale_jobs()) {
    write_place(worker.path(),
                {.job = job.name, .from = m_.library(), .folder = folder.path(), .n_songs = 40, .n_records = 20});
    const BenchJob ready = scale_worker().prepare(worker.path());
    ready.run();
    if (ready.answer) {
      EXPECT_GT(ready.answer().at("wall_sec").get<double>(), 0) << job.name;
    }
    EXPECT_GT(job.n_items(40), 0);
  }
}

TEST_F(ScaleTest, ComparesTheTimeOfASongWithTheSmallestLibrarys) {
  ScaleRequest request{.program = write_worker(m_.folder() / "worker", answer("3", "0")),
                       .from = m_.library(),
                       .sizes = {1000, 2000, 4000},
                       .most_records = 500,
                       .n_rounds = 2,
                       .jobs = {"umap"}};
  ScaleReport report{.command = "bench scale", .date = {}, .machine = {}, .request = request, .rows = {}};
  report.rows = measure_scale(request);
  ASSERT_EQ(report.rows.size(), 3u);
  const ScaleRow& map = report.rows[2];
  EXPECT_EQ(map.n_rounds, 2);
  EXPECT_DOUBLE_EQ(map.item_sec(), 3.0 / 4000);
  EXPECT_DOUBLE_EQ(map.ratio, 0.25);
  EXPECT_GT(map.goal, kScaleGoal);
  EXPECT_TRUE(map.is_met);
  EXPECT_EQ(scale_table(report).rows.size(), 3u);
  EXPECT_EQ(scale_json(report)["rows"].size(), 3u);
  EXPECT_NE(scale_markdown(report).find("an index over these records"), std::string::npos) << scale_markdown(report);
}

TEST_F(ScaleTest, ALibraryIsMadeOnceForTheJobsThatReadIt) {
  ScaleRequest request{.program = write_worker(m_.folder() / "worker", answer("3", "0")),
                       .from = m_.library(),
                       .sizes = {10, 20},
                       .n_rounds = 2,
                       .jobs = {"read"}};
  const std::vector<ScaleRow> rows = measure_scale(request);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[2].job, "ingest");
  EXPECT_EQ(rows[2].n_rounds, 1);
  EXPECT_EQ(rows[3].job, "read");
}

TEST_F(ScaleTest, AGrowingTimeOrTooMuchMemoryMissesTheGoal) {
  const std::string count = (m_.folder() / "count").string();
  // Takes 1 s for its first library, then 4, 16 …
  const std::string slower = "n=$(cat '" + count + "' 2>/dev/null || echo 1); echo $((n * 4)) > '" + count +
                             "'; echo \"{\\\"wall_sec\\\": $n, \\\"cpu_sec\\\": 0, \\\"peak_memory_bytes\\\": 1}\"";
  ScaleRequest request{.program = write_worker(m_.folder() / "slower", slower),
                       .from = m_.library(),
                       .sizes = {10, 20},
                       .n_rounds = 1,
                       .jobs = {"ingest"}};
  std::vector<ScaleRow> rows = measure_scale(request);
  EXPECT_TRUE(rows.at(0).is_met);
  EXPECT_DOUBLE_EQ(rows.at(1).ratio, 2);
  EXPECT_FALSE(rows.at(1).is_met);
  request.program = write_worker(m_.folder() / "large",
                                 "echo '{\"wall_sec\": 1, \"cpu_sec\": 1, \"peak_memory_bytes\": 3000000000}'");
  EXPECT_FALSE(measure_scale(request).at(0).is_met);
}

TEST_F(ScaleTest, RefusesUnknownJobsAndWhatIsNoLibrary) {
  ScaleRequest request{.program = "/bin/false", .from = m_.library(), .sizes = {10}, .jobs = {"reed"}};
  EXPECT_THROW(measure_scale(request), Error);
  request.jobs = {};
  request.from = m_.music();
  EXPECT_THROW(measure_scale(request), Error);
}

}  // namespace
}  // namespace songscape
