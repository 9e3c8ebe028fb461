#include "bench/timing.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/fake_worker.h"
#include "bench/timing_report.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class TimingTest : public testing::Test {
 protected:
  // Peers are scripts that the "Python", a shell, runs by their path, the fourth word.
  TimingTest() {
    const fs::path shell = folder_.path() / "python";
    publish_file(shell, "#!/bin/sh\nshift 2\nexec \"$@\"\n");
    fs::permissions(shell, fs::perms::owner_all);
    request_.program = write_worker(folder_.path() / "ours", answer("0.5", "7"));
    request_.peers = PeerPlace{shell, folder_.path()};
    request_.n_rounds = 3;
    benchmark_.name = "sum";
    benchmark_.job = "a sum";
    benchmark_.equality = "equal";
    benchmark_.write_input = [](const fs::path& folder, double) { publish_file(folder / "input", "x"); };
    benchmark_.judge = [](const fs::path& folder, const Json& ours, const Json& peer) {
      return Judgement{fs::exists(folder / "input") && ours.at("value") == peer.at("value"), "value"};
    };
  }
  void add_peer(const std::string& name, const std::string& body, double goal = 1) {
    write_worker(folder_.path() / name, body);
    benchmark_.peers.push_back({.name = name, .goal = goal, .script = name, .arguments = {"{threads}", "{folder}"}});
  }
  TemporaryFolder folder_;
  Benchmark benchmark_;
  TimingRequest request_;
};

TEST_F(TimingTest, RatioIsThePeersTimeOverOursAndTheFirstRoundDoesNotCount) {
  add_peer("peer", "n=$((n + 1)); echo \"{\\\"wall_sec\\\": $n, \\\"peak_memory_bytes\\\": $n, \\\"value\\\": 7}\"");
  const TimedRow row = time_benchmark(benchmark_, request_).at(0);
  EXPECT_EQ(row.peer.seconds, (std::vector<double>{2, 3, 4}));
  EXPECT_EQ(row.ratios(), (std::vector<double>{4, 6, 8}));
  EXPECT_EQ(row.peer.peak_memory_bytes, 4);
  EXPECT_TRUE(row.verdict.is_equal);
}

TEST_F(TimingTest, AGoalIsMetByTheMedianAndWithEqualResultsOnly) {
  add_peer("fast", answer("1", "7"), 2);
  add_peer("faster", answer("0.9", "7"), 2);
  add_peer("other", answer("5", "8"), 2);
  const std::vector<TimedRow> rows = time_benchmark(benchmark_, request_);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_TRUE(rows[0].is_met());
  EXPECT_FALSE(rows[1].is_met());
  EXPECT_FALSE(rows[2].is_met());
}

TEST_F(TimingTest, APeerThatFailsLeavesItsRowAndTheOthersGoOn) {
  add_peer("dying", "echo 'No module named librosa' >&2; exit 1");
  add_peer("mute", "echo '{}'");
  add_peer("well", answer("1", "7"));
  const std::vector<TimedRow> rows = time_benchmark(benchmark_, request_);
  ASSERT_TRUE(rows[0].failure);
  EXPECT_NE(std::string(rows[0].failure->what()).find("librosa); run 'make bench'"), std::string::npos);
  ASSERT_TRUE(rows[1].failure);
  EXPECT_EQ(rows[1].peer_name, "mute");
  EXPECT_FALSE(rows[2].failure);
  EXPECT_EQ(rows[2].peer.seconds.size(), 3u);
}

TEST_F(TimingTest, OurOwnFailureGoesThrough) {
  write_worker(request_.program, "exit 1");
  EXPECT_THROW(time_benchmark(benchmark_, request_), Error);
}

TEST_F(TimingTest, WithoutPeersOursAloneIsTimed) {
  add_peer("peer", "exit 1");
  request_.peers.reset();
  const std::vector<TimedRow> rows = time_benchmark(benchmark_, request_);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].ours.seconds, (std::vector<double>{0.5, 0.5, 0.5}));
  EXPECT_EQ(rows[0].peer_name, "");
}

TEST_F(TimingTest, PeersThatAreNotThereAreNamedBeforeAnythingRuns) {
  add_peer("peer", answer("1", "7"));
  EXPECT_NO_THROW(require_peers(*request_.peers, {&benchmark_}));
  fs::remove(folder_.path() / "peer");
  EXPECT_THROW(require_peers(*request_.peers, {&benchmark_}), Error);
}

TEST_F(TimingTest, TheReportTellsRowsFailuresAndHowTheyWereMeasured) {
  add_peer("well", answer("1", "7"), 3);
  add_peer("dying", "exit 1");
  TimingReport report;
  report.command = "songscape bench sum --peers";
  report.versions = {{"librosa", "0.11.0"}};
  report.rows = time_benchmark(benchmark_, request_);
  EXPECT_TRUE(report.has_failures());
  const Json json = timing_json(report);
  EXPECT_EQ(json["rows"][0]["ratio"], 2.0);
  EXPECT_EQ(json["rows"][0]["is_met"], false);
  EXPECT_EQ(json["rows"][0]["equal"], true);
  EXPECT_TRUE(json["rows"][1].contains("failure"));
  EXPECT_EQ(json["versions"]["librosa"], "0.11.0");
  EXPECT_EQ(timing_table(report).rows.size(), 2u);
  const std::string markdown = timing_markdown(report);
  for (const char* part : {"songscape bench sum --peers", "librosa 0.11.0", "| sum |", "**failed**"})
    EXPECT_NE(markdown.find(part), std::string::npos) << part;
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoMiddles) {
  EXPECT_EQ(median_of({3, 1, 2}), 2);
  EXPECT_EQ(median_of({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median_of({5}), 5);
}

}  // namespace
}  // namespace songscape
