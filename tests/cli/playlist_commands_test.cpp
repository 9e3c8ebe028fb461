// Songs found by songs and playlists, as a user asks for them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/shell.h"
#include "core/file.h"
#include "core/json.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

// A corpus, its library and a run of two epochs, made once.
class PlaylistCommands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const ProgramResult made = run(
        "\"$S\" synth music --songs 16 --seconds 10 --quiet > /dev/null && "
        "\"$S\" ingest music --library l.songscape --quiet > /dev/null && "
        "\"$S\" train multimodal_vae --library l.songscape --runs runs --epochs 2 --set hidden_dim=8 --set n_text=4 "
        "--set latent_dim=4 --quiet > /dev/null && mv runs/* r && "
        "\"$S\" cluster --run r --algorithm kmeans --k 2 --quiet > /dev/null");
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  static void TearDownTestSuite() { delete folder_; }
  static ProgramResult run(const std::string& line) { return run_shell(line, folder_->path().string()); }
  static std::vector<std::string> songs() {
    const Json labels =
        parse_json(run("\"$S\" mix --run r --n 1000 --json --quiet --plus \"$(cd music && ls */*.flac | "
                       "head -n 1)\"")
                       .out,
                   "mix");
    std::vector<std::string> paths;
    for (const Json& row : labels) paths.push_back(row["path"]);
    return paths;
  }
  static void expect_refused(const std::string& arguments, const std::string& words, int exit_code = 2) {
    const ProgramResult r = run("\"$S\" " + arguments);
    EXPECT_EQ(r.exit_code, exit_code) << arguments << ": " << r.err;
    EXPECT_EQ(r.out, "") << arguments;
    EXPECT_NE(r.err.find(words), std::string::npos) << arguments << ": " << r.err;
  }
  static TemporaryFolder* folder_;
};
TemporaryFolder* PlaylistCommands::folder_ = nullptr;

TEST_F(PlaylistCommands, ListSongsByDistanceWithTheirLabels) {
  const auto known = songs();
  ASSERT_EQ(known.size(), 15u);
  const ProgramResult r = run("\"$S\" similar --run r --song '" + known[0] + "' --n 5 --json --quiet");
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const Json rows = parse_json(r.out, "similar");
  ASSERT_EQ(rows.size(), 5u);
  for (size_t i = 1; i < rows.size(); ++i) EXPECT_LE(rows[i - 1]["distance"], rows[i]["distance"]);
  for (const Json& row : rows) EXPECT_NE(row["path"], known[0]);
  EXPECT_TRUE(rows[0].contains("genre"));
  EXPECT_TRUE(rows[0].contains("artist"));
  const ProgramResult csv = run("\"$S\" similar --run r --song '" + known[0] + "' --csv - --quiet");
  EXPECT_TRUE(csv.out.starts_with("n,path,title,artist,distance,")) << csv.out;
}

TEST_F(PlaylistCommands, WritePlaylistsThatNameTheFiles) {
  const auto known = songs();
  const ProgramResult r = run("\"$S\" path --run r --from '" + known[0] + "' --to '" + known[1] +
                              "' --n 4 --output way.m3u8 --json --quiet && grep -v '^#' way.m3u8");
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const size_t end = r.out.rfind("]\n") + 2;
  const Json rows = parse_json(r.out.substr(0, end), "path");
  std::string listed;
  for (const Json& row : rows) listed += "music/" + row["path"].get<std::string>() + "\n";
  EXPECT_EQ(r.out.substr(end), listed);
  EXPECT_EQ(rows.front()["progress"], 0);
  EXPECT_EQ(rows.back()["progress"], 1);
  expect_refused("path --run r --from '" + known[0] + "' --to '" + known[1] + "' --output way.m3u8", "exists already");
  const ProgramResult similar =
      run("\"$S\" similar --run r --song '" + known[2] +
          "' --n 2 --output near.m3u8 --path-prefix \"$PWD/music=/mnt\" --quiet > /dev/null && "
          "grep -v '^#' near.m3u8");
  EXPECT_TRUE(similar.out.starts_with("/mnt/" + known[2] + "\n")) << similar.out << similar.err;
}

TEST_F(PlaylistCommands, ExportOnePlaylistAClusterInANewFolder) {
  const ProgramResult r =
      run("\"$S\" export m3u8 --run r --output lists --json --quiet && cat lists/*.m3u8 | grep -c EXTINF");
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_TRUE(r.out.ends_with("]\n16\n")) << r.out;
  EXPECT_TRUE(fs::exists(folder_->path() / "r" / "cluster_names.csv"));
  EXPECT_TRUE(fs::exists(folder_->path() / "r" / "neighbour_labels.csv"));
  expect_refused("export m3u8 --run r --output lists", "not empty");
  expect_refused("export m3u8 --run r --output other --algorithm ward", "one of: kmeans");
  expect_refused("export m3u8 --library l.songscape --output other", "pass --run R");
  expect_refused("export labels --library l.songscape --output o.csv --path-prefix a=b", "only playlists");
  expect_refused("export m3u8 --run r --output l.songscape/lists", "inside the library");
  EXPECT_FALSE(fs::exists(folder_->path() / "other"));
}

TEST_F(PlaylistCommands, SayWhenTheDiskIsFullAndLeaveNoHalfFile) {
  const auto known = songs();
  const ProgramResult r =
      run("trap '' XFSZ; ulimit -f 40; \"$S\" similar --run r --n 14 --song '" + known[0] +
          "' --output full.m3u8 --path-prefix \"$PWD/music=/$(printf 'x%.0s' {1..4000})\"; code=$?; "
          "ls | grep full; exit $code");
  EXPECT_EQ(r.exit_code, 1) << r.err;
  EXPECT_EQ(r.out, "");
  EXPECT_NE(r.err.find("cannot write"), std::string::npos) << r.err;
}

TEST_F(PlaylistCommands, RefuseWhatCannotBeAnswered) {
  const auto known = songs();
  const std::string song = "'" + known[0] + "'";
  expect_refused("similar --run r --song nosuchsong", "no such song");
  expect_refused("similar --run r", "--song");
  expect_refused("similar --run r --song " + song + " --n 0", "from 1 to 1000");
  expect_refused("similar --run r --song " + song + " --output x.txt", ".m3u8");
  expect_refused("similar --run r --song " + song + " --path-prefix a=b", "--output FILE.m3u8");
  expect_refused("path --run r --from " + song + " --to " + song, "one recording");
  expect_refused("path --run r --from " + song + " --to " + song + " --n 1", "from 2 to 1000");
  expect_refused("mix --run r --plus " + song + " --minus " + song, "both sides");
  expect_refused("mix --run r", "--plus");
  expect_refused("mix --run nothing --plus a", "nothing");
  const ProgramResult all = run("\"$S\" similar --run r --n 1000 --csv - --song " + song);
  EXPECT_EQ(all.exit_code, 0);
  EXPECT_NE(all.err.find("1000 were asked for, the library has 15"), std::string::npos) << all.err;
  const ProgramResult gone =
      run("mv l.songscape away; \"$S\" similar --run r --song " + song + "; code=$?; mv away l.songscape; exit $code");
  EXPECT_EQ(gone.exit_code, 2);
  EXPECT_NE(gone.err.find("l.songscape"), std::string::npos) << gone.err;
}

}  // namespace
}  // namespace songscape
