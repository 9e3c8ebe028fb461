// `songscape bench` as a user runs it, beside a peer that only speaks the protocol.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/shell.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

namespace fs = std::filesystem;

class BenchCommand : public testing::Test {
 protected:
  // Runs the program with a "Python" that takes a second for each job, or dies.
  ProgramResult bench(const std::string& arguments, const std::string& body = kPeer) {
    const fs::path python = folder_.path() / "python";
    std::ofstream(python) << "#!/bin/sh\n"
                             "[ \"$1\" = -c ] && { read -r line; echo '{\"python\": \"3.0\"}'; exit; }\n"
                             "echo '{\"ready\": true}'\nwhile read -r line; do\n"
                          << body << "\ndone\n";
    fs::permissions(python, fs::perms::owner_all);
    return run_shell("SONGSCAPE_PEER_PYTHON='" + python.string() +
                         "' SONGSCAPE_PEERS='" SONGSCAPE_SOURCE_DIR "/bench/peers' \"$S\" bench " + arguments,
                     folder_.path().string());
  }
  static constexpr const char* kPeer = "echo '{\"wall_sec\": 1, \"peak_memory_bytes\": 5000000, \"inertia\": 1e9}'";
  TemporaryFolder folder_;
};

TEST_F(BenchCommand, TimesOursBesideThePeerAndWritesBothFiles) {
  const ProgramResult r = bench("kmeans --peers --rounds 2 --scale 0.01 --threads 1 --output out --json");
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const auto report = nlohmann::json::parse(r.out);
  EXPECT_EQ(report["rounds"], 2);
  EXPECT_EQ(report["versions"]["python"], "3.0");
  const auto& row = report["rows"].at(0);
  EXPECT_EQ(row["name"], "kmeans");
  EXPECT_EQ(row["peer_name"], "scikit-learn");
  EXPECT_EQ(row["peer"], 1.0);
  EXPECT_EQ(row["equal"], true);
  EXPECT_GT(row["ratio"], 0.0);
  EXPECT_EQ(row["peer_peak_bytes"], 5000000);
  EXPECT_TRUE(fs::exists(folder_.path() / "out/benchmarks.json"));
  EXPECT_TRUE(fs::exists(folder_.path() / "out/benchmarks.md"));
}

TEST_F(BenchCommand, WithoutPeersNeedsNoneOfThem) {
  const ProgramResult r = run_songscape("bench knn --rounds 1 --scale 0.01 --json");
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const auto row = nlohmann::json::parse(r.out)["rows"].at(0);
  EXPECT_GT(row["ours"], 0.0);
  EXPECT_FALSE(row.contains("ratio"));
}

TEST_F(BenchCommand, APeerThatDiesFailsTheCommandOrItsRowOfAll) {
  const std::string dies = "echo 'No module named x' >&2; exit 1";
  const ProgramResult one = bench("kmeans --peers --rounds 1 --scale 0.01", dies);
  EXPECT_EQ(one.exit_code, 1);
  EXPECT_NE(one.err.find("No module named x"), std::string::npos);
  EXPECT_NE(one.err.find("make bench"), std::string::npos);
  const ProgramResult all = bench("all --peers --rounds 1 --scale 0.001 --quiet --json", dies);
  EXPECT_EQ(all.exit_code, 3) << all.err;
  const auto rows = nlohmann::json::parse(all.out)["rows"];
  EXPECT_GE(rows.size(), 10u);
  for (const auto& row : rows) EXPECT_TRUE(row.contains("failure")) << row;
}

TEST_F(BenchCommand, MissingPeersAreToldBeforeAnythingRuns) {
  const ProgramResult r = run_songscape("bench all --peers");
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_NE(r.err.find("make bench"), std::string::npos) << r.err;
  EXPECT_EQ(r.out, "");
}

TEST_F(BenchCommand, RefusesUnknownNamesAndFlagsThatWouldDoNothing) {
  const ProgramResult unknown = run_songscape("bench kmean");
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_NE(unknown.err.find("kmeans"), std::string::npos) << unknown.err;
  EXPECT_EQ(run_songscape("bench kmeans --data .").exit_code, 2);
  EXPECT_EQ(run_songscape("bench mnist_nll --data . --peers").exit_code, 2);
  EXPECT_EQ(run_songscape("bench mnist_nll").exit_code, 2);
  EXPECT_EQ(run_songscape("bench scale").exit_code, 2);
  EXPECT_EQ(run_songscape("bench scale --data . --peers").exit_code, 2);
}

}  // namespace
}  // namespace songscape
