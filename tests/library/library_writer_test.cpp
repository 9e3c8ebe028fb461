#include "library/library_writer.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "data/library_index.h"
#include "library/fake_music.h"
#include "library/library_dump.h"

namespace songscape {
namespace {

std::string refusal(const fs::path& library) {
  try {
    const LibraryWriter writer(library, true, {});
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::damaged) << e.what();
    return e.what();
  }
  return "opened";
}

bool says(const std::string& message, const std::string& part) { return message.find(part) != std::string::npos; }

class LibraryWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    m_.write_tones(4);
    m_.ingest();
  }
  void ingest_more() {
    m_.write("more.wav", "TONE 900 1");
    m_.ingest();
  }
  void keep(const std::string& name) { fs::copy(m_.library(), m_.folder() / name, fs::copy_options::recursive); }
  FakeMusic m_;
};

TEST_F(LibraryWriterTest, PublishesWhatAKilledWriterHadCommitted) {
  const auto label = [](Catalogue& c) { c.set_label("tone 0.wav", "mood", "glad"); };
  {
    LibraryWriter writer(m_.library(), false, {});
    writer.commit([](Catalogue&) {}, LibraryWriter::Publish::always);
    writer.commit(label, LibraryWriter::Publish::when_due);
    ASSERT_FALSE(writer.is_published()) << "an index right after an index is not due";
  }
  EXPECT_EQ(LibraryIndex(m_.library()).find_column("mood"), nullptr);
  m_.ingest();
  EXPECT_NE(LibraryIndex(m_.library()).find_column("mood"), nullptr);
}

TEST_F(LibraryWriterTest, PublishesTheIndexThatACrashLeftOut) {
  const uint64_t generation = LibraryIndex(m_.library()).generation();
  keep("before");
  ingest_more();
  // As if killed between the catalogue's commit and the index.
  fs::remove(index_path(m_.library(), generation + 1));
  for (const uint64_t g : list_generations(m_.library())) fs::remove(index_path(m_.library(), g));
  fs::copy(index_path(m_.folder() / "before", generation), index_path(m_.library(), generation));
  ASSERT_EQ(Catalogue::open_for_reading(m_.library()).generation(), generation + 1);
  EXPECT_EQ(LibraryIndex(m_.library()).n_songs(), 4);
  EXPECT_EQ(m_.ingest().n_new, 0);
  EXPECT_EQ(LibraryIndex(m_.library()).n_songs(), 5);
}

TEST_F(LibraryWriterTest, RefusesAnOlderIndexWithANewerCatalogue) {
  keep("old");
  for (int i = 0; i < 3; ++i) {
    m_.write("more " + std::to_string(i) + ".wav", "TONE " + std::to_string(900 + i) + " 1");
    m_.ingest();
  }
  for (const uint64_t g : list_generations(m_.library())) fs::remove(index_path(m_.library(), g));
  for (const uint64_t g : list_generations(m_.folder() / "old"))
    fs::copy(index_path(m_.folder() / "old", g), index_path(m_.library(), g));
  EXPECT_TRUE(says(refusal(m_.library()), "is older than the catalogue"));
  EXPECT_THROW(LibraryIndex(m_.library()), Error);
}

TEST_F(LibraryWriterTest, RefusesAnOlderCatalogueWithANewerIndexAndNewerSegments) {
  keep("old");
  for (int i = 0; i < 3; ++i) {
    m_.write("more " + std::to_string(i) + ".wav", "TONE " + std::to_string(900 + i) + " 1");
    m_.ingest();
  }
  const std::string segment = read_file(segment_path(m_.library(), 1));
  fs::copy(Catalogue::file(m_.folder() / "old"), Catalogue::file(m_.library()), fs::copy_options::overwrite_existing);
  EXPECT_TRUE(says(refusal(m_.library()), "is older than the index"));
  for (const uint64_t g : list_generations(m_.library())) fs::remove(index_path(m_.library(), g));
  for (const uint64_t g : list_generations(m_.folder() / "old"))
    fs::copy(index_path(m_.folder() / "old", g), index_path(m_.library(), g));
  EXPECT_TRUE(says(refusal(m_.library()), "the segments are newer than the catalogue"));
  EXPECT_EQ(read_file(segment_path(m_.library(), 1)), segment) << "nothing may be cut";
}

TEST_F(LibraryWriterTest, RefusesALibraryWithoutIndexCatalogueOrSegment) {
  ingest_more();
  keep("no index");
  for (const uint64_t g : list_generations(m_.folder() / "no index"))
    fs::remove(index_path(m_.folder() / "no index", g));
  EXPECT_TRUE(says(refusal(m_.folder() / "no index"), "verify --library L --repair COPY"));
  keep("no catalogue");
  fs::remove(Catalogue::file(m_.folder() / "no catalogue"));
  EXPECT_TRUE(says(refusal(m_.folder() / "no catalogue"), "has no catalogue"));
  keep("no segment");
  fs::remove(segment_path(m_.folder() / "no segment", 1));
  EXPECT_TRUE(says(refusal(m_.folder() / "no segment"), "cannot open the segment"));
}

TEST_F(LibraryWriterTest, RefusesNewerHalfMadeAndDamagedCatalogues) {
  keep("newer");
  Database(Catalogue::file(m_.folder() / "newer"), Database::Mode::write).run("PRAGMA user_version=7");
  EXPECT_TRUE(says(refusal(m_.folder() / "newer"), "version 7, newer than this program's 2"));
  keep("half");
  Database(Catalogue::file(m_.folder() / "half"), Database::Mode::write).run("PRAGMA user_version=0");
  EXPECT_TRUE(says(refusal(m_.folder() / "half"), "half made"));
  keep("garbage");
  publish_file(Catalogue::file(m_.folder() / "garbage"), std::string(8192, 'x'));
  EXPECT_TRUE(says(refusal(m_.folder() / "garbage"), "the catalogue is damaged"));
}

TEST_F(LibraryWriterTest, RefusesLinksInsideTheLibrary) {
  fs::create_hard_link(Catalogue::file(m_.library()), m_.folder() / "twin");
  EXPECT_TRUE(says(refusal(m_.library()), "hard link"));
  fs::rename(Catalogue::file(m_.library()), m_.folder() / "moved");
  fs::remove(m_.folder() / "twin");
  fs::create_symlink(m_.folder() / "moved", Catalogue::file(m_.library()));
  EXPECT_THROW(LibraryWriter(m_.library(), true, {}), Error);
  fs::remove(Catalogue::file(m_.library()));
  fs::rename(m_.folder() / "moved", Catalogue::file(m_.library()));
  fs::remove(m_.library() / "lock");
  fs::create_symlink(m_.folder() / "elsewhere", m_.library() / "lock");
  EXPECT_THROW(LibraryWriter(m_.library(), true, {}), Error);
}

TEST_F(LibraryWriterTest, CopiesToAnotherPlaceAsItIs) {
  keep("copy");
  EXPECT_EQ(dump_index(m_.folder() / "copy"), dump_index(m_.library()));
  EXPECT_EQ(refusal(m_.folder() / "copy"), "opened");
}

}  // namespace
}  // namespace songscape
