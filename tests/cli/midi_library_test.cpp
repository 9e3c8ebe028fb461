// A folder of MIDI files as a library: what serves it, and what says that it has no audio.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/shell.h"
#include "core/json.h"

namespace songscape {
namespace {

// Two songs of two notes each, and a file that is none.
const std::string kFolder =
    "mkdir m; one() { printf 'MThd\\000\\000\\000\\006\\000\\000\\000\\001\\001\\340MTrk\\000\\000\\000\\025"
    "\\000\\220'\"$1\"'\\144\\203\\140\\200'\"$1\"'\\100\\000\\220\\103\\144\\203\\140\\103\\000\\000\\377\\057\\000'; "
    "}; "
    "one '\\074' > m/a.mid; one '\\100' > m/b.KAR; echo no > m/c.midi; "
    "\"$S\" ingest m --library m.songscape --json --quiet";

TEST(MidiLibrary, IsServedByIngestInfoVerifyAndExport) {
  const ProgramResult made = run_shell(kFolder);
  EXPECT_EQ(made.exit_code, 3) << made.err;
  EXPECT_NE(made.err.find("error: c.midi: not MIDI"), std::string::npos) << made.err;
  const Json report = parse_json(made.out, "ingest");
  EXPECT_EQ(report["n_midi"], 2) << made.err;
  EXPECT_EQ(report["n_clips"], 0);
  const ProgramResult served =
      run_shell(kFolder +
                " > made.json; \"$S\" verify --library m.songscape --quiet > v && \"$S\" export labels --library "
                "m.songscape --output l.csv --quiet > e && head -1 l.csv && \"$S\" info --library m.songscape --json");
  ASSERT_EQ(served.exit_code, 0) << served.err;
  EXPECT_TRUE(served.out.starts_with("path,key,key_confidence,mode,n_bars,n_notes,tempo_bpm")) << served.out;
  EXPECT_EQ(parse_json(served.out.substr(served.out.find("{\n")), "info")["n_midi"], 2);
}

TEST(MidiLibrary, HasNoAudioAndSaysSo) {
  for (const auto& [command, exit_code] : {std::pair{"train conv_vae --library m.songscape", 4},
                                           {"train multimodal_vae --library m.songscape", 4},
                                           {"train-all --library m.songscape", 4},
                                           {"ablate conv_vae --library m.songscape --study s", 4},
                                           {"export mel --library m.songscape --output m.npy", 2}}) {
    const ProgramResult r =
        run_shell(kFolder + " > made.json 2> made.err; \"$S\" " + command + "; rc=$?; ls; exit $rc");
    EXPECT_EQ(r.exit_code, exit_code) << command << r.err;
    EXPECT_NE(r.err.find("the library holds MIDI only, and no audio"), std::string::npos) << command << r.err;
    EXPECT_EQ(r.out.find("npy"), std::string::npos) << "nothing was written: " << r.out;
  }
}

TEST(MidiLibrary, AFolderWithNeitherAudioNorMidiIsTold) {
  const ProgramResult r = run_shell("mkdir m; echo x > m/a.pdf; \"$S\" ingest m --library m.songscape");
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_NE(r.err.find("0 files: the folder holds neither audio nor MIDI by its names"), std::string::npos) << r.err;
}

}  // namespace
}  // namespace songscape
