// Labels, titles and lyrics as they end in the index: tables before folders before tags.
#include <gtest/gtest.h>

#include "core/error.h"
#include "data/library_index.h"
#include "library/fake_music.h"
#include "library/index_builder.h"
#include "library/library_info.h"

namespace songscape {
namespace {

std::string label_of(const LibraryIndex& index, const std::string& path, const std::string& column) {
  const IndexColumn* c = index.find_column(column);
  const auto song = index.find_song(path);
  if (!c || !song) return "no such column or song";
  const int32_t code = c->codes[static_cast<size_t>(*song)];
  return code < 0 ? "" : std::string(c->classes[static_cast<size_t>(code)]);
}

TEST(Labels, ComeFromTheTableThenTheFolderThenTheTags) {
  const FakeMusic m;
  m.write("rock/a.wav", "TONE 300 1 genre=Tag artist=Ann title=Song");
  m.write("jazz/b.wav", "TONE 400 1 genre=Tag");
  m.write("metadata.csv", "path,genre,title\nrock/a.wav,Table,Named\n");
  m.ingest();
  const LibraryIndex index(m.library());
  EXPECT_EQ(label_of(index, "rock/a.wav", "genre"), "Table");
  EXPECT_EQ(label_of(index, "jazz/b.wav", "genre"), "jazz");
  EXPECT_EQ(index.song(*index.find_song("rock/a.wav")).title, "Named");
  EXPECT_EQ(index.song(*index.find_song("jazz/b.wav")).title, "b");
  EXPECT_EQ(label_of(index, "rock/a.wav", "artist"), "Ann");
}

TEST(Labels, ComeFromTagsInAFlatFolder) {
  const FakeMusic m;
  m.write("a.wav", "TONE 300 1 genre=Polka");
  m.write("b.wav", "TONE 400 1");
  m.ingest();
  const LibraryIndex index(m.library());
  EXPECT_EQ(label_of(index, "a.wav", "genre"), "Polka");
  EXPECT_EQ(label_of(index, "b.wav", "genre"), "");
}

TEST(Labels, TakeFoldersForGenresOnlyWhereTheyCanBe) {
  EXPECT_TRUE(folders_are_genres({"rock/a", "jazz/b"}, {"", ""}));
  EXPECT_FALSE(folders_are_genres({"rock/a", "b"}, {"", ""})) << "a song in no folder";
  EXPECT_FALSE(folders_are_genres({"rock/a", "rock/b"}, {"", ""})) << "one folder says nothing";
  EXPECT_FALSE(folders_are_genres({"ABBA/a", "Queen/b"}, {"Abba", "queen"})) << "folders of artists";
}

TEST(Labels, ChangeAfterIngest) {
  const FakeMusic m;
  m.write("a.wav", "TONE 300 1");
  m.write("b.wav", "TONE 400 1");
  m.write("metadata.csv", "path,mood,tempo\na.wav,glad,100\nb.wav,sad,90\n");
  m.ingest();
  const std::string content = LibraryIndex(m.library()).content_hash(),
                    columns = LibraryIndex(m.library()).columns_hash();
  publish_file(m.folder() / "new.csv", "path,mood,tempo,level\na.wav,angry,fast,1\nb.wav,,slow,2\nc.wav,x,y,3\n");
  const LabelImport import = import_labels_into(m.library(), m.folder() / "new.csv", "");
  EXPECT_EQ(import.n_matched, 2);
  EXPECT_EQ(import.unmatched, std::vector<std::string>{"c.wav"});
  const LibraryIndex index(m.library());
  EXPECT_EQ(label_of(index, "a.wav", "mood"), "angry");
  EXPECT_EQ(label_of(index, "b.wav", "mood"), "");
  EXPECT_EQ(index.find_column("tempo")->kind, ColumnKind::label) << "text came where numbers were";
  EXPECT_EQ(index.find_column("level")->kind, ColumnKind::factor);
  EXPECT_EQ(index.content_hash(), content);
  EXPECT_NE(index.columns_hash(), columns);
}

TEST(Labels, OfABrokenTableChangeNothing) {
  const FakeMusic m;
  m.write("a.wav", "TONE 300 1");
  IngestOptions options = m.options();
  options.labels = m.folder() / "bad.csv";
  publish_file(options.labels, "path,genre\na.wav,\"x\n");
  EXPECT_THROW(ingest(options), Error);
  EXPECT_FALSE(fs::exists(m.library()));
  options.labels = m.folder() / "none.csv";
  EXPECT_THROW(ingest(options), Error);
  EXPECT_FALSE(fs::exists(m.library()));
}

TEST(Labels, StayWithASongThatIsRenamed) {
  const FakeMusic m;
  m.write("a.wav", "TONE 300 1");
  IngestOptions options = m.options();
  options.labels = m.folder() / "t.csv";
  publish_file(options.labels, "path,mood\na.wav,glad\n");
  ingest(options);
  fs::rename(m.music() / "a.wav", m.music() / "z.wav");
  m.ingest();
  EXPECT_EQ(label_of(LibraryIndex(m.library()), "z.wav", "mood"), "glad");
}

TEST(Labels, WarnOfAMillionClasses) {
  const FakeMusic m;
  m.write("a.wav", "TONE 300 1");
  std::string table = "path,id\n";
  for (int i = 0; i < 1'000'000; ++i) table += std::to_string(i) + ".wav,x" + std::to_string(i) + "\n";
  m.write("metadata.csv", table);
  const IngestReport report = m.ingest();
  ASSERT_TRUE(report.labels.has_value());
  ASSERT_EQ(report.labels->warnings.size(), 1u);
  EXPECT_NE(report.labels->warnings[0].find("1000000 classes"), std::string::npos);
}

class LyricsTest : public ::testing::Test {
 protected:
  std::string lyrics_of(const std::string& path) const {
    const LibraryIndex index(m_.library());
    return index.read_lyrics(*index.find_song(path));
  }
  FakeMusic m_;
};

TEST_F(LyricsTest, ComeFromBesideTheSongBeforeItsTags) {
  m_.write("a.wav", "TONE 300 1 lyrics=embedded");
  m_.write("b.wav", "TONE 400 1 lyrics=embedded");
  m_.write("c.wav", "TONE 500 1");
  m_.write("b.lrc", "[00:01.00]beside\n");
  EXPECT_EQ(m_.ingest().n_with_lyrics, 2);
  EXPECT_EQ(lyrics_of("a.wav"), "embedded");
  EXPECT_EQ(lyrics_of("b.wav"), "beside\n");
  EXPECT_EQ(lyrics_of("c.wav"), "");
  m_.write("b.lrc", " ");
  m_.ingest();
  EXPECT_EQ(lyrics_of("b.wav"), "embedded") << "a blank file is no lyrics";
}

TEST_F(LyricsTest, ComeFromAFolderByStem) {
  m_.write("x/a.wav", "TONE 300 1");
  m_.write("y/b.wav", "TONE 400 1");
  IngestOptions options = m_.options();
  options.lyrics = m_.folder() / "words";
  make_folder(options.lyrics / "y");
  publish_file(options.lyrics / "a.txt", "of a");
  publish_file(options.lyrics / "y/b.txt", "of b");
  EXPECT_EQ(ingest(options).n_with_lyrics, 2);
  EXPECT_EQ(lyrics_of("x/a.wav"), "of a");
  m_.ingest();
  EXPECT_EQ(lyrics_of("y/b.wav"), "of b") << "they stay where a later ingest names no folder";
}

TEST_F(LyricsTest, ThatAreMalformedAreMendedOrRejectedWhenStrict) {
  m_.write("a.wav", "TONE 300 1");
  m_.write("a.txt", "caf\xE9");
  IngestReport report = m_.ingest();
  EXPECT_TRUE(report.failures.empty());
  EXPECT_EQ(report.n_warnings, 1);
  EXPECT_EQ(lyrics_of("a.wav"), "caf\uFFFD");
  IngestOptions options = m_.options();
  options.strict_text = true;
  report = ingest(options);
  EXPECT_EQ(report.failures.at("a.txt"), "not UTF-8: 1 malformed sequence replaced, the first at byte 3");
  EXPECT_EQ(lyrics_of("a.wav"), "");
}

TEST_F(LyricsTest, OverEightMebibytesAreAFailureOfTheirOwnFile) {
  m_.write("a.wav", "TONE 300 1");
  m_.write("a.txt", std::string((size_t{8} << 20) + 1, 'a'));
  const IngestReport report = m_.ingest();
  EXPECT_EQ(report.failures, (std::map<std::string, std::string>{{"a.txt", "lyrics of over 8 MiB"}}));
  EXPECT_EQ(report.n_songs, 1);
}

TEST(Info, CountsSongsLabelsAndFailures) {
  const FakeMusic m;
  m.write("rock/a.wav", "TONE 300 1 warn=quiet");
  m.write("rock/b.wav", "TONE 400 1");
  m.write("jazz/c.wav", "TONE 500 2");
  m.write("jazz/d.wav", "BAD broken");
  m.write("metadata.csv", "path,tempo\nrock/a.wav,100\nrock/b.wav,120\n");
  m.ingest();
  const LibraryInfo info = describe_library(m.library());
  EXPECT_EQ(info.n_songs, 3);
  EXPECT_NEAR(info.duration_hours, 4.0 / 3600, 1e-9);
  EXPECT_EQ(info.failures.at("jazz/d.wav"), "broken");
  EXPECT_EQ(info.warnings, (std::vector<std::pair<std::string, std::string>>{{"rock/a.wav", "quiet"}}));
  ASSERT_EQ(info.columns.size(), 2u);
  EXPECT_EQ(info.columns[0].counts, (std::vector<std::pair<std::string, int64_t>>{{"rock", 2}, {"jazz", 1}}));
  EXPECT_EQ(info.columns[1].n_songs, 2);
  EXPECT_EQ(info.columns[1].mean, 110);
}

}  // namespace
}  // namespace songscape
