// A table of texts as a library: what serves it, and what says that it has no audio.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/shell.h"
#include "core/json.h"

namespace songscape {
namespace {

const std::string kTable =
    "printf 'id,mood,text\\na,sad,the night is long and you are gone\\nb,glad,el sol es para ti y para mi\\n"
    "c,glad,die Sonne und du und ich\\n' > t.csv; \"$S\" ingest t.csv --library t.songscape --text-column text --json "
    "--quiet";

TEST(TextLibrary, IsServedByInfoVerifyLabelsAndExport) {
  const ProgramResult made = run_shell(kTable);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const Json report = parse_json(made.out, "ingest");
  EXPECT_EQ(report["n_files"], 3);
  EXPECT_EQ(report["n_songs"], 3);
  EXPECT_EQ(report["n_clips"], 0);
  const ProgramResult served = run_shell(
      kTable +
      " > made.json && \"$S\" verify --library t.songscape --quiet && printf 'path,key\\na,C\\nb,D\\n' > l.csv && "
      "\"$S\" labels --library t.songscape --import l.csv --quiet && "
      "\"$S\" export labels --library t.songscape --output out.csv --quiet && cat out.csv && "
      "\"$S\" info --library t.songscape --json");
  ASSERT_EQ(served.exit_code, 0) << served.err;
  EXPECT_NE(served.out.find("path,key,language_guess,mood\na,C,en,sad\nb,D,es,glad\nc,,de,glad\n"), std::string::npos)
      << served.out;
  const Json info = parse_json(served.out.substr(served.out.find("{\n")), "info");
  EXPECT_EQ(info["n_songs"], 3);
  EXPECT_EQ(info["n_with_lyrics"], 3);
}

TEST(TextLibrary, HasNoAudioAndSaysSo) {
  for (const auto& [command, exit_code] : {std::pair{"train conv_vae --library t.songscape", 4},
                                           {"train-all --library t.songscape", 4},
                                           {"export mel --library t.songscape --output m.npy", 2},
                                           {"export features --library t.songscape --output f.npy", 2}}) {
    const ProgramResult r = run_shell(kTable + " > made.json; \"$S\" " + command + "; rc=$?; ls; exit $rc");
    EXPECT_EQ(r.exit_code, exit_code) << command << r.err;
    EXPECT_NE(r.err.find("the library holds texts only, and no audio"), std::string::npos) << command << r.err;
    EXPECT_EQ(r.out.find("npy"), std::string::npos) << "nothing was written: " << r.out;
  }
}

TEST(TextLibrary, IsRefusedWhereTheTableHasNoSuchColumnNamingTheNearest) {
  const ProgramResult r = run_shell(
      "printf 'id,lyric\\na,x\\n' > t.csv; \"$S\" ingest t.csv --library t.songscape "
      "--text-column lyrics; rc=$?; ls; exit $rc");
  EXPECT_EQ(r.exit_code, 4);
  EXPECT_NE(r.err.find("did you mean --text-column lyric?"), std::string::npos) << r.err;
  EXPECT_EQ(r.out, "t.csv\n");
  EXPECT_NE(
      run_shell("printf 'id,text\\na,x\\nb,\\n' > t.csv; \"$S\" ingest t.csv --library t.songscape --text-column text")
          .err.find("error: b: no text"),
      std::string::npos);
}

TEST(TextLibrary, FaultyRowsAreListedALineEach) {
  const ProgramResult r =
      run_shell("printf 'id,text\na,x,y\nb\n' > t.csv; \"$S\" ingest t.csv --library t.songscape --text-column text");
  EXPECT_EQ(r.exit_code, 4);
  for (const char* line : {"\nerror:   line 2: 3 fields where the header has 2\n", "\nerror:   line 3: 1 fields"})
    EXPECT_NE(r.err.find(line), std::string::npos) << r.err;
}

}  // namespace
}  // namespace songscape
