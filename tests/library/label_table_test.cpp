#include "library/label_table.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class LabelTableTest : public ::testing::Test {
 protected:
  LabelTable read(const std::string& text, const std::string& path_column = "", const std::string& name = "t.csv") {
    publish_file(folder_.path() / name, text);
    return read_label_table(folder_.path() / name, path_column);
  }
  std::string refusal(const std::string& text, const std::string& path_column = "") {
    try {
      read(text, path_column);
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::damaged) << e.what();
      return e.what();
    }
    return "read";
  }
  static bool says(const std::string& message, const std::string& part) {
    return message.find(part) != std::string::npos;
  }
  TemporaryFolder folder_;
};

TEST_F(LabelTableTest, TellsFactorsFromLabels) {
  const LabelTable t =
      read("path,tempo,mood,key,year,Genre,none\na,120,glad,C,1999,rock,\nb,-0,sad,7,2001,1,\nc,1e2,,D,007,2,\n");
  ASSERT_EQ(t.columns.size(), 5u);
  EXPECT_EQ(t.columns[0].kind, ColumnKind::factor);
  EXPECT_EQ(t.columns[1].kind, ColumnKind::label);
  EXPECT_EQ(t.columns[1].n_values, 2);
  EXPECT_EQ(t.columns[2].kind, ColumnKind::label);
  EXPECT_EQ(t.columns[3].kind, ColumnKind::factor);
  EXPECT_EQ(t.columns[4].name, "genre");
  EXPECT_EQ(t.warnings, std::vector<std::string>{"the column 'none' is empty and was left out"});
}

TEST_F(LabelTableTest, RefusesNumbersInAFormThatIsNotRead) {
  for (const char* cell : {"\"1,5\"", "1e999", "nan", "0x1F", " 7 ", "\xD9\xA1\xD9\xA2"}) {
    const std::string message = refusal(std::string("path,tempo\na,120\nb,") + cell + "\n");
    EXPECT_TRUE(says(message, "line 3: '")) << message;
    EXPECT_TRUE(says(message, "the column 'tempo'")) << message;
  }
  EXPECT_EQ(read("path,date\na,2020-01-02\nb,2021-03-04\n").columns[0].kind, ColumnKind::label);
  EXPECT_EQ(read("path,version\na,1.2.3\nb,4\n").columns[0].kind, ColumnKind::label);
}

TEST_F(LabelTableTest, RefusesATableWithoutPathsOrOtherColumns) {
  EXPECT_TRUE(says(refusal("file,genre\na,x\n"), "no column 'path' (seen: file, genre)"));
  EXPECT_TRUE(says(refusal("file,genre\na,x\n"), "--path-column NAME"));
  EXPECT_TRUE(says(refusal("path\na\n"), "no column besides the paths"));
  EXPECT_TRUE(says(refusal(""), "no header line"));
  EXPECT_TRUE(says(refusal("path,a,a\nx,1,2\n"), "stands twice"));
  EXPECT_TRUE(says(refusal("path,Artist,artist\nx,1,2\n"), "two columns mean 'artist'"));
  EXPECT_EQ(read("Filepath,genre\na,x\n", "filepath").path_place, 0u);
}

TEST_F(LabelTableTest, ListsEveryFaultyLine) {
  const std::string message = refusal("path,genre\na,x\nb\nc,y,z\nd,x\n");
  EXPECT_TRUE(says(message, "line 3: 1 fields where the header has 2"));
  EXPECT_TRUE(says(message, "line 4: 3 fields where the header has 2"));
  EXPECT_TRUE(says(refusal("path,genre\na,\"x\nb,y\n"), "quote opened at line 2"));
  EXPECT_TRUE(says(refusal("path;genre\na;x\n"), "';'"));
}

TEST_F(LabelTableTest, RefusesAPathThatStandsTwice) {
  const std::string message = refusal("path,genre\na,x\nb,y\na,z\n,w\n");
  EXPECT_TRUE(says(message, "line 4: 'a' stands at line 2 too")) << message;
  EXPECT_TRUE(says(message, "line 5: no path")) << message;
}

TEST_F(LabelTableTest, ReadsTabsByTheNameOfTheFileAndUtf16) {
  EXPECT_EQ(read("path\tgenre\na,b\tx\n", "", "t.tsv").cells.rows[0][0], "a,b");
  const std::string utf16("\xFF\xFEp\0a\0t\0h\0,\0g\0\n\0a\0,\0x\0\n\0", 24);
  EXPECT_EQ(read(utf16).columns[0].name, "g");
}

TEST_F(LabelTableTest, ReplacesWhatIsNotUtf8ButKeepsPathsAsBytes) {
  const LabelTable t = read("path,genre\ncaf\xE9.wav,caf\xE9\n");
  EXPECT_EQ(t.cells.rows[0][0], "caf\xE9.wav");
  EXPECT_EQ(t.cells.rows[0][1], "caf\uFFFD");
  ASSERT_EQ(t.warnings.size(), 1u);
  EXPECT_TRUE(says(t.warnings[0], "line 2"));
}

TEST_F(LabelTableTest, MatchesByPathThenByFileName) {
  const LabelTable t = read(
      "path,g\nrock/a.wav,1\nb.wav,2\n./c.wav,3\nelsewhere/d.wav,4\n/abs/e.wav,5\n../../"
      "f.wav,6\ntwin.wav,7\nnone.wav,8\n");
  const MatchedRows m =
      match_rows(t, {"rock/a.wav", "x/b.wav", "c.wav", "d.wav", "e.wav", "f.wav", "1/twin.wav", "2/twin.wav"});
  EXPECT_EQ(m.row_of_path,
            (std::map<std::string, size_t>{
                {"rock/a.wav", 0}, {"x/b.wav", 1}, {"c.wav", 2}, {"d.wav", 3}, {"e.wav", 4}, {"f.wav", 5}}));
  EXPECT_EQ(m.unmatched, (std::vector<std::string>{"twin.wav", "none.wav"}));
}

TEST_F(LabelTableTest, GivesARowToNoOtherSongThanTheOneItNames) {
  const LabelTable t = read("path,g\nx/a.wav,1\ny/a.wav,2\n");
  const MatchedRows m = match_rows(t, {"x/a.wav"});
  EXPECT_EQ(m.row_of_path, (std::map<std::string, size_t>{{"x/a.wav", 0}}));
  EXPECT_EQ(m.unmatched, std::vector<std::string>{"y/a.wav"});
  EXPECT_TRUE(match_rows(t, {"z/a.wav"}).row_of_path.empty()) << "two rows have the name";
}

}  // namespace
}  // namespace songscape
