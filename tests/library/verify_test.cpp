#include "library/verify.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "core/random.h"
#include "data/library_index.h"
#include "library/fake_music.h"
#include "library/library_dump.h"
#include "library/repair.h"

namespace songscape {
namespace {

void flip_bit(const fs::path& path, uint64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const char c = static_cast<char>(file.get() ^ 4);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(c);
}

class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    m_.write_tones(4);
    m_.write("tone 1.txt", "some words");
    m_.write("metadata.csv", "path,mood,tempo\ntone 0.wav,glad,120\ntone 1.wav,sad,90.5\n");
    m_.write("bad.wav", "BAD broken");
    m_.ingest();
  }
  fs::path copy() const { return m_.folder() / "copy"; }
  fs::path segment() const { return segment_path(m_.library(), 1); }
  std::map<std::string, Content> contents() const { return Catalogue::open_for_reading(m_.library()).contents(); }
  const Content& content_of(const std::string& path) {
    contents_ = contents();
    return contents_.at(Catalogue::open_for_reading(m_.library()).paths().at(path).sha256);
  }
  FakeMusic m_;
  std::map<std::string, Content> contents_;
};

TEST_F(VerifyTest, FindsNothingInAWholeLibrary) {
  const VerifyReport report = verify_library(m_.library());
  EXPECT_TRUE(report.damages.empty()) << report.damages[0].where << ": " << report.damages[0].what;
  EXPECT_EQ(report.n_records, 4 + 4 + 1);
  EXPECT_EQ(report.n_unreferenced, 0);
}

TEST_F(VerifyTest, NamesEveryDamagedRecord) {
  flip_bit(segment(), content_of("tone 2.wav").clips[0].place.offset + 64 + 70000);
  flip_bit(segment(), content_of("tone 3.wav").place.offset + 64 + 3);
  const VerifyReport report = verify_library(m_.library());
  ASSERT_EQ(report.damages.size(), 2u);
  std::string all;
  for (const Damage& d : report.damages) all += d.where + ": " + d.what + "\n";
  EXPECT_NE(all.find("clip 0 of tone 2.wav: its checksum is wrong"), std::string::npos) << all;
  EXPECT_NE(all.find("the record of tone 3.wav: its checksum is wrong"), std::string::npos) << all;
}

TEST_F(VerifyTest, FindsAnyChangedBitOfSegmentsAndIndexes) {
  Random random(3);
  std::vector<fs::path> files = {segment()};
  for (const uint64_t generation : list_generations(m_.library()))
    files.push_back(index_path(m_.library(), generation));
  for (const fs::path& file : files)
    for (int i = 0; i < 30; ++i) {
      const auto at = static_cast<uint64_t>(random.below(static_cast<int64_t>(fs::file_size(file))));
      flip_bit(file, at);
      EXPECT_FALSE(verify_library(m_.library()).damages.empty()) << file.filename() << " byte " << at;
      flip_bit(file, at);
    }
  EXPECT_TRUE(verify_library(m_.library()).damages.empty());
}

TEST_F(VerifyTest, FindsMissingAndCutFiles) {
  const std::string whole = read_file(segment());
  fs::resize_file(segment(), whole.size() - 1000);
  EXPECT_FALSE(verify_library(m_.library()).damages.empty());
  fs::remove(segment());
  EXPECT_FALSE(verify_library(m_.library()).damages.empty());
  publish_file(segment(), whole);
  EXPECT_TRUE(verify_library(m_.library()).damages.empty());
  for (const uint64_t generation : list_generations(m_.library())) fs::remove(index_path(m_.library(), generation));
  EXPECT_FALSE(verify_library(m_.library()).damages.empty());
}

TEST_F(VerifyTest, FindsACatalogueThatSaysSomethingElse) {
  Database(Catalogue::file(m_.library()), Database::Mode::write)
      .run("UPDATE labels SET value='angry' WHERE value='sad'");
  const VerifyReport report = verify_library(m_.library());
  ASSERT_EQ(report.damages.size(), 1u);
  EXPECT_EQ(report.damages[0].what, "does not say what the catalogue says");
}

TEST_F(VerifyTest, TellsOfTheTailOfAStoppedIngestWithoutCallingItDamage) {
  std::ofstream(segment(), std::ios::app | std::ios::binary) << "half a record";
  const VerifyReport report = verify_library(m_.library());
  EXPECT_TRUE(report.damages.empty());
  EXPECT_EQ(report.notes.size(), 1u);
}

TEST_F(VerifyTest, WaitsForNoWriter) {
  const FileLock held(m_.library() / "lock");
  try {
    verify_library(m_.library());
    FAIL() << "verified under a writer";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::locked);
  }
}

TEST_F(VerifyTest, RepairsByCopyAndNamesWhatIsLost) {
  const std::string before = read_file(segment());
  flip_bit(segment(), content_of("tone 2.wav").clips[0].place.offset + 64 + 70000);
  const std::string damaged = read_file(segment());
  const RepairReport report = repair_library(m_.library(), copy());
  EXPECT_EQ(report.lost, std::vector<std::string>{"tone 2.wav"});
  EXPECT_EQ(report.n_songs, 3);
  EXPECT_EQ(read_file(segment()), damaged) << "the library itself stays as it is";
  EXPECT_TRUE(verify_library(copy()).damages.empty());
  IngestOptions options = m_.options();
  options.library = copy();
  EXPECT_EQ(ingest(options).n_new, 1);
  publish_file(segment(), before);
  EXPECT_EQ(dump_index(copy()), dump_index(m_.library()));
  EXPECT_EQ(dump_catalogue(copy()), dump_catalogue(m_.library()));
}

TEST_F(VerifyTest, RebuildsALostIndex) {
  const std::string index = dump_index(m_.library());
  for (const uint64_t generation : list_generations(m_.library())) fs::remove(index_path(m_.library(), generation));
  EXPECT_TRUE(repair_library(m_.library(), copy()).from_catalogue);
  EXPECT_EQ(dump_index(copy()), index);
}

TEST_F(VerifyTest, RebuildsALostCatalogueFromSegmentsAndIndex) {
  const std::string index = dump_index(m_.library());
  publish_file(Catalogue::file(m_.library()), "garbage");
  EXPECT_FALSE(verify_library(m_.library()).damages.empty());
  const RepairReport report = repair_library(m_.library(), copy());
  EXPECT_FALSE(report.from_catalogue);
  EXPECT_TRUE(report.lost.empty());
  EXPECT_EQ(dump_index(copy()), index);
  EXPECT_TRUE(verify_library(copy()).damages.empty());
  IngestOptions options = m_.options();
  options.library = copy();
  const IngestReport again = ingest(options);
  EXPECT_EQ(again.n_new, 0) << "songs are known by their bytes";
  EXPECT_EQ(dump_index(copy()), index);
}

TEST_F(VerifyTest, RebuildsTheSongsFromSegmentsAlone) {
  const std::string hash = LibraryIndex(m_.library()).content_hash();
  fs::remove(Catalogue::file(m_.library()));
  for (const uint64_t generation : list_generations(m_.library())) fs::remove(index_path(m_.library(), generation));
  EXPECT_EQ(repair_library(m_.library(), copy()).n_songs, 4);
  EXPECT_EQ(LibraryIndex(copy()).content_hash(), hash);
  EXPECT_EQ(LibraryIndex(copy()).read_lyrics(1), "some words");
}

TEST_F(VerifyTest, RebuildsFromASegmentWhoseHeaderIsDamaged) {
  const std::string index = dump_index(m_.library());
  flip_bit(segment(), 20);
  EXPECT_TRUE(repair_library(m_.library(), copy()).lost.empty());
  EXPECT_EQ(dump_index(copy()), index);
}

TEST_F(VerifyTest, NeverRepairsIntoAFolderThatIsInUse) {
  try {
    repair_library(m_.library(), m_.library());
    FAIL() << "repaired in place";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::usage);
  }
}

}  // namespace
}  // namespace songscape
