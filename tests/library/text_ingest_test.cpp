#include "library/text_ingest.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/text.h"
#include "data/library_index.h"
#include "library/fake_music.h"
#include "library/label_import.h"
#include "library/library_dump.h"
#include "library/library_info.h"
#include "library/repair.h"
#include "library/verify.h"

namespace songscape {
namespace {

const std::string kVerse =
    "lang\tauthor\tyear\ttext\n"
    "en\tDickinson\t1861\tHope is the thing with feathers that perches in the soul\n"
    "bn\tTagore\t1910\tআমার সোনার বাংলা আমি তোমায় ভালোবাসি\n"
    "es\tMachado\t1912\t\"Caminante, no hay \"\"camino\"\", se hace camino al andar\ny al volver la vista atrás\"\n"
    "de\tHeine\t1824\tIch weiß nicht was soll es bedeuten dass ich so traurig bin\n";

class TextIngestTest : public testing::Test {
 protected:
  fs::path library() const { return m_.library(); }
  fs::path table() const { return m_.folder() / "verse.tsv"; }
  IngestOptions options() const {
    IngestOptions out;
    out.music = table();
    out.library = library();
    out.text_column = "text";
    out.n_threads = 2;
    return out;
  }
  IngestReport ingest(const std::string& text) const {
    publish_file(table(), text);
    return songscape::ingest(options());
  }
  Error error_of(const IngestOptions& o) const {
    try {
      songscape::ingest(o);
    } catch (const Error& e) {
      return e;
    }
    return Error(ExitCode::ok, {.what = "no error", .where = {}, .seen = {}, .wanted = {}, .fix = {}});
  }
  Error error_of(const std::string& text) const {
    publish_file(table(), text);
    return error_of(options());
  }
  static bool says(const Error& e, const std::string& part) {
    return std::string(e.what()).find(part) != std::string::npos;
  }
  std::string label(int64_t song, const std::string& column) const {
    const LibraryIndex index(library());
    const IndexColumn* c = index.find_column(column);
    if (!c || c->codes[static_cast<size_t>(song)] < 0) return "";
    return std::string(c->classes[static_cast<size_t>(c->codes[static_cast<size_t>(song)])]);
  }
  FakeMusic m_;
};

TEST_F(TextIngestTest, MakesEveryRowASongWithLyricsAndLabelsAndNoClips) {
  const IngestReport report = ingest(kVerse);
  EXPECT_EQ(report.n_files, 4);
  EXPECT_EQ(report.n_new, 4);
  EXPECT_EQ(report.n_songs, 4);
  EXPECT_EQ(report.n_clips, 0);
  EXPECT_EQ(report.n_with_lyrics, 4);
  EXPECT_EQ(report.duration_hours, 0);
  EXPECT_TRUE(report.failures.empty());
  const LibraryIndex index(library());
  EXPECT_EQ(index.song(2).path, "00000003") << "rows without a name have their number";
  EXPECT_EQ(index.song(2).n_clips, 0);
  EXPECT_TRUE(index.song(2).has_lyrics);
  EXPECT_EQ(index.read_lyrics(2), "Caminante, no hay \"camino\", se hace camino al andar\ny al volver la vista atrás");
  EXPECT_EQ(index.find_column("text"), nullptr);
  ASSERT_NE(index.find_column("year"), nullptr);
  EXPECT_EQ(index.find_column("year")->kind, ColumnKind::factor);
  EXPECT_EQ(label(1, "author"), "Tagore");
}

TEST_F(TextIngestTest, GuessesLanguagesBesideTheTablesOwn) {
  ingest(kVerse);
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(label(i, "language_guess"), label(i, "lang"));
}

TEST_F(TextIngestTest, KeepsATablesOwnColumnOfGuesses) {
  IngestOptions o = options();
  o.music = m_.folder() / "own.csv";
  publish_file(o.music, "id,language,language_guess,text\na,x,mine,the song and the sea\nb,y,,you are in the sky\n");
  songscape::ingest(o);
  EXPECT_EQ(label(0, "language_guess"), "mine");
  EXPECT_EQ(label(1, "language_guess"), "");
  EXPECT_EQ(label(0, "language"), "x");
}

TEST_F(TextIngestTest, NamesSongsByPathOrIdOrTheColumnAskedFor) {
  IngestOptions o = options();
  o.music = m_.folder() / "named.csv";
  publish_file(o.music, "ID,key,text,mood\nrock/b,one,words of b,sad\npop/a,two,words of a,glad\n");
  songscape::ingest(o);
  EXPECT_EQ(LibraryIndex(library()).song(0).path, "pop/a");
  EXPECT_EQ(LibraryIndex(library()).find_column("genre"), nullptr) << "names are no folders";
  o.library = m_.folder() / "other.songscape";
  o.path_column = "key";
  songscape::ingest(o);
  EXPECT_EQ(LibraryIndex(o.library).song(0).path, "one");
  EXPECT_NE(LibraryIndex(o.library).find_column("ID"), nullptr);
}

TEST_F(TextIngestTest, OfAnUnchangedTableWritesNothing) {
  ingest(kVerse);
  const uint64_t generation = LibraryIndex(library()).generation();
  const IngestReport again = ingest(kVerse);
  EXPECT_EQ(again.n_new, 0);
  EXPECT_EQ(again.n_known, 4);
  EXPECT_EQ(LibraryIndex(library()).generation(), generation);
}

TEST_F(TextIngestTest, OfAChangedTableUpdates) {
  ingest("id\tmood\ttext\na\tsad\tthe rain is on the sea\nb\tglad\tthe sun and you\nc\t\told words of the song\n");
  const IngestReport changed =
      ingest("id\tmood\ttext\na\twild\tthe rain is on the sea\nb\tglad\tdie Sonne und du und ich\nd\t\tnew words\n");
  EXPECT_EQ(changed.n_new, 2);
  EXPECT_EQ(changed.n_known, 1);
  EXPECT_EQ(changed.n_missing, 1);
  EXPECT_EQ(changed.n_songs, 4);
  const LibraryIndex index(library());
  EXPECT_EQ(label(0, "mood"), "wild");
  EXPECT_EQ(index.read_lyrics(1), "die Sonne und du und ich");
  EXPECT_EQ(label(1, "language_guess"), "de");
  EXPECT_TRUE(index.song(2).is_missing);
  EXPECT_TRUE(verify_library(library()).damages.empty());
  const IngestReport back = ingest("id\tmood\ttext\nc\t\told words of the song\n");
  EXPECT_EQ(back.n_new, 0);
  EXPECT_FALSE(LibraryIndex(library()).song(2).is_missing);
}

TEST_F(TextIngestTest, KnowsRowsOfEqualTextAsOneSong) {
  const IngestReport report = ingest("id\ttext\nb\tla la\na\tla la\nc\tother\n");
  EXPECT_EQ(report.n_new, 2);
  EXPECT_EQ(report.n_aliases, 1);
  EXPECT_EQ(report.n_songs, 2);
  EXPECT_EQ(LibraryIndex(library()).song(0).path, "a");
}

TEST_F(TextIngestTest, NamesRowsWithoutATextAndKeepsTheOthers) {
  const IngestReport report = ingest("id\tm\ttext\na\tx\t\nb\ty\t \nc\tz\twords\n");
  EXPECT_EQ(report.failures, (std::map<std::string, std::string>{{"a", "no text"}, {"b", "no text"}}));
  EXPECT_EQ(report.n_songs, 1);
  EXPECT_EQ(Catalogue::open_for_reading(library()).failures().size(), 2u);
  EXPECT_TRUE(ingest("id\tm\ttext\na\tx\tmended\nb\ty\ttoo\nc\tz\twords\n").failures.empty());
  EXPECT_TRUE(Catalogue::open_for_reading(library()).failures().empty());
}

TEST_F(TextIngestTest, MendsTextThatIsNotUnicodeOrRefusesIt) {
  const std::string text = "id\ttext\na\tcaf\xE9 noir\nb\tfine\n";
  ingest(text);
  const auto warnings = Catalogue::open_for_reading(library()).warnings();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].first, "a");
  EXPECT_NE(warnings[0].second.find("not UTF-8"), std::string::npos);
  EXPECT_EQ(LibraryIndex(library()).read_lyrics(0), "caf\uFFFD noir");
  IngestOptions strict = options();
  strict.strict_text = true;
  strict.library = m_.folder() / "strict.songscape";
  const IngestReport report = songscape::ingest(strict);
  EXPECT_EQ(report.n_songs, 1);
  EXPECT_EQ(report.failures.count("a"), 1u);
}

TEST_F(TextIngestTest, KeepsControlsAndInvisibleCharactersAsTheyAre) {
  const std::string odd = "a\x1b[31m\u202E\u200D<script>\u00A0👩‍👩‍👧";
  ingest("id\ttext\na\t" + odd + "\n");
  EXPECT_EQ(LibraryIndex(library()).read_lyrics(0), odd);
}

TEST_F(TextIngestTest, RefusesTablesThatCannotBeUsedAndLeavesNothing) {
  EXPECT_TRUE(says(error_of("id\tlyric\na\tx\n"), "no column 'text'"));
  IngestOptions o = options();
  o.text_column = "lyrics";
  EXPECT_TRUE(says(error_of(o), "did you mean --text-column lyric?"));
  EXPECT_EQ(error_of(o).exit_code(), ExitCode::damaged);
  EXPECT_TRUE(says(error_of("id\ttext\na\tx\na\ty\n"), "line 3: 'a' stands at line 2 too"));
  EXPECT_TRUE(says(error_of("id\ttext\n\tx\n"), "line 2: no path"));
  EXPECT_TRUE(says(error_of("id\ttext\na\t\"x\n"), "quote opened at line 2"));
  EXPECT_TRUE(says(error_of("id\ttext\na\tx\ty\n"), "line 2: 3 fields where the header has 2"));
  EXPECT_TRUE(says(error_of("id\ttext\ttext\na\tx\ty\n"), "text"));
  EXPECT_TRUE(says(error_of("id\ttext\na\t" + std::string(2 << 20, 'x') + "\n"), "a field of over"));
  EXPECT_TRUE(says(error_of(""), "no header"));
  o = options();
  publish_file(table(), kVerse);
  o.path_column = "text";
  EXPECT_TRUE(says(error_of(o), "one column cannot hold both"));
  o.path_column = "autor";
  EXPECT_TRUE(says(error_of(o), "did you mean --path-column author?"));
  EXPECT_FALSE(fs::exists(library()));
}

TEST_F(TextIngestTest, RefusesWhatIsForAudioAndLibrariesOfTheOtherKind) {
  IngestOptions o = options();
  publish_file(table(), kVerse);
  o.excerpts = Excerpts{};
  EXPECT_TRUE(says(error_of(o), "for folders of audio"));
  o = options();
  o.music = m_.folder() / "none.tsv";
  EXPECT_EQ(error_of(o).exit_code(), ExitCode::usage);
  songscape::ingest(options());
  m_.write_tones(1);
  EXPECT_TRUE(says(error_of(m_.options()), "holds the texts of a table"));
  IngestOptions audio = m_.options();
  audio.library = m_.folder() / "audio.songscape";
  songscape::ingest(audio);
  o = options();
  o.library = audio.library;
  EXPECT_TRUE(says(error_of(o), "holds songs of a folder"));
  o = options();
  o.music = m_.folder() / "second.tsv";
  publish_file(o.music, kVerse);
  EXPECT_TRUE(says(error_of(o), "follows another table"));
}

TEST_F(TextIngestTest, OfAHeaderAloneIsAnEmptyLibrary) {
  const IngestReport report = ingest("id\ttext\n");
  EXPECT_EQ(report.n_files, 0);
  EXPECT_EQ(LibraryIndex(library()).n_songs(), 0);
}

TEST_F(TextIngestTest, TellsWhatItWouldDoAndWritesNothing) {
  publish_file(table(), kVerse);
  const IngestPlan plan = dry_run(options());
  EXPECT_EQ(plan.to_do.size(), 4u);
  EXPECT_FALSE(fs::exists(library()));
}

TEST_F(TextIngestTest, LibrariesAreDescribedVerifiedLabelledAndRepaired) {
  ingest(kVerse);
  const LibraryInfo info = describe_library(library());
  EXPECT_EQ(info.n_songs, 4);
  EXPECT_EQ(info.n_clips, 0);
  EXPECT_EQ(info.n_with_lyrics, 4);
  const VerifyReport whole = verify_library(library());
  EXPECT_TRUE(whole.damages.empty());
  EXPECT_EQ(whole.n_records, 8);
  publish_file(m_.folder() / "labels.csv", "path,mood\n00000001,hopeful\n");
  EXPECT_EQ(import_labels_into(library(), m_.folder() / "labels.csv", "").n_matched, 1);
  EXPECT_EQ(label(0, "mood"), "hopeful");
  const std::string dump = dump_index(library());
  repair_library(library(), m_.folder() / "copy");
  EXPECT_EQ(dump_index(m_.folder() / "copy"), dump);
  fs::remove(Catalogue::file(library()));
  repair_library(library(), m_.folder() / "rebuilt");
  EXPECT_EQ(dump_index(m_.folder() / "rebuilt"), dump) << "from the segments and the index alone";
}

TEST(LanguageGuessOfLyrics, FollowsThemAndLeavesATablesOwnCell) {
  const FakeMusic m;
  m.write_tones(3);
  m.write("tone 0.txt", "the night is long and you are gone");
  m.write("tone 1.txt", "la nuit est longue et tu es partie");
  m.write("metadata.csv", "path,language\ntone 0.wav,Klingon\n");
  m.ingest();
  const auto cells = [&](const std::string& path) {
    const auto labels = Catalogue::open_for_reading(m.library()).labels();
    const auto it = labels.find(path);
    return it == labels.end() ? std::map<std::string, std::string>() : it->second;
  };
  EXPECT_EQ(cells("tone 0.wav"),
            (std::map<std::string, std::string>{{"language", "Klingon"}, {"language_guess", "en"}}));
  EXPECT_EQ(cells("tone 1.wav").at("language_guess"), "fr");
  EXPECT_TRUE(cells("tone 2.wav").empty());
  m.write("tone 1.txt", "die Nacht ist lang und du bist nicht da");
  publish_file(m.folder() / "own.csv", "path,language_guess\ntone 0.wav,mine\n");
  import_labels_into(m.library(), m.folder() / "own.csv", "");
  m.ingest();
  EXPECT_EQ(cells("tone 1.wav").at("language_guess"), "de");
  EXPECT_EQ(cells("tone 0.wav").at("language_guess"), "mine");
  fs::remove(m.music() / "tone 1.txt");
  m.ingest();
  EXPECT_TRUE(cells("tone 1.wav").empty());
}

}  // namespace
}  // namespace songscape
